/** What is asked of the tables of rooms in SQLite (sqlite-steps.ts). */
import type { Database } from "bun:sqlite";

/** What a room's record says of it. */
export interface RecordRow {
  readonly number: number;
  readonly room_id: string;
  readonly game_type: string;
  readonly room_name: string;
  readonly status: "waiting" | "playing" | "finished" | "closed";
  /** JSON: their ids. */
  readonly players: string;
  /** Milliseconds since 1970. */
  readonly created_at: number;
}

export interface InPlayRow extends RecordRow {
  readonly due_at: number | null;
}

export interface StateRow {
  readonly version: number;
  readonly document: string | Uint8Array;
}

/** A room that is over, and whose it is. */
export interface MemberRow {
  readonly number: number;
  readonly room_id: string;
  readonly created_at: number;
}

export type Statements = ReturnType<typeof prepareRooms>;

const record = "game_rooms.number, game_rooms.room_id, game_type, room_name, status, players, created_at";

export function prepareRooms(database: Database) {
  return {
    load: database.prepare<StateRow, [string]>("SELECT version, document FROM game_states WHERE room_id = ?"),
    /** The number of its record. */
    numberOf: database.prepare<{ room: number }, [string]>("SELECT room FROM game_states WHERE room_id = ?"),
    versionOf: database.prepare<{ version: number }, [string]>(
      "SELECT version FROM game_states WHERE room_id = ?",
    ),
    saveState: database.prepare(
      `INSERT INTO game_states (room_id, room, version, document, in_play, due_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6)
       ON CONFLICT (room_id) DO UPDATE SET version = ?3, document = ?4, in_play = ?5, due_at = ?6`,
    ),
    insertRoom: database.prepare(
      `INSERT INTO game_rooms (room_id, game_type, room_name, host_id, status, players,
         created_at, started_at, finished_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
    ),
    updateRoom: database.prepare(
      `UPDATE game_rooms SET status = ?2, players = ?3, started_at = ?4, finished_at = ?5 WHERE number = ?1`,
    ),
    record: database.prepare<RecordRow, [number]>(`SELECT ${record} FROM game_rooms WHERE number = ?`),
    inPlay: database.prepare<InPlayRow, []>(
      `SELECT ${record}, due_at FROM game_states CROSS JOIN game_rooms ON game_rooms.number = room
       WHERE in_play = 1`,
    ),
    deleteMember: database.prepare(
      "DELETE FROM room_members WHERE user_id = ? AND created_at = ? AND room = ?",
    ),
    insertMember: database.prepare("INSERT INTO room_members (user_id, created_at, room) VALUES (?, ?, ?)"),
    lastOver: database.prepare<MemberRow, [string, number]>(
      `SELECT number, room_id, mine.created_at
       FROM (SELECT room, created_at FROM room_members WHERE user_id = ?
         ORDER BY created_at DESC, room DESC LIMIT ?) AS mine
       JOIN game_rooms ON number = room`,
    ),
    due: database.prepare<{ room_id: string; due_at: number }, [number, number]>(
      "SELECT room_id, due_at FROM game_states WHERE in_play = 0 AND due_at <= ? ORDER BY due_at LIMIT ?",
    ),
    unarchived: database.prepare("SELECT room_id FROM game_states WHERE in_play = 0 AND due_at IS NOT NULL"),
  };
}
