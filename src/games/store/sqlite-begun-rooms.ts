/**
 * New rooms: their first documents, those of one commit in one row at the end of a table. A row of its own, among those
 * of all rooms, a room has when it is settled or over: most are over before they are settled, and are written there once.
 */
import type { Database } from "bun:sqlite";
import type { RoomDocument } from "./port.ts";
import { packed, restoredDocument, savedDocument, unpacked, type Saved } from "./sqlite-documents.ts";
import type { RoomForm } from "../rooms/room-rules.ts";

export interface BegunRoom {
  /** Of its record. */
  readonly number: number;
  readonly document: RoomDocument;
  readonly dueAt: number | null;
}

type SavedRoom = readonly [number: number, version: number, dueAt: number | null, Saved];

export interface BegunMark {
  readonly number: number;
  readonly count: number;
}

export class SqliteBegunRooms {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #form: RoomForm;
  /** Of the last row. No number comes again while this runs: a mark would mean another row. */
  #number: number;
  /** Rooms in the table. */
  #count = 0;

  constructor(database: Database, form: RoomForm) {
    this.#statements = prepare(database);
    this.#form = form;
    this.#number = this.#statements.last.get()?.number ?? 0;
  }

  get count(): number {
    return this.#count;
  }

  /** Everything up to now, for `forget`. */
  mark(): BegunMark {
    return { number: this.#number, count: this.#count };
  }

  append(rooms: readonly BegunRoom[]): void {
    this.#number += 1;
    this.#statements.insert.run(
      this.#number,
      packed(
        rooms.map(({ number, document, dueAt }): SavedRoom => {
          return [number, document.version, dueAt, savedDocument(document, this.#form)];
        }),
      ),
    );
  }

  /** What `append` wrote is there for good. */
  appended(count: number): void {
    this.#count += count;
  }

  /** In their order. */
  *all(): Iterable<BegunRoom> {
    for (const { rooms: row } of this.#statements.all.iterate()) {
      const rooms = unpacked(row) as readonly SavedRoom[]; // as `append` made it
      this.#count += rooms.length;
      for (const [number, version, dueAt, saved] of rooms)
        yield { number, dueAt, document: restoredDocument(saved, version, this.#form) };
    }
  }

  /**
   * The rooms up to a mark have rows of their own. Lets so many rows go, the oldest first.
   * @returns whether all have gone; then `forgotten` is to be told, once that is durable
   */
  forgetSome({ number }: BegunMark, rows: number): boolean {
    const last = Math.min(number, (this.#statements.first.get()?.number ?? number) + rows - 1);
    this.#statements.forget.run(last);
    return last >= number;
  }

  forgotten({ count }: BegunMark): void {
    this.#count -= count;
  }

  finalize(): void {
    for (const statement of Object.values(this.#statements)) statement.finalize();
  }
}

function prepare(database: Database) {
  return {
    first: database.prepare<{ number: number | null }, []>("SELECT min(number) AS number FROM begun_rooms"),
    last: database.prepare<{ number: number | null }, []>("SELECT max(number) AS number FROM begun_rooms"),
    insert: database.prepare("INSERT INTO begun_rooms (number, rooms) VALUES (?, ?)"),
    all: database.prepare<{ rooms: Uint8Array }, []>("SELECT rooms FROM begun_rooms ORDER BY number"),
    forget: database.prepare("DELETE FROM begun_rooms WHERE number <= ?"),
  };
}
