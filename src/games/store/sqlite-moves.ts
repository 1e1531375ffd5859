/**
 * Moves: changes of rooms by events, as nearly all are. All moves of a commit are one short row at the end of a table,
 * where whole documents would be many pages all over the file; packed, since they say the same things again and again
 * and every byte is written twice, to the log of the database and to the database. Documents are written when many moves have come
 * together; until then they are in memory, and after a crash they are made again from here.
 */
import type { Database } from "bun:sqlite";
import { documentAfter } from "./document.ts";
import type { RoomDocument } from "./port.ts";
import { packed, unpacked } from "./sqlite-packing.ts";
import { restoredMove, savedMove, type Move, type SavedMove } from "./saved-moves.ts";
import type { RoomRules } from "../rooms/room-rules.ts";

export const movesSchema = `
  CREATE TABLE IF NOT EXISTS packed_moves (
    number INTEGER PRIMARY KEY,
    moves BLOB NOT NULL
  ) STRICT;
  -- Of earlier versions, which find what they refuse to start with: they would not see the moves of this one.
  CREATE TABLE IF NOT EXISTS room_moves (
    number INTEGER PRIMARY KEY,
    moves TEXT NOT NULL
  ) STRICT;
  INSERT INTO room_moves (number, moves) VALUES (0, '[{"by":"a later version"}]');
`;

export function moved(before: RoomDocument, { making }: Move, evolve: RoomRules["evolve"]): RoomDocument {
  const room = making.events.reduce((each, { event }) => evolve(each, event), before.room);
  return documentAfter({ before, room, making });
}

const unknownMoves = "An earlier version wrote these moves and was killed: start it once more, and stop it.";

export interface MovesMark {
  readonly number: number;
  readonly count: number;
}

export class SqliteMoves {
  readonly #statements: ReturnType<typeof prepare>;
  /** Of the last row. */
  #number: number;
  /** Moves in the table, about. */
  #count = 0;

  constructor(database: Database) {
    packEarlier(database);
    this.#statements = prepare(database);
    this.#number = Number(this.#statements.last.values()[0]?.[0] ?? 0);
  }

  get count(): number {
    return this.#count;
  }

  /** Everything up to now, for `forget`. */
  mark(): MovesMark {
    return { number: this.#number, count: this.#count };
  }

  append(moves: readonly Move[]): void {
    this.#statements.insert.run(this.#number + 1, packedMoves(moves));
  }

  /** What `append` wrote is there for good. */
  appended(count: number): void {
    this.#number += 1;
    this.#count += count;
  }

  /** In their order. */
  *all(): Iterable<Move> {
    for (const { moves: row } of this.#statements.all.iterate()) {
      const moves = movesIn(row);
      this.#count += moves.length;
      yield* moves;
    }
  }

  /**
   * What was there at a mark is in the documents. Lets so many rows go, the oldest first.
   * @returns whether all have gone; then `forgotten` is to be told, once that is durable
   */
  forgetSome({ number }: MovesMark, rows: number): boolean {
    const last = Math.min(number, Number(this.#statements.first.values()[0]?.[0] ?? number) + rows - 1);
    this.#statements.forget.run(last);
    return last >= number;
  }

  forgotten({ count }: MovesMark): void {
    this.#count -= count;
  }

  finalize(): void {
    for (const statement of Object.values(this.#statements)) statement.finalize();
  }
}

function packedMoves(moves: readonly Move[]): Uint8Array {
  return packed(moves.map(savedMove));
}

function movesIn(row: Uint8Array): readonly Move[] {
  return (unpacked(row) as readonly SavedMove[]).map(restoredMove); // as `packedMoves` made it
}

/** An earlier version kept them as text: what it has left, having been killed, is taken over. */
function packEarlier(database: Database): void {
  const all = database.prepare<{ number: number; moves: string }, []>(
    "SELECT number, moves FROM room_moves WHERE number > 0",
  );
  const insert = database.prepare("INSERT INTO packed_moves (number, moves) VALUES (?, ?)");
  database.transaction(() => {
    for (const { number, moves } of all.all()) insert.run(number, packedMoves(readEarlier(moves)));
    database.run("DELETE FROM room_moves WHERE number > 0");
  })();
  for (const statement of [insert, all]) statement.finalize();
}

/** @throws where they have not even the events, as those of the version before that one */
function readEarlier(text: string): readonly Move[] {
  const moves = JSON.parse(text) as readonly (Omit<Move, "making"> & Partial<Move>)[];
  return moves.map(({ making, ...move }) => {
    if (making === undefined) throw new Error(unknownMoves);
    return { ...move, making };
  });
}

function prepare(database: Database) {
  return {
    first: database.prepare("SELECT min(number) FROM packed_moves"),
    last: database.prepare("SELECT max(number) FROM packed_moves"),
    insert: database.prepare("INSERT INTO packed_moves (number, moves) VALUES (?, ?)"),
    all: database.prepare<{ moves: Uint8Array }, []>("SELECT moves FROM packed_moves ORDER BY number"),
    forget: database.prepare("DELETE FROM packed_moves WHERE number <= ?"),
  };
}
