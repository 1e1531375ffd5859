/** Rooms in MongoDB: a cluster's (S1, S2). A roll is one compare-and-set; what changes the room is a transaction. */
import { MongoServerError, type ClientSession, type Collection, type Db } from "mongodb";
import {
  gameRoomDocument,
  keysOf,
  roomDocument,
  stateDocument,
  type GameRoomDocument,
  type StateDocument,
} from "./mongo-documents.ts";
import type { Claim, RoomDocument, RoomStore, Unit, UnitResult, Write } from "./port.ts";
import type { RoomId, RoomListing, UserId } from "../../protocol/index.ts";

/** Makes the collections' indexes where they are missing; the connection stays its owner's. */
export async function openMongoRoomStore(db: Db): Promise<RoomStore> {
  const store = new MongoRoomStore(db);
  await store.createIndexes();
  return store;
}

const duplicateKey = 11000;
/** How often a unit is tried again whose claim was let go between the refusal and the look at who holds it. */
const claimAttempts = 5;

class MongoRoomStore implements RoomStore {
  readonly #db: Db;
  readonly #states: Collection<StateDocument>;
  readonly #rooms: Collection<GameRoomDocument>;

  constructor(db: Db) {
    this.#db = db;
    this.#states = db.collection("game_states");
    this.#rooms = db.collection("game_rooms");
  }

  async createIndexes(): Promise<void> {
    await this.#states.createIndex({ due_at: 1 }, { sparse: true });
    await this.#rooms.createIndexes([
      { key: { claims: 1 }, unique: true, sparse: true },
      { key: { members: 1, created_at: 1 } },
      { key: { unarchived: 1, _id: 1 }, sparse: true },
      { key: { game_type: 1, status: 1, created_at: 1 } },
      { key: { status: 1, finished_at: 1 } },
      { key: { game_type: 1, created_at: 1 }, partialFilterExpression: { listing: { $exists: true } } },
    ]);
  }

  async load(roomId: RoomId): Promise<RoomDocument | null> {
    const found = await this.#states.findOne({ _id: roomId });
    return found === null ? null : roomDocument(found);
  }

  commit(units: readonly Unit[]): Promise<readonly UnitResult[]> {
    const [only] = units;
    if (units.length === 1 && only !== undefined) return this.#save(only).then((result) => [result]);
    // Side by side, but each after those before it that it may depend on.
    const before = new Map<string, Promise<unknown>>();
    const results = units.map((unit) => {
      const keys = unit.writes.flatMap(keysOf);
      const earlier = keys.flatMap((key) => before.get(key) ?? []);
      const result = Promise.all(earlier).then(() => this.#save(unit));
      for (const key of keys) before.set(key, result);
      return result;
    });
    return Promise.all(results);
  }

  async holderOf(claim: Claim): Promise<RoomId | null> {
    const holder = await this.#rooms.findOne({ claims: claim }, { projection: { _id: 1 } });
    return holder?._id ?? null;
  }

  async roomsOf(userId: UserId): Promise<readonly RoomDocument[]> {
    return this.#documentsOf(
      await this.#rooms
        .find({ members: userId })
        .sort({ created_at: 1, _id: 1 })
        .project<{ _id: RoomId }>({ _id: 1 })
        .toArray(),
    );
  }

  async list(slug: string): Promise<readonly RoomListing[]> {
    const rooms = await this.#rooms
      .find({ game_type: slug, listing: { $exists: true } })
      .sort({ created_at: 1, _id: 1 })
      .project<{ listing: RoomListing }>({ listing: 1 })
      .toArray();
    return rooms.map(({ listing }) => listing);
  }

  async waiting(slug: string, limit: number): Promise<readonly RoomDocument[]> {
    return this.#documentsOf(
      await this.#rooms
        .find({ game_type: slug, status: "waiting" })
        .sort({ created_at: 1, _id: 1 })
        .limit(limit)
        .project<{ _id: RoomId }>({ _id: 1 })
        .toArray(),
    );
  }

  async due(now: number, limit: number): Promise<readonly RoomDocument[]> {
    const found = await this.#states
      .find({ due_at: { $lte: new Date(now) } })
      .sort({ due_at: 1 })
      .limit(limit)
      .toArray();
    return found.map(roomDocument);
  }

  unarchived(): AsyncIterable<RoomDocument> {
    return this.#each({ unarchived: true });
  }

  inPlay(endedSince: number): AsyncIterable<RoomDocument> {
    const finished = { status: "finished" as const, finished_at: { $gte: new Date(endedSince) } };
    return this.#each({ $or: [{ status: { $in: ["waiting" as const, "playing" as const] } }, finished] });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async *#each(filter: Parameters<Collection<GameRoomDocument>["find"]>[0]): AsyncIterable<RoomDocument> {
    const cursor = this.#rooms.find(filter ?? {}).project<{ _id: RoomId }>({ _id: 1 });
    let some: { _id: RoomId }[] = [];
    for await (const room of cursor) {
      some.push(room);
      if (some.length < 200) continue;
      yield* await this.#documentsOf(some);
      some = [];
    }
    yield* await this.#documentsOf(some);
  }

  /** In the order of the ids. */
  async #documentsOf(ids: readonly { readonly _id: RoomId }[]): Promise<readonly RoomDocument[]> {
    if (ids.length === 0) return [];
    const found = await this.#states.find({ _id: { $in: ids.map(({ _id }) => _id) } }).toArray();
    const byId = new Map(found.map((state) => [state._id, state]));
    return ids.flatMap(({ _id }) => byId.get(_id) ?? []).map(roomDocument);
  }

  #save(unit: Unit): Promise<UnitResult> {
    const [write] = unit.writes;
    const isPlain = unit.writes.length === 1 && write?.roomChanged === false && write.document.version > 1;
    return isPlain ? this.#compareAndSet(write) : this.#saveTogether(unit);
  }

  /** The hot path: one document, in one step. */
  async #compareAndSet(write: Write): Promise<UnitResult> {
    const state = stateDocument(write);
    const before = { _id: state._id, version: state.version - 1 };
    const { matchedCount } = await this.#states.replaceOne(before, state);
    return { kind: matchedCount === 1 ? "saved" : "conflict" };
  }

  async #saveTogether(unit: Unit): Promise<UnitResult> {
    for (let attempt = 1; ; attempt += 1) {
      const session = this.#db.client.startSession();
      try {
        return await session.withTransaction(() => this.#writeAll(unit, session));
      } catch (error) {
        if (error instanceof Conflict) return { kind: "conflict" };
        const claim = claimedIn(error);
        if (claim === null) throw error;
        const roomId = await this.holderOf(claim);
        if (roomId !== null) return { kind: "claimed", claim, roomId };
        if (attempt === claimAttempts) return { kind: "conflict" };
      } finally {
        await session.endSession();
      }
    }
  }

  async #writeAll(unit: Unit, session: ClientSession): Promise<UnitResult> {
    for (const write of unit.writes) {
      await this.#writeState(write, session);
      if (!write.roomChanged) continue;
      const room = gameRoomDocument(write);
      await this.#rooms.replaceOne({ _id: room._id }, room, { upsert: true, session });
    }
    return { kind: "saved" };
  }

  async #writeState(write: Write, session: ClientSession): Promise<void> {
    const state = stateDocument(write);
    const { _id, version } = state;
    if (version === 1) {
      // An insert that finds one would end the transaction: it is looked for instead.
      const there = await this.#states.findOne({ _id }, { projection: { _id: 1 }, session });
      if (there !== null) throw new Conflict();
      await this.#states.insertOne(state, { session });
      return;
    }
    const { matchedCount } = await this.#states.replaceOne({ _id, version: version - 1 }, state, { session });
    if (matchedCount === 0) throw new Conflict();
  }
}

/** Somebody saved first: the transaction is given up. */
class Conflict extends Error {
  override readonly name = "Conflict";
}

/** The claim that another open room holds; null where the error says something else. */
function claimedIn(error: unknown): Claim | null {
  if (!(error instanceof MongoServerError) || error.code !== duplicateKey) return null;
  const { claims } = (error["keyValue"] ?? {}) as { readonly claims?: unknown };
  return typeof claims === "string" ? (claims as Claim) : null; // the index has nothing else
}
