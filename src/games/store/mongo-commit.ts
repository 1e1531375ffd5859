/**
 * How units get into MongoDB. What only moves a room on (a roll) is a compare-and-set, and those of one call go in
 * one round trip; what changes the room itself, or several rooms, is a transaction.
 */
import { MongoBulkWriteError, MongoServerError, type ClientSession, type MongoClient } from "mongodb";
import { roomsIn } from "./document.ts";
import {
  claimsIn,
  durable,
  gameRoomDocument,
  type RoomCollections,
  type StateDocuments,
  type StateFields,
} from "./mongo-documents.ts";
import type { Claim, Unit, UnitResult, Write } from "./port.ts";
import type { RoomId } from "../../protocol/index.ts";

/** https://www.mongodb.com/docs/manual/reference/error-codes/ */
const duplicateKey = 11000;
const immutableField = 66;

/** How often a unit is tried again whose claim was let go between the refusal and the look at who holds it. */
const claimAttempts = 5;
/** So long a transaction is begun again that met another one, or found no primary. */
const transactionMs = 10_000;

/** Plain units of one room that follow each other: the last one's document replaces what the first one changes. */
interface Chain {
  readonly roomId: RoomId;
  /** The version that the first one changes. */
  readonly over: number;
  last: Write;
  /** Which units of the call they are. */
  readonly indexes: number[];
}

interface Numbered {
  readonly unit: Unit;
  readonly index: number;
}

export class MongoRoomCommits {
  readonly #client: MongoClient;
  readonly #collections: RoomCollections;
  readonly #form: StateDocuments;
  readonly #holderOf: (claim: Claim) => Promise<RoomId | null>;

  constructor(
    client: MongoClient,
    collections: RoomCollections,
    form: StateDocuments,
    holderOf: (claim: Claim) => Promise<RoomId | null>,
  ) {
    this.#client = client;
    this.#collections = collections;
    this.#form = form;
    this.#holderOf = holderOf;
  }

  /** As `RoomStore.commit`. */
  async commit(units: readonly Unit[]): Promise<readonly UnitResult[]> {
    const { chains, others } = inChains(units);
    const results = units.map((): UnitResult => ({ kind: "saved" }));
    // What was decided after a unit that is not saved stands on nothing: its version may fit somebody else's save.
    const failed = new Set<RoomId>();

    const chained = this.#saveChains(chains).then((lost) => {
      for (const { roomId, indexes } of lost) {
        failed.add(roomId);
        for (const index of indexes) results[index] = { kind: "conflict" };
      }
    });
    // The others run side by side, but each after those before it that touch the same rooms or claims.
    const before = new Map<string, Promise<void>>(chains.map(({ roomId }) => [roomId, chained]));
    const saving = others.map(({ unit, index }) => {
      const rooms = roomsIn(unit);
      const keys = [...rooms, ...claimsIn(unit)];
      const saved = Promise.all(keys.flatMap((key) => before.get(key) ?? [])).then(async () => {
        const standsOnFailed = rooms.some((roomId) => failed.has(roomId));
        const result: UnitResult = standsOnFailed ? { kind: "conflict" } : await this.#saveTogether(unit);
        if (result.kind !== "saved") for (const roomId of rooms) failed.add(roomId);
        results[index] = result;
      });
      for (const key of keys) before.set(key, saved);
      return saved;
    });

    // Nothing may be under way any more when it rejects: a repetition would meet its own first attempt.
    for (const settled of await Promise.allSettled([chained, ...saving])) {
      if (settled.status === "rejected") throw settled.reason;
    }
    return results;
  }

  /** @returns those of which the room was saved by somebody else first */
  async #saveChains(chains: readonly Chain[]): Promise<readonly Chain[]> {
    if (chains.length === 0) return [];
    try {
      await this.#collections.states.bulkWrite(
        chains.map((chain) => compareAndSet(chain, this.#form.fields(chain.last))),
        { ordered: false },
      );
      return [];
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError)) throw error;
      const refused = [error.writeErrors].flat();
      const isOnlyLost = refused.length > 0 && refused.every(({ code }) => code === immutableField);
      // Saved here is not enough: a majority must have said that it has the rest.
      if (!isOnlyLost || error.result.getWriteConcernError() !== undefined) throw error;
      return refused.flatMap(({ index }) => chains[index] ?? []);
    }
  }

  async #saveTogether(unit: Unit): Promise<UnitResult> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#transaction(unit);
        return { kind: "saved" };
      } catch (error) {
        if (error instanceof SavedBySomebodyElse) return { kind: "conflict" };
        if (!(error instanceof MongoServerError) || error.code !== duplicateKey) throw error;
        const claim = claimIn(error);
        if (claim === null) return { kind: "conflict" }; // the room itself is there already
        const roomId = await this.#holderOf(claim);
        if (roomId !== null) return { kind: "claimed", claim, roomId };
        if (attempt === claimAttempts) return { kind: "conflict" };
      }
    }
  }

  /** A commit of which the answer was lost is asked for again until it is known (the driver's withTransaction). */
  async #transaction(unit: Unit): Promise<void> {
    const session = this.#client.startSession();
    const giveUpAt = performance.now() + transactionMs;
    let lastFailure: unknown;
    try {
      await session.withTransaction(async () => {
        if (performance.now() > giveUpAt) {
          throw new Error(`No transaction came through within ${transactionMs / 1000} s.`, {
            cause: lastFailure,
          });
        }
        try {
          for (const write of unit.writes) await this.#write(write, session);
        } catch (error) {
          lastFailure = error;
          throw error;
        }
      }, durable);
    } finally {
      await session.endSession();
    }
  }

  async #write(write: Write, session: ClientSession): Promise<void> {
    const { states, rooms } = this.#collections;
    const state = this.#form.of(write);
    if (state.version === 1) {
      await states.insertOne(state, { session });
    } else {
      const before = { _id: state._id, version: state.version - 1 };
      const { matchedCount } = await states.replaceOne(before, state, { session });
      if (matchedCount === 0) throw new SavedBySomebodyElse();
    }
    if (!write.roomChanged) return;
    const room = gameRoomDocument(write);
    await rooms.replaceOne({ _id: room._id }, room, { upsert: true, session });
  }
}

/** The transaction is given up. */
class SavedBySomebodyElse extends Error {
  override readonly name = "SavedBySomebodyElse";
}

/** Puts the plain units of each room together, as far as nothing else comes before them that touches it. */
function inChains(units: readonly Unit[]): { chains: readonly Chain[]; others: readonly Numbered[] } {
  const chains = new Map<RoomId, Chain>();
  const others: Numbered[] = [];
  const taken = new Set<RoomId>();
  for (const [index, unit] of units.entries()) {
    const write = plainWriteOf(unit);
    if (write === null || !continues(chains, taken, write, index)) {
      others.push({ unit, index });
      for (const roomId of roomsIn(unit)) taken.add(roomId);
    }
  }
  return { chains: [...chains.values()], others };
}

function continues(
  chains: Map<RoomId, Chain>,
  taken: ReadonlySet<RoomId>,
  write: Write,
  index: number,
): boolean {
  const { room, version } = write.document;
  const { roomId } = room;
  if (taken.has(roomId)) return false;
  const chain = chains.get(roomId);
  if (chain === undefined) {
    chains.set(roomId, { roomId, over: version - 1, last: write, indexes: [index] });
    return true;
  }
  if (chain.last.document.version + 1 !== version) return false;
  chain.last = write;
  chain.indexes.push(index);
  return true;
}

/** The only write of a unit that changes nothing but the document of a room that is there. */
function plainWriteOf({ writes }: Unit): Write | null {
  const [write] = writes;
  if (write === undefined || writes.length > 1) return null;
  return write.roomChanged || write.document.version === 1 ? null : write;
}

/**
 * An update that may insert, and never can: where the version is another one, it fails, and with its own number.
 * Of updates that just find nothing, a bulk tells only how many there were.
 */
function compareAndSet({ roomId, over }: Chain, fields: StateFields) {
  return {
    updateOne: {
      filter: { _id: roomId, version: over },
      update: {
        $set: fields,
        ...(fields.due_at === undefined ? { $unset: { due_at: true as const } } : {}),
        $setOnInsert: { _id: notARoom },
      },
      upsert: true,
    },
  };
}

/** No document's id may become another one: the server refuses the insertion. */
const notARoom = "" as RoomId; // never stored

/** The claim that another open room holds; null where the error is about something else. */
function claimIn(error: MongoServerError): Claim | null {
  const { claims } = (error["keyValue"] ?? {}) as { readonly claims?: unknown };
  return typeof claims === "string" ? (claims as Claim) : null; // the index has nothing else
}
