/** Files of rooms as earlier versions have left them, for what tests that this one goes on with them. */
import type { Database } from "bun:sqlite";

/** As the version before left it, which had what open rooms hold in a table. */
export function makeEarlier(database: Database): void {
  database.run(`
    CREATE TABLE room_claims (claim TEXT PRIMARY KEY, room_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX game_rooms_in_play ON game_rooms (status, finished_at);
    DROP INDEX game_rooms_finished;
    DELETE FROM migrations WHERE component = 'rooms' AND number = 2`);
}
