/** Private chat in SQLite: the embedded default. */
import { Database } from "bun:sqlite";
import { isDatabaseFull, limitSize } from "../../../engines/sqlite.ts";
import {
  pairOf,
  type AddedPrivateMessage,
  type NewPrivateMessage,
  type PrivateMessage,
  type PrivateStore,
} from "./port.ts";
import { asCommandId, asUserId, StoreFull, type UserId } from "../../../protocol/index.ts";

const schema = `
  CREATE TABLE IF NOT EXISTS private_chats (
    id INTEGER PRIMARY KEY,
    first_id TEXT NOT NULL,
    second_id TEXT NOT NULL,
    last_position INTEGER NOT NULL,
    admin_wrote INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    UNIQUE (first_id, second_id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS private_chats_of_second ON private_chats (second_id);
  CREATE TABLE IF NOT EXISTS private_messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    chat_id INTEGER NOT NULL REFERENCES private_chats (id),
    position INTEGER NOT NULL,
    sender_id TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    command_id TEXT NOT NULL,
    content TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    read_at INTEGER,
    UNIQUE (chat_id, position),
    UNIQUE (sender_id, command_id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS private_messages_unread ON private_messages (recipient_id, chat_id, position)
    WHERE read_at IS NULL;
`;

interface Row {
  readonly id: number;
  readonly chat_id: number;
  readonly position: number;
  readonly sender_id: string;
  readonly recipient_id: string;
  readonly command_id: string;
  readonly content: string;
  readonly sent_at: number;
  readonly read_at: number | null;
}

/** @param path a file, or `:memory:` */
export function openSqlitePrivateStore(path: string, limitMb: number | null = null): PrivateStore {
  const database = new Database(path, { create: true, strict: true });
  database.run("PRAGMA busy_timeout = 5000");
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA synchronous = FULL");
  database.run(schema);
  limitSize(database, limitMb);
  return new SqlitePrivateStore(database);
}

class SqlitePrivateStore implements PrivateStore {
  readonly #database: Database;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepare(database);
  }

  async add(message: NewPrivateMessage): Promise<AddedPrivateMessage> {
    return this.#database.transaction(() => this.#addOne(message)).immediate();
  }

  /** In one transaction: the disk is waited for once. */
  async addAll(messages: readonly NewPrivateMessage[]): Promise<readonly AddedPrivateMessage[]> {
    try {
      return this.#database.transaction(() => messages.map((message) => this.#addOne(message))).immediate();
    } catch (error) {
      throw isDatabaseFull(error) ? new StoreFull("The chats' database is full.", { cause: error }) : error;
    }
  }

  #addOne(message: NewPrivateMessage): AddedPrivateMessage {
    const { senderId, recipientId, commandId, content, sentAt, byAdmin } = message;
    const { known, nextPosition, insert } = this.#statements;
    const before = known.get(senderId, commandId);
    if (before !== null) return { message: messageOf(before), isNew: false };
    const [first, second] = pairOf(senderId, recipientId);
    const chat = nextPosition.get(first, second, byAdmin ? adminBit(senderId, first) : 0, sentAt);
    if (chat === null) throw new Error("SQLite returned no row for a chat.");
    const row = insert.get(chat.id, chat.last_position, senderId, recipientId, commandId, content, sentAt);
    if (row === null) throw new Error("SQLite returned no row for an inserted message.");
    return { message: messageOf(row), isNew: true };
  }

  async page(one: UserId, other: UserId, before: string | null, limit: number) {
    const chat = this.#statements.chat.get(...pairOf(one, other));
    const from = before === null ? Number.MAX_SAFE_INTEGER : this.#positionOf(chat?.id, before);
    if (from === null) return null;
    const rows = chat === null ? [] : this.#statements.older.all(chat.id, from, limit + 1);
    const messages = rows.slice(0, limit).reverse().map(messageOf);
    return { messages, nextBefore: rows.length > limit ? (messages[0]?.messageId ?? null) : null };
  }

  async markRead(readerId: UserId, otherId: UserId, messageId: string, readAt: number) {
    const { chat, read, unreadInChat } = this.#statements;
    const found = chat.get(...pairOf(readerId, otherId));
    const position = this.#positionOf(found?.id, messageId);
    if (found === null || position === null) return { kind: "unknown_message" } as const;
    const { changes } = read.run(readAt, readerId, found.id, position);
    const unread = unreadInChat.get(readerId, found.id)?.count ?? 0;
    return { kind: changes > 0 ? ("read" as const) : ("unchanged" as const), position, unread };
  }

  async unreadOf(userId: UserId): Promise<number> {
    return this.#statements.unread.get(userId)?.count ?? 0;
  }

  async chatsOf(userId: UserId, limit: number) {
    const { chats, unreadInChat } = this.#statements;
    return chats.all(userId, limit).map((row) => ({
      userId: asUserId(row.sender_id === userId ? row.recipient_id : row.sender_id),
      unread: unreadInChat.get(userId, row.chat_id)?.count ?? 0,
      lastMessage: messageOf(row),
    }));
  }

  async hasAdminWritten(from: UserId, to: UserId): Promise<boolean> {
    const [first] = pairOf(from, to);
    const wrote = this.#statements.chat.get(...pairOf(from, to))?.admin_wrote ?? 0;
    return (wrote & adminBit(from, first)) !== 0;
  }

  async close(): Promise<void> {
    for (const statement of Object.values(this.#statements)) statement.finalize();
    this.#database.close();
  }

  #positionOf(chatId: number | undefined, messageId: string): number | null {
    if (chatId === undefined || !/^[1-9]\d{0,15}$/.test(messageId)) return null;
    return this.#statements.place.get(Number(messageId), chatId)?.position ?? null;
  }
}

/** `admin_wrote` has one bit for each of the two: which of them has written as an admin. */
function adminBit(userId: UserId, first: UserId): number {
  return userId === first ? 1 : 2;
}

function prepare(database: Database) {
  return {
    known: database.prepare<Row, [string, string]>(
      "SELECT * FROM private_messages WHERE sender_id = ? AND command_id = ?",
    ),
    nextPosition: database.prepare<{ id: number; last_position: number }, [string, string, number, number]>(
      `INSERT INTO private_chats (first_id, second_id, last_position, admin_wrote, created_at)
       VALUES (?1, ?2, 1, ?3, ?4)
       ON CONFLICT (first_id, second_id) DO UPDATE
         SET last_position = last_position + 1, admin_wrote = admin_wrote | ?3
       RETURNING id, last_position`,
    ),
    insert: database.prepare<Row, [number, number, string, string, string, string, number]>(
      `INSERT INTO private_messages (chat_id, position, sender_id, recipient_id, command_id, content, sent_at)
       VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *`,
    ),
    chat: database.prepare<{ id: number; admin_wrote: number }, [string, string]>(
      "SELECT id, admin_wrote FROM private_chats WHERE first_id = ? AND second_id = ?",
    ),
    place: database.prepare<{ position: number }, [number, number]>(
      "SELECT position FROM private_messages WHERE id = ? AND chat_id = ?",
    ),
    older: database.prepare<Row, [number, number, number]>(
      "SELECT * FROM private_messages WHERE chat_id = ? AND position < ? ORDER BY position DESC LIMIT ?",
    ),
    read: database.prepare<null, [number, string, number, number]>(
      `UPDATE private_messages SET read_at = ?1
       WHERE recipient_id = ?2 AND chat_id = ?3 AND position <= ?4 AND read_at IS NULL`,
    ),
    unread: database.prepare<{ count: number }, [string]>(
      "SELECT count(*) AS count FROM private_messages WHERE recipient_id = ? AND read_at IS NULL",
    ),
    unreadInChat: database.prepare<{ count: number }, [string, number]>(
      "SELECT count(*) AS count FROM private_messages WHERE recipient_id = ? AND chat_id = ? AND read_at IS NULL",
    ),
    chats: database.prepare<Row, [string, number]>(
      `SELECT m.* FROM private_chats AS c
       JOIN private_messages AS m ON m.chat_id = c.id AND m.position = c.last_position
       WHERE c.first_id = ?1 OR c.second_id = ?1 ORDER BY m.id DESC LIMIT ?2`,
    ),
  };
}

function messageOf(row: Row): PrivateMessage {
  return {
    messageId: String(row.id),
    position: row.position,
    senderId: asUserId(row.sender_id),
    recipientId: asUserId(row.recipient_id),
    commandId: asCommandId(row.command_id),
    content: row.content,
    sentAt: row.sent_at,
    readAt: row.read_at,
  };
}
