/** Lobby chat in PostgreSQL (plan §3.3): a cluster's. */
import type { SQL } from "bun";
import { keptMessages, type AddedLobbyMessage, type LobbyMessage, type LobbyStore } from "./port.ts";
import type { Migrations } from "../../../engines/postgres-migrations.ts";
import { readAgain } from "../../../engines/postgres.ts";
import { asCommandId, asUserId } from "../../../protocol/index.ts";

/** After those of accounts, whose `users` the senders are. */
export const postgresLobbyMigrations: Migrations = {
  component: "lobby_chat",
  steps: [
    `CREATE TABLE public_lobbies (
       lobby_id VARCHAR(100) PRIMARY KEY,
       last_position BIGINT NOT NULL);
     CREATE TABLE public_lobby_messages (
       id BIGSERIAL PRIMARY KEY,
       lobby_id VARCHAR(100) NOT NULL,
       position BIGINT NOT NULL,
       sender_id INTEGER NOT NULL REFERENCES users (id),
       command_id UUID NOT NULL,
       content TEXT NOT NULL,
       sent_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
       UNIQUE (lobby_id, position),
       UNIQUE (sender_id, command_id));

     -- Stores a message once, and trims the lobby to its newest ${keptMessages}. Positions have no holes, so that the one
     -- message that is too many is known by its number. The lobby's row is locked until the end of the transaction:
     -- positions rise in the order in which readers come to see them.
     CREATE FUNCTION insert_lobby_message(
       p_lobby_id VARCHAR, p_sender_id INTEGER, p_content TEXT, p_command_id UUID, p_sent_at TIMESTAMPTZ,
       OUT message public_lobby_messages, OUT is_new BOOLEAN)
     LANGUAGE plpgsql AS $$
     DECLARE
       next_position BIGINT;
     BEGIN
       INSERT INTO public_lobbies VALUES (p_lobby_id, 0) ON CONFLICT DO NOTHING;
       PERFORM 1 FROM public_lobbies WHERE lobby_id = p_lobby_id FOR UPDATE;
       SELECT * INTO message FROM public_lobby_messages
         WHERE sender_id = p_sender_id AND command_id = p_command_id;
       is_new := NOT FOUND;
       IF NOT is_new THEN RETURN; END IF;
       UPDATE public_lobbies SET last_position = last_position + 1
         WHERE lobby_id = p_lobby_id RETURNING last_position INTO next_position;
       INSERT INTO public_lobby_messages (lobby_id, position, sender_id, command_id, content, sent_at)
         VALUES (p_lobby_id, next_position, p_sender_id, p_command_id, p_content, p_sent_at)
         RETURNING * INTO message;
       DELETE FROM public_lobby_messages
         WHERE lobby_id = p_lobby_id AND position <= next_position - ${keptMessages};
     END $$;`,
  ],
};

interface Row {
  readonly id: string;
  readonly lobby_id: string;
  readonly position: string;
  readonly sender_id: number;
  readonly command_id: string;
  readonly content: string;
  readonly sent_at: Date;
}

/** On a database that `migratePostgres` has brought up to date; `close` leaves the connections to their owner. */
export function openPostgresLobbyStore(sql: SQL): LobbyStore {
  return {
    async add(messages) {
      if (messages.length === 0) return [];
      // Lobbies in one order, so that two calls never wait for each other's locks.
      const asked = JSON.stringify(
        messages.map(({ lobbyId, senderId, content, commandId, sentAt }, place) => ({
          place,
          lobby_id: lobbyId,
          sender_id: Number(senderId),
          content,
          command_id: commandId,
          sent_at: new Date(sentAt).toISOString(),
        })),
      );
      const rows = (await sql`
        SELECT place, (added.message).*, added.is_new
        FROM (
          SELECT * FROM jsonb_to_recordset(${asked}::text::jsonb) AS asked (
            place INTEGER, lobby_id VARCHAR, sender_id INTEGER, content TEXT, command_id UUID, sent_at TIMESTAMPTZ)
          ORDER BY lobby_id, place) AS asked,
        LATERAL insert_lobby_message(
          asked.lobby_id, asked.sender_id, asked.content, asked.command_id, asked.sent_at) AS added`) as (Row & {
        readonly place: number;
        readonly is_new: boolean;
      })[];
      return rows
        .toSorted((one, other) => one.place - other.place)
        .map((row): AddedLobbyMessage => ({ message: messageOf(row), isNew: row.is_new }));
    },

    async page(lobbyId, before, limit) {
      const from = before === null ? null : await readAgain(() => positionOf(before, lobbyId));
      if (before !== null && from === null) return null;
      const rows = await readAgain(
        async () =>
          (await sql`
            SELECT * FROM public_lobby_messages
            WHERE lobby_id = ${lobbyId} AND (${from}::bigint IS NULL OR position < ${from}::bigint)
            ORDER BY position DESC LIMIT ${limit + 1}`) as Row[],
      );
      const messages = rows.slice(0, limit).reverse().map(messageOf);
      return { messages, nextBefore: rows.length > limit ? (messages[0]?.messageId ?? null) : null };
    },

    close: () => Promise.resolve(),
  };

  async function positionOf(messageId: string, lobbyId: string): Promise<string | null> {
    if (!/^[1-9]\d{0,17}$/.test(messageId)) return null;
    const [row] = (await sql`
      SELECT position FROM public_lobby_messages
      WHERE id = ${messageId}::bigint AND lobby_id = ${lobbyId}`) as Pick<Row, "position">[];
    return row?.position ?? null;
  }
}

function messageOf(row: Row): LobbyMessage {
  return {
    messageId: row.id,
    position: Number(row.position),
    lobbyId: row.lobby_id,
    senderId: asUserId(String(row.sender_id)),
    commandId: asCommandId(row.command_id),
    content: row.content,
    sentAt: row.sent_at.getTime(),
  };
}
