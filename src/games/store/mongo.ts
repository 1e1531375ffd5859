/** Rooms in MongoDB: a cluster's (S1, S2). What needs several reads is read as it was at one moment. */
import {
  MongoServerError,
  type ClientSession,
  type Db,
  type Filter,
  type MongoClient,
  type ReadConcernLike,
} from "mongodb";
import { MongoRoomCommits } from "./mongo-commit.ts";
import {
  createRoomIndexes,
  roomCollections,
  StateDocuments,
  type GameRoomDocument,
  type RoomCollections,
} from "./mongo-documents.ts";
import {
  mostListed,
  recentRooms,
  type Claim,
  type OpenRooms,
  type RoomDocument,
  type RoomStore,
  type Unit,
  type UnitResult,
} from "./port.ts";
import { isOpen } from "../rooms/room.ts";
import type { RoomForm } from "../rooms/room-rules.ts";
import type { RoomId, RoomListing, UserId } from "../../protocol/index.ts";

/** Makes the indexes where they are missing; the connection stays its owner's. */
export async function openMongoRoomStore(db: Db, form: RoomForm): Promise<RoomStore> {
  const collections = roomCollections(db);
  await createRoomIndexes(collections);
  return new MongoRoomStore(db.client, collections, new StateDocuments(form));
}

/** Rooms that are read together where all of them are wanted. */
const pageSize = 200;

/** https://www.mongodb.com/docs/manual/reference/error-codes/: the moment was too early for an index, or too old. */
const otherMomentCodes: readonly unknown[] = [239, 246];
const momentAttempts = 20;
const momentPauseMs = 50;

type Found = Pick<GameRoomDocument, "_id" | "finished_at">;
type Listed = Required<Pick<GameRoomDocument, "_id" | "created_at" | "status" | "listing">>;
type Order = Readonly<Record<string, 1>>;

interface Moment {
  readonly session: ClientSession;
  readonly readConcern: ReadConcernLike;
}

class MongoRoomStore implements RoomStore {
  readonly isShared = true;
  readonly #client: MongoClient;
  readonly #collections: RoomCollections;
  readonly #form: StateDocuments;
  readonly #commits: MongoRoomCommits;

  constructor(client: MongoClient, collections: RoomCollections, form: StateDocuments) {
    this.#client = client;
    this.#collections = collections;
    this.#form = form;
    this.#commits = new MongoRoomCommits(client, collections, form, (claim) => this.holderOf(claim));
  }

  async load(roomId: RoomId): Promise<RoomDocument | null> {
    const found = await this.#collections.states.findOne({ _id: roomId });
    return found === null ? null : this.#form.restored(found);
  }

  async loadAll(roomIds: readonly RoomId[]): Promise<readonly RoomDocument[]> {
    const found = await this.#collections.states.find({ _id: { $in: [...roomIds] } }).toArray();
    return found.map(this.#form.restored);
  }

  commit(units: readonly Unit[]): Promise<readonly UnitResult[]> {
    return this.#commits.commit(units);
  }

  async holderOf(claim: Claim): Promise<RoomId | null> {
    const holder = await this.#collections.rooms.findOne({ claims: claim }, { projection: { _id: 1 } });
    return holder?._id ?? null;
  }

  async roomsOf(userId: UserId): Promise<readonly RoomDocument[]> {
    return this.#atOneMoment(async (moment) => {
      const mine = this.#collections.rooms
        .find({ members: userId }, moment)
        .sort({ created_at: -1, _id: -1 })
        .project<Pick<GameRoomDocument, "_id" | "status">>({ status: 1 });
      const ids: RoomId[] = [];
      let count = 0;
      for await (const room of mine) {
        if (isOpen(room) || count < recentRooms) ids.unshift(room._id);
        count += 1;
      }
      return this.#documents(ids, moment);
    });
  }

  async list(slug: string): Promise<readonly RoomListing[]> {
    const rooms = await this.#atOneMoment(async (moment) => {
      const newest = (filter: Filter<GameRoomDocument>) =>
        this.#collections.rooms
          .find({ game_type: slug, listing: { $exists: true }, ...filter }, moment)
          .sort({ created_at: -1, _id: -1 })
          .limit(mostListed)
          .project<Listed>({ listing: 1, created_at: 1, status: 1 })
          .toArray();
      const waiting = await newest({ status: "waiting" });
      const others = (await newest({})).filter(({ status }) => status !== "waiting");
      return [...waiting, ...others].slice(0, mostListed);
    });
    return rooms.toSorted(byAge).map(({ listing }) => listing);
  }

  async waiting(slug: string, limit: number): Promise<readonly RoomDocument[]> {
    const { documents } = await this.#read(
      { game_type: slug, status: "waiting" },
      { created_at: 1, _id: 1 },
      limit,
    );
    return documents;
  }

  async due(now: number, limit: number): Promise<readonly RoomDocument[]> {
    const found = await this.#collections.states
      .find({ due_at: { $lte: new Date(now) } })
      .sort({ due_at: 1 })
      .limit(limit)
      .toArray();
    return found.map(this.#form.restored);
  }

  unarchived(): AsyncIterable<RoomDocument> {
    return this.#pages({ unarchived: true }, { _id: 1 }, ({ _id }) => ({
      unarchived: true,
      _id: { $gt: _id },
    }));
  }

  /** In the order in which a room goes through them, so that none slips through while it is on its way. */
  async *inPlay(endedSince: number): AsyncIterable<RoomDocument> {
    for (const status of ["waiting", "playing"] as const) {
      const open = { status, finished_at: null };
      yield* this.#pages(open, { _id: 1 }, ({ _id }) => ({ ...open, _id: { $gt: _id } }));
    }
    const finished = { status: "finished" as const };
    yield* this.#pages(
      { ...finished, finished_at: { $gte: new Date(endedSince) } },
      { finished_at: 1, _id: 1 },
      ({ _id, finished_at }) => ({
        ...finished,
        $or: [{ finished_at, _id: { $gt: _id } }, { finished_at: { $gt: finished_at ?? new Date(0) } }],
      }),
    );
  }

  async countOpen(): Promise<OpenRooms> {
    const count = (status: "waiting" | "playing") => this.#collections.rooms.countDocuments({ status });
    const [waiting, playing] = await Promise.all([count("waiting"), count("playing")]);
    return { waiting, playing };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Each page is found anew, behind the last room of the one before: whoever reads may take her time. */
  async *#pages(
    start: Filter<GameRoomDocument>,
    order: Order,
    behind: (last: Found) => Filter<GameRoomDocument>,
  ): AsyncIterable<RoomDocument> {
    for (let filter = start; ;) {
      const { documents, last } = await this.#read(filter, order, pageSize);
      yield* documents;
      if (last === undefined) return;
      filter = behind(last);
    }
  }

  /** @param limit 0: all of them */
  async #read(
    filter: Filter<GameRoomDocument>,
    order: Order,
    limit: number,
  ): Promise<{ readonly documents: readonly RoomDocument[]; readonly last: Found | undefined }> {
    return this.#atOneMoment(async (moment) => {
      const found = await this.#collections.rooms
        .find(filter, moment)
        .sort(order)
        .limit(limit)
        .project<Found>({ finished_at: 1 })
        .toArray();
      const ids = found.map(({ _id }) => _id);
      return { documents: await this.#documents(ids, moment), last: found.at(-1) };
    });
  }

  /** In the order of the ids. */
  async #documents(ids: readonly RoomId[], moment: Moment): Promise<readonly RoomDocument[]> {
    if (ids.length === 0) return [];
    const stored = await this.#collections.states.find({ _id: { $in: ids } }, moment).toArray();
    const byId = new Map(stored.map((state) => [state._id, state]));
    return ids.flatMap((id) => byId.get(id) ?? []).map(this.#form.restored);
  }

  /** So that nobody sees one half of a unit. */
  async #atOneMoment<Answer>(read: (moment: Moment) => Promise<Answer>): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const session = this.#client.startSession({ snapshot: true });
      try {
        // The collections' own read concern would replace the session's.
        return await read({ session, readConcern: { level: "snapshot" } });
      } catch (error) {
        const isOtherMoment = error instanceof MongoServerError && otherMomentCodes.includes(error.code);
        if (!isOtherMoment || attempt === momentAttempts) throw error;
      } finally {
        await session.endSession();
      }
      await Bun.sleep(momentPauseMs);
    }
  }
}

function byAge(one: Listed, other: Listed): number {
  return one.created_at.getTime() - other.created_at.getTime() || (one._id < other._id ? -1 : 1);
}
