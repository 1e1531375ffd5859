/**
 * Moves: changes of rooms by events, as nearly all are. All moves of a commit are one short row at the end of a table,
 * where whole documents would be many pages all over the file. Documents are written when many moves have come
 * together; until then they are in memory, and after a crash they are made again from here.
 */
import type { Database } from "bun:sqlite";
import { documentAfter } from "./document.ts";
import type { Making, RoomDocument } from "./port.ts";
import type { RoomEvent } from "../rooms/events.ts";
import type { Room } from "../rooms/room.ts";
import type { RoomId } from "../../protocol/index.ts";

export const movesSchema = `
  CREATE TABLE IF NOT EXISTS room_moves (
    number INTEGER PRIMARY KEY,
    moves TEXT NOT NULL
  ) STRICT;
`;

/** From one version of a room's document to the next. */
export interface Move {
  readonly roomId: RoomId;
  /** That it leads to. */
  readonly version: number;
  readonly dueAt: number | null;
  readonly making: Making;
}

/** The room after an event, by the rules of its game. */
export type Evolve = (room: Room, event: RoomEvent) => Room;

export function moved(before: RoomDocument, { making }: Move, evolve: Evolve): RoomDocument {
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
    this.#statements.insert.run(this.#number + 1, JSON.stringify(moves));
  }

  /** What `append` wrote is there for good. */
  appended(count: number): void {
    this.#number += 1;
    this.#count += count;
  }

  /** In their order. */
  *all(): Iterable<Move> {
    for (const [text] of this.#statements.all.values()) {
      const moves = JSON.parse(String(text)) as readonly Move[]; // as `append` wrote it
      if (moves.some(({ making }) => (making as Making | undefined) === undefined))
        throw new Error(unknownMoves);
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

function prepare(database: Database) {
  return {
    first: database.prepare("SELECT min(number) FROM room_moves"),
    last: database.prepare("SELECT max(number) FROM room_moves"),
    insert: database.prepare("INSERT INTO room_moves (number, moves) VALUES (?, ?)"),
    all: database.prepare("SELECT moves FROM room_moves ORDER BY number"),
    forget: database.prepare("DELETE FROM room_moves WHERE number <= ?"),
  };
}
