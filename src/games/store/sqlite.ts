/**
 * Rooms in SQLite, for the embedded default. One transaction for all units that come in together (S5: WAL,
 * synchronous=FULL), and the documents in use kept in memory: this process is the only one that writes. A move is
 * written as its events (sqlite-moves.ts), and its document when it has waited with others, as a new room's is; the
 * room's own record is always right.
 */
import { Database, SQLiteError } from "bun:sqlite";
import { migrate } from "../../engines/migrations.ts";
import { isDatabaseFull, limitSize } from "../../engines/sqlite.ts";
import { claimsOf } from "./document.ts";
import { Settling, type Unsettled, type Writers } from "./sqlite-settling.ts";
import { roomSteps } from "./sqlite-steps.ts";
import { prepareRooms, type Statements } from "./sqlite-tables.ts";
import type { Move } from "./saved-moves.ts";
import { SqliteMoves } from "./sqlite-moves.ts";
import {
  mostListed,
  StoreInUse,
  type Claim,
  type OpenRooms,
  type RoomDocument,
  type RoomStore,
  type Unit,
  type UnitResult,
  type Write,
} from "./port.ts";
import { makeAgain } from "./sqlite-after-a-crash.ts";
import { DocumentRows } from "./sqlite-documents.ts";
import { SqlitePackedDocuments, type PackedDocument } from "./sqlite-packed-documents.ts";
import { RoomRecords } from "./sqlite-records.ts";
import { RoomDocuments } from "./sqlite-room-documents.ts";
import { SqliteRoomsInPlay } from "./sqlite-rooms-in-play.ts";
import type { RoomRules } from "../rooms/room-rules.ts";
import { waitsForPlayers, type Room } from "../rooms/room.ts";
import { listingOf } from "../rooms/view.ts";
import { asRoomId, StoreFull, type RoomId, type RoomListing, type UserId } from "../../protocol/index.ts";

/** With so many moves their documents begin to be written. */
const mostMoves = 50_000;

export interface SqliteRoomStoreOptions {
  /** A file, or `:memory:`. */
  readonly path: string;
  /** By which documents are made again of moves that a process which was killed has left. */
  readonly rules: RoomRules;
  /** How large the file may become, in MiB; null: as large as the disk. */
  readonly limitMb?: number | null;
  /** With so many moves their documents begin to be written. */
  readonly settlingAt?: number;
}

/** What one commit says at the end of its tables. */
interface Appended {
  readonly moves: Move[];
  readonly documents: PackedDocument[];
}

/** @throws StoreInUse */
export function openSqliteRoomStore({
  path,
  rules,
  limitMb = null,
  settlingAt = mostMoves,
}: SqliteRoomStoreOptions): RoomStore {
  const database = new Database(path, { create: true, strict: true });
  try {
    // Before anything else: what is kept in memory is true only while nobody else writes.
    database.run("PRAGMA locking_mode = EXCLUSIVE");
    database.run("PRAGMA journal_mode = WAL");
    database.run("PRAGMA synchronous = FULL");
    // A file that this version cannot go on with stays as it was, for the one that can.
    const store = database.transaction(() => new SqliteRoomStore(database, rules, settlingAt)).immediate();
    limitSize(database, limitMb);
    return store;
  } catch (cause) {
    // With its statements, which would keep the file, and with it the lock.
    database.close(true);
    if (cause instanceof SQLiteError && cause.code === "SQLITE_BUSY") {
      throw new StoreInUse(`${path} is in use by another process.`, { cause });
    }
    throw cause;
  }
}

class SqliteRoomStore implements RoomStore {
  readonly isShared = false;
  private readonly database: Database;
  private readonly moves: SqliteMoves;
  private readonly settling: Settling;
  private readonly statements: Statements;
  private readonly rows: DocumentRows;
  private readonly packed: SqlitePackedDocuments;
  private readonly inPlayNow = new SqliteRoomsInPlay();
  private readonly records: RoomRecords;
  private readonly documents: RoomDocuments;

  constructor(database: Database, rules: RoomRules, settlingAt: number) {
    migrate(database, "rooms", roomSteps);
    this.database = database;
    this.statements = prepareRooms(database);
    this.records = new RoomRecords(this.statements, this.inPlayNow);
    this.moves = new SqliteMoves(database);
    this.rows = new DocumentRows(this.statements, this.records, rules);
    this.packed = new SqlitePackedDocuments(database, rules);
    this.settling = new Settling(this.moves, this.packed, settlingAt);
    this.documents = new RoomDocuments(this.settling, this.rows, this.inPlayNow);
    for (const row of this.statements.inPlay.iterate()) this.documents.restore(row);
    makeAgain(this.packed.all(), this.moves.all(), {
      evolve: rules.evolve,
      read: (roomId) => this.documents.read(roomId),
      begin: (document) => this.beginAgain(document),
      save: (document, dueAt) => {
        // Earlier versions let rooms that are over wait, too.
        if (waitsForPlayers(document.room)) this.documents.keep({ document, dueAt });
        else this.documents.writeLast(document, dueAt);
        // Nothing is taken back: where this fails there is no store. And there may be a hundred thousand moves.
        this.documents.committed();
      },
    });
    this.documents.committed();
  }

  async load(roomId: RoomId): Promise<RoomDocument | null> {
    return this.documents.read(roomId);
  }

  async loadAll(roomIds: readonly RoomId[]): Promise<readonly RoomDocument[]> {
    return this.documents.readAll(roomIds);
  }

  async commit(units: readonly Unit[]): Promise<readonly UnitResult[]> {
    try {
      return this.commitNow(units, true);
    } catch (error) {
      if (!isDatabaseFull(error)) throw error;
    }
    try {
      // Moves take room that their documents do not.
      this.settleAll();
      return this.commitNow(units, false);
    } catch (cause) {
      if (!isDatabaseFull(cause)) throw cause;
      throw new StoreFull("The rooms' database is full.", { cause });
    }
  }

  async holderOf(claim: Claim): Promise<RoomId | null> {
    return this.inPlayNow.holderOf(claim);
  }

  async roomsOf(userId: UserId): Promise<readonly RoomDocument[]> {
    return this.documents.readAll(this.records.roomsOf(userId));
  }

  async list(slug: string): Promise<readonly RoomListing[]> {
    const listed = this.documents.readAll(this.inPlayNow.listed(slug, mostListed));
    return listed.map(({ room }) => listingOf(room)).filter((listing) => listing !== null);
  }

  async waiting(slug: string, limit: number): Promise<readonly RoomDocument[]> {
    return this.documents.readAll(this.inPlayNow.waiting(slug, limit));
  }

  async due(now: number, limit: number): Promise<readonly RoomDocument[]> {
    const over = this.statements.due.all(now, limit);
    const due = [
      ...this.documents.due(now),
      ...over.map(({ room_id, due_at }) => [asRoomId(room_id), due_at] as const),
    ].toSorted(([, one], [, other]) => one - other);
    return this.documents.readAll(due.slice(0, limit).map(([roomId]) => roomId));
  }

  async *unarchived(): AsyncIterable<RoomDocument> {
    const over = this.statements.unarchived.values().map(([roomId]) => asRoomId(String(roomId)));
    for (const roomId of [...this.inPlayNow.ids, ...over]) {
      const document = this.documents.read(roomId);
      if (document !== null) yield document;
    }
  }

  async *inPlay(endedSince: number): AsyncIterable<RoomDocument> {
    for (const roomId of this.inPlayNow.ids) {
      const document = this.documents.read(roomId);
      if (document !== null && !endedBefore(document.room, endedSince)) yield document;
    }
  }

  async countOpen(): Promise<OpenRooms> {
    return this.inPlayNow.count();
  }

  async close(): Promise<void> {
    this.settleBeforeTheEnd();
    // An unfinished statement would keep the file, and with it the lock.
    this.moves.finalize();
    this.packed.finalize();
    for (const statement of Object.values(this.statements)) statement.finalize();
    this.database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    this.database.close(true);
  }

  /** @param settles whether rows of earlier moves are written with it */
  private commitNow(units: readonly Unit[], settles: boolean): readonly UnitResult[] {
    const appended: Appended = { moves: [], documents: [] };
    const { moves, documents } = appended;
    try {
      const { saved, begun, step } = this.inTransaction(() => {
        const saved = units.map((unit) => this.save(unit, appended));
        const begun = documents.length;
        const step = settles ? this.settling.some(moves.length + begun, this.writersTo(documents)) : null;
        if (moves.length > 0) this.moves.append(moves);
        if (documents.length > 0) this.packed.append(documents);
        return { saved, begun, step };
      });
      if (moves.length > 0) this.moves.appended(moves.length);
      this.packed.appended(begun);
      if (step !== null) this.settling.done(step);
      this.documents.committed();
      return saved;
    } catch (error) {
      this.documents.failed();
      throw error;
    }
  }

  private inTransaction<Answer>(work: () => Answer): Answer {
    return this.database.transaction(work).immediate();
  }

  private save(unit: Unit, appended: Appended): UnitResult {
    const refusal = this.refusal(unit);
    if (refusal !== null) return refusal;
    for (const write of unit.writes) this.saveOne(write, appended);
    return { kind: "saved" };
  }

  private saveOne(write: Write, { moves, documents }: Appended): void {
    const { document, dueAt, making } = write;
    const { room, version } = document;
    const { roomId } = room;
    if (write.roomChanged) {
      const number = this.records.write(write, this.documents.read(roomId)?.room ?? null);
      this.inPlayNow.put(room, number);
    }
    // A room that is over has its last row now, and leaves the memory to those that are played in.
    if (!waitsForPlayers(room)) return this.documents.writeLast(document, dueAt);
    if (version > 1 && making === null) return this.documents.write(document, dueAt);
    const isNew = version === 1;
    if (isNew) documents.push({ number: this.records.numberOf(roomId), document, dueAt });
    else if (making !== null) moves.push({ roomId, version, dueAt, making });
    this.documents.keep({ document, dueAt, isPacked: isNew });
  }

  /** After a crash: a room whose own row is as new is passed over. */
  private beginAgain({ number, document, dueAt }: PackedDocument): void {
    const { roomId } = document.room;
    const record = this.statements.record.get(number);
    if (record === null || this.rows.versionOf(roomId) >= document.version) return;
    this.inPlayNow.restore(record);
    this.documents.keep({ document, dueAt, isPacked: true });
  }

  private settleAll(): void {
    this.settling.allDone(this.inTransaction(() => this.settling.all(this.writeUnsettled)));
  }

  /** Where there is no room for the documents, the moves stay and say the same. */
  private settleBeforeTheEnd(): void {
    try {
      this.settleAll();
    } catch (error) {
      if (!isDatabaseFull(error)) throw error;
    }
  }

  private readonly writeUnsettled = ({ document, dueAt }: Unsettled): void => {
    this.rows.write(document, dueAt);
  };

  private writersTo(documents: PackedDocument[]): Writers {
    return {
      write: this.writeUnsettled,
      pack: ({ document, dueAt }) => {
        documents.push({ number: this.records.numberOf(document.room.roomId), document, dueAt });
      },
    };
  }

  private refusal(unit: Unit): UnitResult | null {
    for (const write of unit.writes) {
      const { room, version } = write.document;
      const { roomId } = room;
      if ((this.documents.read(roomId)?.version ?? 0) !== version - 1) return { kind: "conflict" };
      if (!write.roomChanged) continue;
      for (const claim of claimsOf(room)) {
        const holder = this.inPlayNow.holderOf(claim);
        if (holder !== null && holder !== roomId) return { kind: "claimed", claim, roomId: holder };
      }
    }
    return null;
  }
}

function endedBefore(room: Room, time: number): boolean {
  return room.status === "finished" && room.finishedAt < time;
}
