/**
 * Documents that are newer than their rows, and when they are written: when enough moves have come together, some with
 * each commit, so that no commit is much longer than another; among the packed documents, and into a row of its own where
 * nothing came of the room since it was written there. Then the moves go, and what was packed before them, some at a time.
 */
import type { MovesMark, SqliteMoves } from "./sqlite-moves.ts";
import type { DocumentsMark, SqlitePackedDocuments } from "./sqlite-packed-documents.ts";
import type { RoomDocument } from "./port.ts";
import type { RoomId } from "../../protocol/index.ts";

export interface Unsettled {
  readonly document: RoomDocument;
  /** Milliseconds since 1970. */
  readonly dueAt: number | null;
  /** Whether it is among the packed documents as it is. */
  readonly isPacked?: boolean;
}

/** How a document is written, for a transaction. */
export interface Writers {
  /** Among the others of the commit. */
  pack(unsettled: Unsettled): void;
  /** Into the room's own row. */
  write(unsettled: Unsettled): void;
}

/** What the documents will have when they are written. */
export interface Mark {
  readonly moves: MovesMark;
  readonly documents: DocumentsMark;
}

/** One round: the rooms that are yet to be settled before what is up to a mark may go. */
interface Round {
  readonly mark: Mark;
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

/** Rows that go with each commit, when all of their documents are written: more than come. */
const movesAtOnce = 2;
/** They are short. */
const documentsAtOnce = 16;

export class Settling {
  readonly #moves: SqliteMoves;
  readonly #documents: SqlitePackedDocuments;
  readonly #mostMoves: number;
  readonly #unsettled = new Map<RoomId, Unsettled>();
  #round: Round | null = null;

  /** @param mostMoves with so many, new rooms among them, a round begins */
  constructor(moves: SqliteMoves, documents: SqlitePackedDocuments, mostMoves: number) {
    this.#moves = moves;
    this.#documents = documents;
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
   */
  some(moves: number, writers: Writers): Step {
    this.#round ??= this.#begin();
    if (this.#round === null) return nothing;
    const { mark, rooms, share } = this.#round;
    if (rooms.length === 0)
      return { rooms: [], isLast: this.#forgetSome(mark, movesAtOnce, documentsAtOnce) };
    this.#round.credit = Math.min(this.#round.credit + moves * share, rooms.length);
    const settled = rooms.slice(rooms.length - Math.floor(this.#round.credit));
    this.#each(settled, (unsettled) => {
      if (unsettled.isPacked === true) writers.write(unsettled);
      else writers.pack(unsettled);
    });
    return { rooms: settled, isLast: false };
  }

  done({ rooms, isLast }: Step): void {
    if (this.#round === null) return;
    this.#round.rooms.length -= rooms.length;
    this.#round.credit -= rooms.length;
    this.#each(rooms, (unsettled) => {
      const { roomId } = unsettled.document.room;
      if (unsettled.isPacked === true) this.#unsettled.delete(roomId);
      else this.#unsettled.set(roomId, { ...unsettled, isPacked: true });
    });
    if (!isLast) return;
    this.#forgotten(this.#round.mark);
    this.#round = null;
  }

  /** The commit was not made: what it had taken for settled is not. Another round begins anew. */
  failed(): void {
    this.#round = null;
  }

  /** All of them at once, into rows of their own, for a transaction. What it did counts when `allDone` is told. */
  all(write: (unsettled: Unsettled) => void): Mark {
    const mark = this.#mark();
    // First, since the documents may need the room.
    this.#forgetSome(mark, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    for (const unsettled of this.#unsettled.values()) write(unsettled);
    return mark;
  }

  allDone(mark: Mark): void {
    this.#round = null;
    this.#unsettled.clear();
    this.#forgotten(mark);
  }

  #begin(): Round | null {
    if (this.#moves.count + this.#documents.count < this.#mostMoves) return null;
    const rooms = [...this.#unsettled.keys()];
    return { mark: this.#mark(), rooms, share: rooms.length / this.#mostMoves, credit: 0 };
  }

  #mark(): Mark {
    return { moves: this.#moves.mark(), documents: this.#documents.mark() };
  }

  /** @returns whether all have gone */
  #forgetSome(mark: Mark, moves: number, documents: number): boolean {
    const haveMovesGone = this.#moves.forgetSome(mark.moves, moves);
    return this.#documents.forgetSome(mark.documents, documents) && haveMovesGone;
  }

  #forgotten(mark: Mark): void {
    this.#moves.forgotten(mark.moves);
    this.#documents.forgotten(mark.documents);
  }

  #each(roomIds: readonly RoomId[], act: (unsettled: Unsettled) => void): void {
    for (const roomId of roomIds) {
      const unsettled = this.#unsettled.get(roomId);
      // Its row was written meanwhile: it was put away.
      if (unsettled !== undefined) act(unsettled);
    }
  }
}
