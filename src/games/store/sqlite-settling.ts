/**
 * Documents that are newer than their rows, and when their rows are written: when enough moves have come together,
 * some with each commit, so that no commit is much longer than another. Then the moves go, some at a time.
 */
import type { MovesMark, SqliteMoves } from "./sqlite-moves.ts";
import type { RoomDocument } from "./port.ts";
import type { RoomId } from "../../protocol/index.ts";

export interface Unsettled {
  readonly document: RoomDocument;
  /** Milliseconds since 1970. */
  readonly dueAt: number | null;
}

/** One round: the rooms that are yet to be settled before the moves up to a mark may go. */
interface Round {
  readonly mark: MovesMark;
  readonly rooms: RoomId[];
  /** Rooms for each move that comes meanwhile: the round is over when as many have come as it began with. */
  readonly share: number;
  /** Of the next room. */
  credit: number;
}

/** What one commit did of a round. */
export interface Step {
  readonly rooms: readonly RoomId[];
  readonly isLast: boolean;
}

const nothing: Step = { rooms: [], isLast: false };

/** Rows of moves that go with each commit, when all of their documents are written: more than come. */
const rowsAtOnce = 2;

export class Settling {
  readonly #moves: SqliteMoves;
  readonly #mostMoves: number;
  readonly #unsettled = new Map<RoomId, Unsettled>();
  #round: Round | null = null;

  /** @param mostMoves with so many a round begins */
  constructor(moves: SqliteMoves, mostMoves: number) {
    this.#moves = moves;
    this.#mostMoves = mostMoves;
  }

  get unsettled(): ReadonlyMap<RoomId, Unsettled> {
    return this.#unsettled;
  }

  keep(roomId: RoomId, unsettled: Unsettled): void {
    this.#unsettled.set(roomId, unsettled);
  }

  /** Its row is as new as it is. */
  forget(roomId: RoomId): void {
    this.#unsettled.delete(roomId);
  }

  /**
   * For the transaction of a commit with so many moves. What it did counts when `done` is told.
   * @param write writes the row of a room
   */
  some(moves: number, write: (unsettled: Unsettled) => void): Step {
    this.#round ??= this.#begin();
    if (this.#round === null) return nothing;
    const { mark, rooms, share } = this.#round;
    if (rooms.length === 0) return { rooms: [], isLast: this.#moves.forgetSome(mark, rowsAtOnce) };
    this.#round.credit = Math.min(this.#round.credit + moves * share, rooms.length);
    const settled = rooms.slice(rooms.length - Math.floor(this.#round.credit));
    this.#write(settled, write);
    return { rooms: settled, isLast: false };
  }

  done({ rooms, isLast }: Step): void {
    if (this.#round === null) return;
    this.#round.rooms.length -= rooms.length;
    this.#round.credit -= rooms.length;
    for (const roomId of rooms) this.#unsettled.delete(roomId);
    if (!isLast) return;
    this.#moves.forgotten(this.#round.mark);
    this.#round = null;
  }

  /** The commit was not made: what it had taken for settled is not. Another round begins anew. */
  failed(): void {
    this.#round = null;
  }

  /** All of them at once, for a transaction. What it did counts when `allDone` is told. */
  all(write: (unsettled: Unsettled) => void): MovesMark {
    const mark = this.#moves.mark();
    this.#write([...this.#unsettled.keys()], write);
    this.#moves.forgetSome(mark, Number.POSITIVE_INFINITY);
    return mark;
  }

  allDone(mark: MovesMark): void {
    this.#round = null;
    this.#unsettled.clear();
    this.#moves.forgotten(mark);
  }

  #begin(): Round | null {
    if (this.#moves.count < this.#mostMoves) return null;
    const rooms = [...this.#unsettled.keys()];
    return { mark: this.#moves.mark(), rooms, share: rooms.length / this.#mostMoves, credit: 0 };
  }

  #write(roomIds: readonly RoomId[], write: (unsettled: Unsettled) => void): void {
    for (const roomId of roomIds) {
      const unsettled = this.#unsettled.get(roomId);
      // Its row was written meanwhile: it was put away.
      if (unsettled !== undefined) write(unsettled);
    }
  }
}
