/**
 * Documents of rooms that go on, as moves are written: those of one commit in one row at the end of a table, new rooms'
 * and those that are settled. A row of its own, among those of all rooms, a room has when it is over, or when nothing came
 * of it for as long as these rows stay: most are written there once.
 */
import type { Database } from "bun:sqlite";
import type { RoomDocument } from "./port.ts";
import { restoredDocument, savedDocument, type Saved } from "./sqlite-documents.ts";
import { packed, unpacked } from "./sqlite-packing.ts";
import type { RoomForm } from "../rooms/room-rules.ts";

export interface PackedDocument {
  /** Of its record. */
  readonly number: number;
  readonly document: RoomDocument;
  readonly dueAt: number | null;
}

type SavedDocument = readonly [number: number, version: number, dueAt: number | null, Saved];

export interface DocumentsMark {
  readonly number: number;
  readonly count: number;
}

export class SqlitePackedDocuments {
  readonly #statements: ReturnType<typeof prepare>;
  readonly #form: RoomForm;
  /** Of the last row. No number comes again while this runs: a mark would mean another row. */
  #number: number;
  /** Of new rooms, about. */
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
  mark(): DocumentsMark {
    return { number: this.#number, count: this.#count };
  }

  append(documents: readonly PackedDocument[]): void {
    this.#number += 1;
    this.#statements.insert.run(
      this.#number,
      packed(
        documents.map(({ number, document, dueAt }): SavedDocument => {
          return [number, document.version, dueAt, savedDocument(document, this.#form)];
        }),
      ),
    );
  }

  /** What `append` wrote is there for good; so many were of new rooms. */
  appended(count: number): void {
    this.#count += count;
  }

  /** In their order. */
  *all(): Iterable<PackedDocument> {
    for (const { documents: row } of this.#statements.all.iterate()) {
      const documents = unpacked(row) as readonly SavedDocument[]; // as `append` made it
      this.#count += documents.length;
      for (const [number, version, dueAt, saved] of documents)
        yield { number, dueAt, document: restoredDocument(saved, version, this.#form) };
    }
  }

  /**
   * The rooms up to a mark have later rows. Lets so many rows go, the oldest first.
   * @returns whether all have gone; then `forgotten` is to be told, once that is durable
   */
  forgetSome({ number }: DocumentsMark, rows: number): boolean {
    const last = Math.min(number, (this.#statements.first.get()?.number ?? number) + rows - 1);
    this.#statements.forget.run(last);
    return last >= number;
  }

  forgotten({ count }: DocumentsMark): void {
    this.#count -= count;
  }

  finalize(): void {
    for (const statement of Object.values(this.#statements)) statement.finalize();
  }
}

function prepare(database: Database) {
  return {
    first: database.prepare<{ number: number | null }, []>(
      "SELECT min(number) AS number FROM packed_documents",
    ),
    last: database.prepare<{ number: number | null }, []>(
      "SELECT max(number) AS number FROM packed_documents",
    ),
    insert: database.prepare("INSERT INTO packed_documents (number, documents) VALUES (?, ?)"),
    all: database.prepare<{ documents: Uint8Array }, []>(
      "SELECT documents FROM packed_documents ORDER BY number",
    ),
    forget: database.prepare("DELETE FROM packed_documents WHERE number <= ?"),
  };
}
