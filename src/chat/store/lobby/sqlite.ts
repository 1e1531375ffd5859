/** Lobby chat in SQLite: the embedded default. */
import { Database } from "bun:sqlite";
import { isDatabaseFull, limitSize } from "../../../engines/sqlite.ts";
import {
  keptMessages,
  type AddedLobbyMessage,
  type LobbyMessage,
  type LobbyStore,
  type NewLobbyMessage,
} from "./port.ts";
import { asCommandId, asUserId, StoreFull } from "../../../protocol/index.ts";

const schema = `
  CREATE TABLE IF NOT EXISTS public_lobbies (
    lobby_id TEXT PRIMARY KEY,
    last_position INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS public_lobby_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    lobby_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    sender_id TEXT NOT NULL,
    command_id TEXT NOT NULL,
    content TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    UNIQUE (lobby_id, position),
    UNIQUE (sender_id, command_id)
  ) STRICT;
`;

interface Row {
  readonly id: number;
  readonly lobby_id: string;
  readonly position: number;
  readonly sender_id: string;
  readonly command_id: string;
  readonly content: string;
  readonly sent_at: number;
}

/** @param path a file, or `:memory:` */
export function openSqliteLobbyStore(path: string, limitMb: number | null = null): LobbyStore {
  const database = new Database(path, { create: true, strict: true });
  database.run("PRAGMA busy_timeout = 5000");
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA synchronous = FULL");
  database.run(schema);
  limitSize(database, limitMb);
  const known = database.prepare<Row, [string, string]>(
    "SELECT * FROM public_lobby_messages WHERE sender_id = ? AND command_id = ?",
  );
  const last = database.prepare<{ last_position: number }, [string]>(
    "SELECT last_position FROM public_lobbies WHERE lobby_id = ?",
  );
  const advance = database.prepare<null, [string, number]>(
    `INSERT INTO public_lobbies (lobby_id, last_position) VALUES (?1, ?2)
     ON CONFLICT (lobby_id) DO UPDATE SET last_position = ?2`,
  );
  const insert = database.prepare<{ id: number }, [string, number, string, string, string, number]>(
    `INSERT INTO public_lobby_messages (lobby_id, position, sender_id, command_id, content, sent_at)
     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (sender_id, command_id) DO NOTHING RETURNING id`,
  );
  const trim = database.prepare<null, [string, number]>(
    "DELETE FROM public_lobby_messages WHERE lobby_id = ? AND position <= ?",
  );
  const place = database.prepare<{ position: number }, [string, string]>(
    "SELECT position FROM public_lobby_messages WHERE id = CAST(? AS INTEGER) AND lobby_id = ?",
  );
  const older = database.prepare<Row, [string, number, number]>(
    "SELECT * FROM public_lobby_messages WHERE lobby_id = ? AND position < ? ORDER BY position DESC LIMIT ?",
  );

  /** @param ends the last position of each lobby that has been asked for */
  function addOne(message: NewLobbyMessage, ends: Map<string, number>): AddedLobbyMessage {
    const { lobbyId, senderId, commandId, content, sentAt } = message;
    const position = 1 + (ends.get(lobbyId) ?? last.get(lobbyId)?.last_position ?? 0);
    const row = insert.get(lobbyId, position, senderId, commandId, content, sentAt);
    if (row === null) {
      const before = known.get(senderId, commandId);
      if (before === null) throw new Error("SQLite has a message that it does not find.");
      return { message: messageOf(before), isNew: false };
    }
    ends.set(lobbyId, position);
    return { message: { ...message, messageId: String(row.id), position }, isNew: true };
  }

  const addAll = database.transaction((messages: readonly NewLobbyMessage[]) => {
    const ends = new Map<string, number>();
    const added = messages.map((message) => addOne(message, ends));
    // Once for all that came together.
    for (const [lobbyId, position] of ends) {
      advance.run(lobbyId, position);
      trim.run(lobbyId, position - keptMessages);
    }
    return added;
  });

  return {
    async add(messages) {
      try {
        return addAll.immediate(messages);
      } catch (error) {
        throw isDatabaseFull(error)
          ? new StoreFull("The lobbies' database is full.", { cause: error })
          : error;
      }
    },
    async page(lobbyId, before, limit) {
      const from = before === null ? Number.MAX_SAFE_INTEGER : positionOf(before, lobbyId);
      if (from === null) return null;
      const rows = older.all(lobbyId, from, limit + 1);
      const messages = rows.slice(0, limit).reverse().map(messageOf);
      return { messages, nextBefore: rows.length > limit ? (messages[0]?.messageId ?? null) : null };
    },
    async close() {
      for (const statement of [known, last, advance, insert, trim, place, older]) statement.finalize();
      database.close();
    },
  };

  function positionOf(messageId: string, lobbyId: string): number | null {
    if (!/^[1-9]\d{0,15}$/.test(messageId)) return null;
    return place.get(messageId, lobbyId)?.position ?? null;
  }
}

function messageOf(row: Row): LobbyMessage {
  return {
    messageId: String(row.id),
    position: row.position,
    lobbyId: row.lobby_id,
    senderId: asUserId(row.sender_id),
    commandId: asCommandId(row.command_id),
    content: row.content,
    sentAt: row.sent_at,
  };
}
