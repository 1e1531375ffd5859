/** The tables of private chat in SQLite, and what is asked of them. */
import type { Database } from "bun:sqlite";
import type { PrivateMessage } from "./port.ts";
import { asCommandId, asUserId } from "../../../protocol/index.ts";

export const tablesSchema = `
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

export interface MessageRow {
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

export type Statements = ReturnType<typeof prepare>;

export function prepare(database: Database) {
  return {
    known: database.prepare<MessageRow, [string, string]>(
      "SELECT * FROM private_messages WHERE sender_id = ? AND command_id = ?",
    ),
    saveChat: database.prepare<{ id: number }, [string, string, number, number, number]>(
      `INSERT INTO private_chats (first_id, second_id, last_position, admin_wrote, created_at)
       VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT (first_id, second_id) DO UPDATE SET last_position = ?3, admin_wrote = ?4
       RETURNING id`,
    ),
    insert: database.prepare<null, [number, number, number, string, string, string, string, number]>(
      `INSERT INTO private_messages (id, chat_id, position, sender_id, recipient_id, command_id, content, sent_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    /** Of the last message that there was, also where it is gone. */
    last: database.prepare<{ id: number }, []>(
      "SELECT seq AS id FROM sqlite_sequence WHERE name = 'private_messages'",
    ),
    version: database.prepare<{ data_version: number }, []>("PRAGMA data_version"),
    chat: database.prepare<{ id: number; last_position: number; admin_wrote: number }, [string, string]>(
      "SELECT id, last_position, admin_wrote FROM private_chats WHERE first_id = ? AND second_id = ?",
    ),
    place: database.prepare<{ position: number }, [number, number]>(
      "SELECT position FROM private_messages WHERE id = ? AND chat_id = ?",
    ),
    older: database.prepare<MessageRow, [number, number, number]>(
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
    chats: database.prepare<MessageRow, [string, number]>(
      `SELECT m.* FROM private_chats AS c
       JOIN private_messages AS m ON m.chat_id = c.id AND m.position = c.last_position
       WHERE c.first_id = ?1 OR c.second_id = ?1 ORDER BY m.id DESC LIMIT ?2`,
    ),
  };
}

export function messageOf(row: MessageRow): PrivateMessage {
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
