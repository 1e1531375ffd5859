/** The documents of rooms as they are now, wherever they stand: those in use are in memory, the others are read. */
import type { RoomDocument } from "./port.ts";
import { SqliteDeadlines } from "./sqlite-deadlines.ts";
import type { DocumentRows } from "./sqlite-documents.ts";
import type { SqliteRoomsInPlay } from "./sqlite-rooms-in-play.ts";
import type { Settling, Unsettled } from "./sqlite-settling.ts";
import type { InPlayRow } from "./sqlite-tables.ts";
import { RecentlyUsed } from "../recently-used.ts";
import { asRoomId, type RoomId } from "../../protocol/index.ts";

/** Kept in memory, at least; the longest unused are read again when they are needed. */
const cachedDocuments = 10_000;

export class RoomDocuments {
  readonly #settling: Settling;
  readonly #rows: DocumentRows;
  readonly #inPlay: SqliteRoomsInPlay;
  readonly #deadlines = new SqliteDeadlines();
  readonly #cache = new RecentlyUsed<RoomId, RoomDocument>(cachedDocuments);
  /** What was not settled of the rooms of this commit before it, in the order in which they were changed. */
  readonly #before: (readonly [RoomId, Unsettled | undefined])[] = [];

  constructor(settling: Settling, rows: DocumentRows, inPlay: SqliteRoomsInPlay) {
    this.#settling = settling;
    this.#rows = rows;
    this.#inPlay = inPlay;
  }

  read(roomId: RoomId): RoomDocument | null {
    const unsettled = this.#settling.unsettled.get(roomId);
    if (unsettled !== undefined) return unsettled.document;
    const cached = this.#cache.get(roomId);
    if (cached !== undefined) return cached;
    const document = this.#rows.read(roomId);
    if (document !== null) this.#cache.set(roomId, document);
    return document;
  }

  /** Those that are there. */
  readAll(roomIds: readonly RoomId[]): readonly RoomDocument[] {
    return roomIds.map((roomId) => this.read(roomId)).filter((document) => document !== null);
  }

  /** Of rooms in play, as `SqliteDeadlines.due`. */
  due(now: number): readonly (readonly [RoomId, number])[] {
    return this.#deadlines.due(now);
  }

  /** A room in play that has a row of its own. */
  restore(row: InPlayRow): void {
    this.#inPlay.restore(row);
    this.#deadlines.set(asRoomId(row.room_id), row.due_at);
  }

  /** It is newer than the room's row, which is written later. */
  keep(unsettled: Unsettled): void {
    const { document, dueAt } = unsettled;
    const { roomId } = document.room;
    this.#note(roomId);
    this.#settling.keep(roomId, unsettled);
    this.#deadlines.set(roomId, dueAt);
    this.#cache.set(roomId, document);
  }

  write(document: RoomDocument, dueAt: number | null): void {
    const { roomId } = document.room;
    this.#note(roomId);
    this.#rows.write(document, dueAt);
    this.#deadlines.set(roomId, dueAt);
    this.#settling.forget(roomId);
    this.#cache.set(roomId, document);
  }

  /** The last one of a room that is over, which is found by its row alone from now on. */
  writeLast(document: RoomDocument, dueAt: number | null): void {
    const { roomId } = document.room;
    this.#note(roomId);
    this.#rows.write(document, dueAt);
    this.#inPlay.remove(roomId);
    this.#deadlines.set(roomId, null);
    this.#settling.forget(roomId);
    this.#cache.delete(roomId);
  }

  committed(): void {
    this.#before.length = 0;
    this.#inPlay.committed();
    this.#deadlines.committed();
  }

  /** S5: what memory says of the rooms of this commit may never have reached the disk. */
  failed(): void {
    this.#settling.failed();
    this.#inPlay.failed();
    this.#deadlines.failed();
    for (const [roomId, unsettled] of this.#before.toReversed()) {
      this.#cache.delete(roomId);
      if (unsettled === undefined) this.#settling.forget(roomId);
      else this.#settling.keep(roomId, unsettled);
    }
    this.#before.length = 0;
  }

  #note(roomId: RoomId): void {
    this.#before.push([roomId, this.#settling.unsettled.get(roomId)]);
  }
}
