import { Database } from "bun:sqlite";
import { describe, expect, it } from "bun:test";
import { created, idOf, moved, playingRoom } from "./contract-fixture.ts";
import { movesSchema, SqliteMoves } from "./sqlite-moves.ts";
import { SqlitePackedDocuments } from "./sqlite-packed-documents.ts";
import { Settling, type Unsettled } from "./sqlite-settling.ts";
import { packedDocumentsTable } from "./sqlite-steps.ts";
import { roomRules } from "../rooms/room-rules.ts";
import { asUserId, type RoomId } from "../../protocol/index.ts";

const first = created(playingRoom("a"));
const second = created(playingRoom("b", asUserId("11"), asUserId("12")));

/** A store's moves, without the store: what is settled is noted. */
function start() {
  const database = new Database(":memory:");
  database.run(movesSchema + packedDocumentsTable);
  const moves = new SqliteMoves(database);
  const documents = new SqlitePackedDocuments(database, roomRules([]));
  const settling = new Settling(moves, documents, 2);
  const settled: RoomId[] = [];
  const rowsOfTheirOwn: RoomId[] = [];
  const writers = {
    pack: ({ document }: Unsettled) => void settled.push(document.room.roomId),
    write: ({ document }: Unsettled) => void rowsOfTheirOwn.push(document.room.roomId),
  };
  return {
    settling,
    settled,
    rowsOfTheirOwn,
    writers,
    rows: () => database.query("SELECT count(*) AS rows FROM packed_moves").get(),
    rowsOfDocuments: () => database.query("SELECT count(*) AS rows FROM packed_documents").get(),
    begin({ document, dueAt }: typeof first): void {
      documents.append([{ number: 1, document, dueAt }]);
      documents.appended(1);
      settling.keep(document.room.roomId, { document, dueAt, isPacked: true });
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
      for (let n = 0; n < count; n += 1) settling.done(settling.some(1, writers));
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

  it("go with the first documents of new rooms, which count as moves, when these have rows of their own", () => {
    const { begin, commits, settled, rowsOfTheirOwn, rowsOfDocuments } = start();
    begin(first);
    begin(second);
    commits(1);
    expect(rowsOfDocuments()).toEqual({ rows: 2 });
    commits(3);
    // Nothing has come of them.
    expect(rowsOfTheirOwn.toSorted()).toEqual([idOf(first), idOf(second)].toSorted());
    expect(settled).toEqual([]);
    expect(rowsOfDocuments()).toEqual({ rows: 0 });
    // What comes then is not taken for what has gone.
    begin(first);
    commits(1);
    expect(rowsOfDocuments()).toEqual({ rows: 1 });
  });

  it("have their rooms written once more when these go on, and into rows of their own when they do not", () => {
    const { move, commits, settled, rowsOfTheirOwn } = start();
    move(first);
    move(second);
    commits(4);
    settled.length = 0;
    move(second);
    move(second);
    commits(4);
    expect(settled).toEqual([idOf(second)]);
    expect(rowsOfTheirOwn).toEqual([idOf(first)]);
  });

  it("stay where a commit failed that had written the row of one of their rooms, until it is written after all", () => {
    const { move, commits, settling, settled, writers, rows } = start();
    const unsettled = move(first);
    move(second);
    // The commit writes the whole of the first room; a round begins in it, and it fails.
    settling.forget(idOf(first));
    settling.some(1, writers);
    settled.length = 0;
    settling.keep(idOf(first), unsettled);
    settling.failed();
    commits(5);
    expect(settled.toSorted()).toEqual([idOf(first), idOf(second)].toSorted());
    expect(rows()).toEqual({ rows: 0 });
  });
});
