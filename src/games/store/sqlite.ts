/**
 * Rooms in SQLite, for the embedded default. One transaction for all units that come in together (S5: WAL,
 * synchronous=FULL), and the documents in use kept in memory: this process is the only one that writes. A move is
 * written as its events (sqlite-moves.ts), and its document when it has waited with others; the room's own record, by
 * which rooms are found, is always right.
 */
import { Database, SQLiteError } from "bun:sqlite";
import { migrate } from "../../engines/migrations.ts";
import { Checkpoints } from "../../engines/sqlite-checkpoints.ts";
import { isDatabaseFull, limitSize } from "../../engines/sqlite.ts";
import { Settling, type Unsettled } from "./sqlite-settling.ts";
import { openRoomsInMemory, prepareRooms, roomsSchema, type Statements } from "./sqlite-tables.ts";
import type { Move } from "./saved-moves.ts";
import { moved, movesSchema, SqliteMoves } from "./sqlite-moves.ts";
import {
  mostListed,
  recentRooms,
  StoreInUse,
  type Claim,
  type OpenRooms,
  type RoomDocument,
  type RoomStore,
  type Unit,
  type UnitResult,
} from "./port.ts";
import { restoredOutcomes, type SavedOutcomes } from "./outcomes.ts";
import { SqliteOpenRematches } from "./sqlite-open-rematches.ts";
import { SqliteOpenRooms } from "./sqlite-open-rooms.ts";
import { RoomRecords } from "./sqlite-records.ts";
import { RecentlyUsed } from "../recently-used.ts";
import type { RoomForm, RoomRules } from "../rooms/room-rules.ts";
import { waitsForPlayers, type Room } from "../rooms/room.ts";
import { asRoomId, StoreFull, type RoomId, type RoomListing, type UserId } from "../../protocol/index.ts";

/** With so many moves their documents begin to be written. */
const mostMoves = 50_000;

/** Documents kept in memory, at least; the longest unused are read again when they are needed. */
const cachedDocuments = 10_000;

const notByTheseRules =
  "cannot be made again by the rules that are here: start the version that was killed once more, and stop it.";

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

/** The column of a document, as JSON. */
interface Saved extends Pick<RoomDocument, "room" | "tail"> {
  /** Rooms that an earlier version has saved have none with them. */
  readonly outcomes?: SavedOutcomes;
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
    database.close();
    if (cause instanceof SQLiteError && cause.code === "SQLITE_BUSY") {
      throw new StoreInUse(`${path} is in use by another process.`, { cause });
    }
    throw cause;
  }
}

class SqliteRoomStore implements RoomStore {
  readonly isShared = false;
  private readonly database: Database;
  private readonly form: RoomForm;
  private readonly moves: SqliteMoves;
  private readonly checkpoints: Checkpoints;
  private readonly settling: Settling;
  private readonly cache = new RecentlyUsed<RoomId, RoomDocument>(cachedDocuments);
  private readonly statements: Statements;
  private readonly records: RoomRecords;
  private readonly open: SqliteOpenRooms;
  private readonly rematches = new SqliteOpenRematches();

  constructor(database: Database, rules: RoomRules, settlingAt: number) {
    migrate(database, "rooms", [roomsSchema + movesSchema, openRoomsInMemory]);
    this.database = database;
    this.form = rules;
    this.statements = prepareRooms(database);
    this.records = new RoomRecords(this.statements);
    this.open = new SqliteOpenRooms(this.statements);
    this.moves = new SqliteMoves(database);
    this.checkpoints = new Checkpoints(database);
    this.settling = new Settling(this.moves, settlingAt);
    for (const move of this.moves.all()) this.moveAgain(move, rules);
  }

  async load(roomId: RoomId): Promise<RoomDocument | null> {
    return this.read(roomId);
  }

  async loadAll(roomIds: readonly RoomId[]): Promise<readonly RoomDocument[]> {
    return roomIds.map((roomId) => this.read(roomId)).filter((document) => document !== null);
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
    return this.open.holderOf(claim);
  }

  async roomsOf(userId: UserId): Promise<readonly RoomDocument[]> {
    return this.documents(this.statements.roomsOf.values(userId, recentRooms));
  }

  async list(slug: string): Promise<readonly RoomListing[]> {
    // The column holds what this adapter wrote.
    const listings = this.statements.list.values(slug, mostListed);
    return listings.map(([listing]) => JSON.parse(String(listing)) as RoomListing);
  }

  async waiting(slug: string, limit: number): Promise<readonly RoomDocument[]> {
    return this.documents(this.statements.waiting.values(slug, limit));
  }

  async due(now: number, limit: number): Promise<readonly RoomDocument[]> {
    const { unsettled } = this.settling;
    const stale = this.statements.due.values(now, limit + unsettled.size);
    const settled = stale.filter(([roomId]) => !unsettled.has(asRoomId(String(roomId))));
    const due = settled.map(([roomId, dueAt]) => [asRoomId(String(roomId)), Number(dueAt)] as const);
    for (const [roomId, { dueAt }] of unsettled) {
      if (dueAt !== null && dueAt <= now) due.push([roomId, dueAt]);
    }
    return this.documents(due.toSorted(([, one], [, other]) => one - other).slice(0, limit));
  }

  async *unarchived(): AsyncIterable<RoomDocument> {
    for (const [roomId] of this.statements.unarchived.values()) {
      const document = this.read(asRoomId(String(roomId)));
      if (document !== null) yield document;
    }
  }

  async *inPlay(endedSince: number): AsyncIterable<RoomDocument> {
    const rematches = this.rematches.ids(() => this.documents(this.statements.endedSince.values(endedSince)));
    for (const roomId of [...this.open.ids, ...rematches]) {
      const document = this.read(roomId);
      if (document !== null && !endedBefore(document.room, endedSince)) yield document;
    }
  }

  async countOpen(): Promise<OpenRooms> {
    return this.open.count();
  }

  async close(): Promise<void> {
    this.settleBeforeTheEnd();
    // An unfinished statement would keep the file, and with it the lock.
    this.moves.finalize();
    this.checkpoints.finalize();
    for (const statement of Object.values(this.statements)) statement.finalize();
    this.database.run("PRAGMA wal_checkpoint(TRUNCATE)");
    this.database.close(true);
  }

  /** @param settles whether rows of earlier moves are written with it */
  private commitNow(units: readonly Unit[], settles: boolean): readonly UnitResult[] {
    const before = new Map<RoomId, Unsettled | undefined>();
    for (const { writes } of units) {
      for (const { document } of writes) {
        const { roomId } = document.room;
        if (!before.has(roomId)) before.set(roomId, this.settling.unsettled.get(roomId));
      }
    }
    const moves: Move[] = [];
    try {
      const { saved, step } = this.inTransaction(() => {
        const saved = units.map((unit) => this.save(unit, moves));
        if (moves.length > 0) this.moves.append(moves);
        return { saved, step: settles ? this.settling.some(moves.length, this.writeUnsettled) : null };
      });
      if (moves.length > 0) this.moves.appended(moves.length);
      if (step !== null) this.settling.done(step);
      this.open.committed();
      this.checkpoints.committed();
      this.rematches.note(units, saved);
      return saved;
    } catch (error) {
      // S5: what memory says of these rooms may never have reached the disk.
      this.settling.failed();
      this.open.failed();
      for (const [roomId, unsettled] of before) {
        this.cache.delete(roomId);
        if (unsettled === undefined) this.settling.forget(roomId);
        else this.settling.keep(roomId, unsettled);
      }
      throw error;
    }
  }

  private inTransaction<Answer>(work: () => Answer): Answer {
    return this.database.transaction(work).immediate();
  }

  private save(unit: Unit, moves: Move[]): UnitResult {
    const refusal = this.refusal(unit);
    if (refusal !== null) return refusal;
    for (const write of unit.writes) {
      const { document, dueAt, making } = write;
      if (write.roomChanged) {
        this.records.write(write, this.read(document.room.roomId)?.room ?? null);
        this.open.put(document.room);
      }
      // A room that is over has its last row now, and leaves the memory to those that are played in.
      if (making === null || !waitsForPlayers(document.room)) {
        this.write(document, dueAt);
        continue;
      }
      moves.push({ roomId: document.room.roomId, version: document.version, dueAt, making });
      this.keep(document, dueAt);
    }
    return { kind: "saved" };
  }

  private keep(document: RoomDocument, dueAt: number | null): void {
    const { roomId } = document.room;
    this.settling.keep(roomId, { document, dueAt });
    this.cache.set(roomId, document);
  }

  /** After a crash: a move that its document has already is passed over. */
  private moveAgain(move: Move, { evolve }: RoomRules): void {
    const before = this.read(move.roomId);
    if (before === null || before.version < move.version - 1)
      throw new Error(`A move of the room ${move.roomId} has no document before it.`);
    if (before.version !== move.version - 1) return;
    try {
      this.keep(moved(before, move, evolve), move.dueAt);
    } catch (cause) {
      throw new Error(`Moves of the room ${move.roomId} ${notByTheseRules}`, { cause });
    }
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

  private readonly writeUnsettled = ({ document, dueAt }: Unsettled): void =>
    this.writeState(document, dueAt);

  private refusal(unit: Unit): UnitResult | null {
    for (const write of unit.writes) {
      const { room, version } = write.document;
      const { roomId } = room;
      if ((this.read(roomId)?.version ?? 0) !== version - 1) return { kind: "conflict" };
      if (!write.roomChanged) continue;
      for (const claim of write.claims) {
        const holder = this.open.holderOf(claim);
        if (holder !== null && holder !== roomId) return { kind: "claimed", claim, roomId: holder };
      }
    }
    return null;
  }

  private write(document: RoomDocument, dueAt: number | null): void {
    const { roomId } = document.room;
    this.writeState(document, dueAt);
    this.settling.forget(roomId);
    if (waitsForPlayers(document.room)) this.cache.set(roomId, document);
    else this.cache.delete(roomId);
  }

  private writeState({ room, version, tail, outcomes }: RoomDocument, dueAt: number | null): void {
    const saved: Saved = { room: this.form.kept(room), tail, outcomes };
    this.statements.saveState.run(room.roomId, version, JSON.stringify(saved), dueAt);
  }

  private read(roomId: RoomId): RoomDocument | null {
    const unsettled = this.settling.unsettled.get(roomId);
    if (unsettled !== undefined) return unsettled.document;
    const cached = this.cache.get(roomId);
    if (cached !== undefined) return cached;
    const row = this.statements.load.get(roomId);
    if (row === null) return null;
    // The column holds what this adapter wrote.
    const { room, tail, outcomes = [] } = JSON.parse(row.document) as Saved;
    const document = {
      room: this.form.restored(room),
      version: row.version,
      tail,
      outcomes: restoredOutcomes(outcomes),
    };
    this.cache.set(roomId, document);
    return document;
  }

  private documents(rows: readonly (readonly unknown[])[]): readonly RoomDocument[] {
    return rows
      .map(([roomId]) => this.read(asRoomId(String(roomId))))
      .filter((document) => document !== null);
  }
}

function endedBefore(room: Room, time: number): boolean {
  return room.status === "finished" && room.finishedAt < time;
}
