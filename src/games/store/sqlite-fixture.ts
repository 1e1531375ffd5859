/** Files of rooms as earlier versions have left them, for what tests that this one goes on with them. */
import { Database } from "bun:sqlite";
import { renameSync, rmSync } from "node:fs";
import { unpacked } from "./sqlite-packing.ts";
import { roomSteps } from "./sqlite-steps.ts";

/** The text of a document, whichever way it is kept. */
export function textOf(document: string | Uint8Array): string {
  return typeof document === "string" ? document : JSON.stringify(unpacked(document));
}

/** Makes of a file what a version has left that knew so many steps: it kept documents as text, and rooms by their ids. */
export function makeEarlier(path: string, steps: 1 | 2): void {
  const earlier = new Database(`${path}.earlier`, { create: true, strict: true });
  earlier.run(
    "CREATE TABLE migrations (component TEXT, number INTEGER, PRIMARY KEY (component, number)) STRICT",
  );
  for (let step = 1; step <= steps; step += 1) {
    earlier.run(roomSteps[step - 1] ?? "");
    earlier.run("INSERT INTO migrations VALUES ('rooms', ?)", [step]);
  }
  earlier.run("ATTACH ? AS now", [path]);
  earlier.run(copied);
  const insert = earlier.prepare(
    `INSERT INTO main.game_states VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT DO UPDATE SET version = ?2, document = ?3, due_at = ?4 WHERE version < ?2`,
  );
  for (const { room_id, version, document, due_at } of earlier.query<State, []>(states).all())
    insert.run(room_id, version, textOf(document), due_at);
  for (const { documents } of earlier
    .query<{ documents: Uint8Array }, []>("SELECT documents FROM now.packed_documents ORDER BY number")
    .all())
    for (const [number, version, dueAt, saved] of unpacked(documents) as readonly Packed[])
      insert.run(idOf(earlier, number), version, JSON.stringify(saved), dueAt);
  insert.finalize();
  earlier.close();
  for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
  renameSync(`${path}.earlier`, path);
}

interface State {
  readonly room_id: string;
  readonly version: number;
  readonly document: string | Uint8Array;
  readonly due_at: number | null;
}

type Packed = readonly [number: number, version: number, dueAt: number | null, saved: unknown];

const states = "SELECT room_id, version, document, due_at FROM now.game_states ORDER BY number";

const copied = `
  INSERT INTO main.game_rooms (room_id, game_type, room_name, host_id, status, players, listing,
    created_at, started_at, finished_at)
    SELECT room_id, game_type, room_name, host_id, status, players,
      CASE WHEN status IN ('waiting', 'playing') THEN '{}' END, created_at, started_at, finished_at
    FROM now.game_rooms;
  INSERT INTO main.room_members (user_id, room_id, created_at)
    SELECT value, room_id, created_at FROM now.game_rooms, json_each(players)
    WHERE status IN ('waiting', 'playing');
  INSERT INTO main.room_members (user_id, room_id, created_at)
    SELECT user_id, room_id, room_members.created_at
    FROM now.room_members JOIN now.game_rooms ON number = room;
  INSERT INTO main.packed_moves SELECT number, moves FROM now.packed_moves;
`;

function idOf(database: Database, number: number): string {
  const row = database.query<{ room_id: string }, [number]>(
    "SELECT room_id FROM now.game_rooms WHERE number = ?",
  );
  return row.get(number)?.room_id ?? "";
}
