import { Database } from "bun:sqlite";
import { describe, expect, it } from "bun:test";
import { created, idOf, moved, playingRoom } from "./contract-fixture.ts";
import { movesSchema, SqliteMoves } from "./sqlite-moves.ts";
import { SqliteBegunRooms } from "./sqlite-begun-rooms.ts";
import { Settling, type Unsettled } from "./sqlite-settling.ts";
import { begunRoomsTable } from "./sqlite-steps.ts";
import { roomRules } from "../rooms/room-rules.ts";
import { asUserId, type RoomId } from "../../protocol/index.ts";

const first = created(playingRoom("a"));
const second = created(playingRoom("b", asUserId("11"), asUserId("12")));

/** A store's moves, without the store: what is settled is noted. */
function start() {
  const database = new Database(":memory:");
  database.run(movesSchema + begunRoomsTable);
  const moves = new SqliteMoves(database);
  const begun = new SqliteBegunRooms(database, roomRules([]));
  const settling = new Settling(moves, begun, 2);
  const settled: RoomId[] = [];
  const note = ({ document }: Unsettled) => void settled.push(document.room.roomId);
  return {
    settling,
    settled,
    note,
    rows: () => database.query("SELECT count(*) AS rows FROM packed_moves").get(),
    rowsOfBegun: () => database.query("SELECT count(*) AS rows FROM begun_rooms").get(),
    begin({ document, dueAt }: typeof first): void {
      begun.append([{ number: 1, document, dueAt }]);
      begun.appended(1);
      settling.keep(document.room.roomId, { document, dueAt });
    },
    move(before: typeof first): Unsettled {
      const { document, dueAt, making } = moved(before);
      if (making === null) throw new Error("It is a move.");
      moves.append([{ roomId: document.room.roomId, version: document.version, dueAt, making }]);
      moves.appended(1);
      settling.keep(document.room.roomId, { document, dueAt });
      return { document, dueAt };
    },
    commits(count: number): void {
      for (let n = 0; n < count; n += 1) settling.done(settling.some(1, note));
    },
  };
}

describe("moves that are settled", () => {
  it("go when the rows of all their rooms are written, and not before", () => {
    const { move, commits, settled, rows } = start();
    move(first);
    move(second);
    commits(1);
    expect(rows()).toEqual({ rows: 2 });
    commits(3);
    expect(settled.toSorted()).toEqual([idOf(first), idOf(second)].toSorted());
    expect(rows()).toEqual({ rows: 0 });
  });

  it("take the first documents of new rooms with them, which count as moves", () => {
    const { begin, commits, settled, rowsOfBegun } = start();
    begin(first);
    begin(second);
    commits(1);
    expect(rowsOfBegun()).toEqual({ rows: 2 });
    commits(3);
    expect(settled.toSorted()).toEqual([idOf(first), idOf(second)].toSorted());
    expect(rowsOfBegun()).toEqual({ rows: 0 });
    // What comes then is not taken for what has gone.
    begin(first);
    commits(1);
    expect(rowsOfBegun()).toEqual({ rows: 1 });
  });

  it("stay where a commit failed that had written the row of one of their rooms, until it is written after all", () => {
    const { move, commits, settling, settled, note, rows } = start();
    const unsettled = move(first);
    move(second);
    // The commit writes the whole of the first room; a round begins in it, and it fails.
    settling.forget(idOf(first));
    settling.some(1, note);
    settled.length = 0;
    settling.keep(idOf(first), unsettled);
    settling.failed();
    commits(5);
    expect(settled.toSorted()).toEqual([idOf(first), idOf(second)].toSorted());
    expect(rows()).toEqual({ rows: 0 });
  });
});
