/**
 * Moves: changes of rooms that leave their own record as it is, as nearly all are. All moves of a commit are one short
 * row at the end of a table, where whole documents would be many pages all over the file. Documents are written when
 * many moves have come together; until then they are in memory, and after a crash they are made again from here.
 */
import type { Database } from "bun:sqlite";
import { rememberedOutcomes } from "./document.ts";
import { patched, patchOf, type Patch } from "./patch.ts";
import type { Outcome, RoomDocument, Write } from "./port.ts";
import { asUserId, type RoomId, type UserId } from "../../protocol/index.ts";

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
  readonly room: Patch | null;
  readonly tail: RoomDocument["tail"];
  /** Those that are new. */
  readonly outcomes: RoomDocument["outcomes"];
}

/** null where the change is more than a move, and the document is to be written. */
export function moveOf(before: RoomDocument | null, write: Write): Move | null {
  const { document, dueAt } = write;
  if (write.roomChanged || before === null) return null;
  const outcomes = newOutcomes(before.outcomes, document.outcomes);
  if (outcomes === null) return null;
  const { room, version, tail } = document;
  return { roomId: room.roomId, version, dueAt, room: patchOf(before.room, room), tail, outcomes };
}

export function moved(before: RoomDocument, { version, room, tail, outcomes }: Move): RoomDocument {
  const after: Record<UserId, readonly Outcome[]> = { ...before.outcomes };
  for (const userId of Object.keys(outcomes).map(asUserId)) {
    after[userId] = [...(after[userId] ?? []), ...(outcomes[userId] ?? [])].slice(-rememberedOutcomes);
  }
  return { room: patched(before.room, room) as RoomDocument["room"], version, tail, outcomes: after };
}

const nothing: readonly Outcome[] = [];

/** null where some were dropped. */
function newOutcomes(
  before: RoomDocument["outcomes"],
  after: RoomDocument["outcomes"],
): RoomDocument["outcomes"] | null {
  const added: Record<UserId, readonly Outcome[]> = {};
  for (const userId in before) if (after[asUserId(userId)] === undefined) return null;
  for (const text in after) {
    const userId = asUserId(text);
    const wanted = after[userId] ?? nothing;
    const kept = before[userId] ?? nothing;
    if (kept !== wanted) added[userId] = outcomesAfter(kept, wanted);
  }
  return added;
}

/** The outcomes that are in a later list and not in an earlier one: lists only grow at the end. */
function outcomesAfter(earlier: readonly Outcome[], later: readonly Outcome[]): readonly Outcome[] {
  const last = earlier.at(-1);
  if (last === undefined) return later;
  let from = later.length;
  while (from > 0 && later[from - 1]?.commandId !== last.commandId) from -= 1;
  return later.slice(from);
}

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
