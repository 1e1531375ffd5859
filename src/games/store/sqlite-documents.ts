/**
 * Documents as they are kept in SQLite: packed, since most of one is names of fields and what other documents say too, and
 * every page that it takes is written twice.
 */
import { restoredOutcomes, type SavedOutcomes } from "./outcomes.ts";
import type { RoomDocument } from "./port.ts";
import { packed, unpacked } from "./sqlite-packing.ts";
import type { RoomRecords } from "./sqlite-records.ts";
import type { StateRow, Statements } from "./sqlite-tables.ts";
import type { RoomForm } from "../rooms/room-rules.ts";
import { waitsForPlayers } from "../rooms/room.ts";
import type { RoomId } from "../../protocol/index.ts";

/** What is saved of a document beside its version. */
export interface Saved extends Pick<RoomDocument, "room" | "tail"> {
  /** Rooms that an earlier version has saved have none with them. */
  readonly outcomes?: SavedOutcomes;
}

export function savedDocument({ room, tail, outcomes }: RoomDocument, form: RoomForm): Saved {
  return { room: form.kept(room), tail, outcomes };
}

export function restoredDocument(
  { room, tail, outcomes = [] }: Saved,
  version: number,
  form: RoomForm,
): RoomDocument {
  return { room: form.restored(room), version, tail, outcomes: restoredOutcomes(outcomes) };
}

/** Rooms' rows of their own. */
export class DocumentRows {
  readonly #statements: Statements;
  readonly #records: RoomRecords;
  readonly #form: RoomForm;

  constructor(statements: Statements, records: RoomRecords, form: RoomForm) {
    this.#statements = statements;
    this.#records = records;
    this.#form = form;
  }

  read(roomId: RoomId): RoomDocument | null {
    const row = this.#statements.load.get(roomId);
    return row === null ? null : documentIn(row, this.#form);
  }

  /** 0 where there is no row. */
  versionOf(roomId: RoomId): number {
    return this.#statements.versionOf.get(roomId)?.version ?? 0;
  }

  write(document: RoomDocument, dueAt: number | null): void {
    const { room, version } = document;
    const saved = packed(savedDocument(document, this.#form));
    const isInPlay = waitsForPlayers(room) ? 1 : 0;
    const number = this.#records.numberOf(room.roomId);
    this.#statements.saveState.run(room.roomId, number, version, saved, isInPlay, dueAt);
  }
}

/** Text is what an earlier version has written. */
function documentIn({ version, document }: StateRow, form: RoomForm): RoomDocument {
  const saved: unknown = typeof document === "string" ? JSON.parse(document) : unpacked(document);
  // The column holds what this adapter wrote.
  return restoredDocument(saved as Saved, version, form);
}
