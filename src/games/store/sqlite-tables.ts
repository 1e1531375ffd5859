/** The tables of rooms in SQLite, and what is asked of them. */
import type { Database } from "bun:sqlite";

export const roomsSchema = `
  CREATE TABLE IF NOT EXISTS game_rooms (
    room_id TEXT PRIMARY KEY,
    game_type TEXT NOT NULL,
    room_name TEXT NOT NULL,
    host_id TEXT NOT NULL,
    status TEXT NOT NULL,
    players TEXT NOT NULL,
    listing TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS game_rooms_listed ON game_rooms (game_type, created_at) WHERE listing IS NOT NULL;
  CREATE INDEX IF NOT EXISTS game_rooms_waiting ON game_rooms (game_type, created_at) WHERE status = 'waiting';
  CREATE INDEX IF NOT EXISTS game_rooms_in_play ON game_rooms (status, finished_at);
  CREATE TABLE IF NOT EXISTS game_states (
    room_id TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    due_at INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS game_states_due ON game_states (due_at) WHERE due_at IS NOT NULL;
  CREATE TABLE IF NOT EXISTS room_claims (
    claim TEXT PRIMARY KEY,
    room_id TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS room_members (
    user_id TEXT NOT NULL,
    room_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, room_id)
  ) STRICT, WITHOUT ROWID;
  -- Of earlier versions: what a room held is known from its document.
  DROP INDEX IF EXISTS room_claims_of_room;
  DROP INDEX IF EXISTS room_members_of_room;
`;

/** What open rooms hold, and which are open, is in memory. */
export const openRoomsInMemory = `
  DROP TABLE room_claims;
  DROP INDEX game_rooms_in_play;
  CREATE INDEX game_rooms_finished ON game_rooms (finished_at) WHERE finished_at IS NOT NULL;
`;

export interface OpenRow {
  readonly room_id: string;
  readonly game_type: string;
  readonly room_name: string;
  readonly status: "waiting" | "playing";
  /** JSON: their ids. */
  readonly players: string;
}

export type Statements = ReturnType<typeof prepareRooms>;

export function prepareRooms(database: Database) {
  return {
    load: database.prepare<{ version: number; document: string }, [string]>(
      "SELECT version, document FROM game_states WHERE room_id = ?",
    ),
    saveState: database.prepare(
      `INSERT INTO game_states (room_id, version, document, due_at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (room_id) DO UPDATE SET version = ?2, document = ?3, due_at = ?4`,
    ),
    saveRoom: database.prepare(
      `INSERT INTO game_rooms (room_id, game_type, room_name, host_id, status, players,
         listing, created_at, started_at, finished_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
       ON CONFLICT (room_id) DO UPDATE
         SET status = ?5, players = ?6, listing = ?7, started_at = ?9, finished_at = ?10`,
    ),
    deleteMember: database.prepare("DELETE FROM room_members WHERE user_id = ? AND room_id = ?"),
    insertMember: database.prepare(
      "INSERT INTO room_members (user_id, room_id, created_at) VALUES (?, ?, ?)",
    ),
    roomsOf: database.prepare(
      `WITH mine AS (SELECT room_id, created_at FROM room_members WHERE user_id = ?1)
       SELECT room_id FROM mine WHERE room_id IN (
         SELECT room_id FROM (SELECT room_id FROM mine ORDER BY created_at DESC, room_id DESC LIMIT ?2)
         UNION ALL SELECT room_id FROM mine JOIN game_rooms USING (room_id) WHERE status IN ('waiting', 'playing'))
       ORDER BY created_at, room_id`,
    ),
    list: database.prepare(
      `WITH listed AS (
         SELECT * FROM (SELECT room_id, created_at, listing, 1 AS waits FROM game_rooms
           WHERE game_type = ?1 AND status = 'waiting' AND listing IS NOT NULL
           ORDER BY created_at DESC, room_id DESC LIMIT ?2)
         UNION ALL
         SELECT * FROM (SELECT room_id, created_at, listing, 0 AS waits FROM game_rooms
           WHERE game_type = ?1 AND status <> 'waiting' AND listing IS NOT NULL
           ORDER BY created_at DESC, room_id DESC LIMIT ?2)
         ORDER BY waits DESC, created_at DESC, room_id DESC LIMIT ?2)
       SELECT listing FROM listed ORDER BY created_at, room_id`,
    ),
    waiting: database.prepare(
      `SELECT room_id FROM game_rooms WHERE game_type = ? AND status = 'waiting'
       ORDER BY created_at, room_id LIMIT ?`,
    ),
    due: database.prepare(
      "SELECT room_id, due_at FROM game_states WHERE due_at <= ? ORDER BY due_at LIMIT ?",
    ),
    open: database.prepare<OpenRow, []>(
      `SELECT room_id, game_type, room_name, status, players FROM game_rooms
       WHERE listing IS NOT NULL AND status IN ('waiting', 'playing')`,
    ),
    endedSince: database.prepare("SELECT room_id FROM game_rooms WHERE finished_at >= ?"),
    unarchived: database.prepare("SELECT DISTINCT room_id FROM room_members"),
  };
}
