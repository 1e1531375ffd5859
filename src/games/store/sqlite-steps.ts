/** How the tables of rooms in SQLite became what they are: each step is followed once, and never changed. */
import { movesSchema } from "./sqlite-moves.ts";

const rooms = `
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
const openRoomsInMemory = `
  DROP TABLE room_claims;
  DROP INDEX game_rooms_in_play;
  CREATE INDEX game_rooms_finished ON game_rooms (finished_at) WHERE finished_at IS NOT NULL;
`;

/** Documents of rooms that go on, some in a row. */
export const packedDocumentsTable = `
  CREATE TABLE packed_documents (
    number INTEGER PRIMARY KEY,
    documents BLOB NOT NULL
  ) STRICT;
`;

/**
 * Rooms are rows by a number that grows, so that those which are young together are neighbours: by their ids each was on
 * a page of its own. The number of a room (`room`) is another one than that of its document, which comes later. What is
 * asked of rooms in play is in memory; the rows of others are found by id, by member, and by when they are due.
 *
 * A document is text where a version before this one wrote it. Of a finished room the flag is read from its document,
 * which may be behind its record while moves wait.
 */
const roomsByNumber = `
  CREATE TABLE numbered_rooms (
    number INTEGER PRIMARY KEY,
    room_id TEXT NOT NULL,
    game_type TEXT NOT NULL,
    room_name TEXT NOT NULL,
    host_id TEXT NOT NULL,
    status TEXT NOT NULL,
    players TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER
  ) STRICT;
  INSERT INTO numbered_rooms
    SELECT game_states.rowid, room_id, game_type, room_name, host_id, status, players,
      created_at, started_at, finished_at
    FROM game_states CROSS JOIN game_rooms USING (room_id) ORDER BY game_states.rowid;

  CREATE TABLE numbered_states (
    number INTEGER PRIMARY KEY,
    room_id TEXT NOT NULL,
    room INTEGER NOT NULL,
    version INTEGER NOT NULL,
    document ANY NOT NULL,
    in_play INTEGER NOT NULL,
    due_at INTEGER
  ) STRICT;
  INSERT INTO numbered_states
    SELECT game_states.rowid, game_states.room_id, game_states.rowid, version, document,
      CASE
        WHEN status IN ('waiting', 'playing') THEN 1
        WHEN status = 'finished' THEN json_extract(document, '$.room.status') IN ('waiting', 'playing')
          OR (json_extract(document, '$.room.rematch.kind') = 'open'
            AND NOT json_extract(document, '$.room.archived'))
        ELSE 0
      END,
      due_at
    FROM game_states CROSS JOIN numbered_rooms ON numbered_rooms.number = game_states.rowid
    ORDER BY game_states.rowid;

  CREATE TABLE numbered_members (
    user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    room INTEGER NOT NULL,
    PRIMARY KEY (user_id, created_at, room)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO numbered_members
    SELECT user_id, room_members.created_at, game_states.rowid
    FROM room_members CROSS JOIN game_states USING (room_id) CROSS JOIN game_rooms USING (room_id)
    WHERE status NOT IN ('waiting', 'playing')
    ORDER BY user_id, room_members.created_at, game_states.rowid;

  DROP TABLE game_rooms;
  DROP TABLE game_states;
  DROP TABLE room_members;
  ALTER TABLE numbered_rooms RENAME TO game_rooms;
  ALTER TABLE numbered_states RENAME TO game_states;
  ALTER TABLE numbered_members RENAME TO room_members;
  CREATE UNIQUE INDEX game_states_by_id ON game_states (room_id);
  CREATE INDEX game_states_in_play ON game_states (in_play) WHERE in_play = 1;
  CREATE INDEX game_states_due ON game_states (due_at) WHERE in_play = 0 AND due_at IS NOT NULL;
  ${packedDocumentsTable}
`;

export const roomSteps = [rooms + movesSchema, openRoomsInMemory, roomsByNumber] as const;
