/**
 * How fast rooms are saved in MongoDB, on the engines that are up and in a database of its own. The rooms are as
 * large as in the middle of a long game: 32 outcomes for each player, 10 rounds of history.
 *
 *   npm run engines -- up && npx bun bench/mongo-rooms.ts [seconds]
 */
import { describeMachine, processorSeconds, summary } from "./machine.ts";
import { runningEngines } from "../tests/cluster/engines.ts";
import { connectMongo } from "../src/engines/mongo.ts";
import { writeOf } from "../src/games/store/document.ts";
import { rememberOutcome } from "../src/games/store/outcomes.ts";
import { biggerDice } from "../src/games/bigger-dice/bigger-dice.ts";
import { roomRules } from "../src/games/rooms/room-rules.ts";
import { openMongoRoomStore } from "../src/games/store/mongo.ts";
import type { RoomDocument, RoomStore, Settled } from "../src/games/store/port.ts";
import { standardTimes, type PlayingRoom } from "../src/games/rooms/room.ts";
import { asCommandId, asRoomId, asUserId } from "../src/protocol/index.ts";

const roomCount = 1_024;
const groupSizes = [1, 32, 256];

/** @param seconds for each figure */
export async function benchMongoRooms(seconds = 5): Promise<void> {
  const engines = runningEngines();
  if (engines === null) throw new Error("No engines are up: npm run engines -- up");
  const url = new URL(engines.mongodbUrl);
  url.pathname = `/bench_${crypto.randomUUID().replaceAll("-", "")}`;
  const mongo = await connectMongo(url.href);
  try {
    console.log(`rooms in MongoDB: ${describeMachine()}`);
    const tables = new Tables(await openMongoRoomStore(mongo.db, roomRules([biggerDice])));
    await tables.open();
    const size = { $project: { bytes: { $bsonSize: "$$ROOT" } } };
    const [state] = await mongo.db
      .collection("game_states")
      .aggregate([size, { $limit: 1 }])
      .toArray();
    console.log(`  a room's document: ${String(state?.["bytes"])} bytes of BSON`);
    for (const groupSize of groupSizes) await rolls(tables, groupSize, seconds);
    await reads(tables, seconds);
  } finally {
    await mongo.db.dropDatabase();
    await mongo.close();
  }
}

async function rolls(tables: Tables, groupSize: number, seconds: number): Promise<void> {
  const took: number[] = [];
  const usedBefore = processorSeconds(process.pid);
  const start = performance.now();
  const passed = () => (performance.now() - start) / 1000;
  while (passed() < seconds) took.push(await tables.roll(groupSize));
  const perSecond = ((took.length * groupSize) / passed()).toFixed(0);
  const processor = ((100 * (processorSeconds(process.pid) - usedBefore)) / passed()).toFixed(0);
  console.log(
    `  rolls, ${groupSize} in a call: ${perSecond}/s; a call ${summary(took)}; ${processor} % of a processor here`,
  );
}

async function reads(tables: Tables, seconds: number): Promise<void> {
  const loads: number[] = [];
  const lists: number[] = [];
  const end = performance.now() + seconds * 1000;
  for (let n = 0; performance.now() < end; n += 1) {
    const { roomId, hostId } = playingRoom(n % roomCount);
    loads.push(await timed(tables.store.load(roomId)));
    lists.push(await timed(tables.store.roomsOf(hostId)));
  }
  console.log(`  load: ${summary(loads)}`);
  console.log(`  roomsOf, one room: ${summary(lists)}`);
}

/** Games that go on for ever. */
class Tables {
  readonly store: RoomStore;
  #documents: RoomDocument[] = [];
  #next = 0;

  constructor(store: RoomStore) {
    this.store = store;
  }

  async open(): Promise<void> {
    const start = performance.now();
    this.#documents = Array.from({ length: roomCount }, (_, n) => ({
      room: playingRoom(n),
      version: 0,
      tail: [],
      outcomes: [],
    }));
    await this.roll(roomCount, true);
    const perSecond = (1000 * roomCount) / (performance.now() - start);
    console.log(`  rooms made, each a transaction, ${roomCount} in a call: ${perSecond.toFixed(0)}/s`);
    for (let turn = 0; turn < 64; turn += 1) {
      this.#documents = this.#documents.map((document) => ({
        ...document,
        outcomes: rememberOutcome(document.outcomes, settledAt(document, turn)),
      }));
    }
    await this.roll(roomCount);
  }

  /** A roll at each of the next tables, in one call. @returns milliseconds */
  async roll(count: number, areNew = false): Promise<number> {
    const indexes = Array.from({ length: count }, (_, n) => (this.#next + n) % roomCount);
    this.#next += count;
    const writes = indexes.flatMap((index) => {
      const before = this.#documents[index];
      if (before === undefined) return [];
      const settled = areNew ? null : settledAt(before, before.version);
      const making = { events: [rolled(before)], followsTail: false, settled };
      return [writeOf({ before: areNew ? null : before, room: before.room, making }, standardTimes)];
    });
    const took = await timed(this.#commit(writes));
    for (const [n, index] of indexes.entries()) {
      const document = writes[n]?.document;
      if (document !== undefined) this.#documents[index] = document;
    }
    return took;
  }

  async #commit(writes: readonly ReturnType<typeof writeOf>[]): Promise<void> {
    const results = await this.store.commit(writes.map((write) => ({ writes: [write] })));
    const other = results.find(({ kind }) => kind !== "saved");
    if (other !== undefined) throw new Error(`A roll was not saved: ${other.kind}`);
  }
}

async function timed(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

function settledAt({ room }: RoomDocument, turn: number): Settled {
  const userId = room.seats[turn % 2]?.id ?? room.hostId;
  return { userId, outcome: { commandId: asCommandId(crypto.randomUUID()), ok: true, seq: turn } };
}

function rolled({ room, version }: RoomDocument): RoomDocument["tail"][number] {
  return {
    event: { kind: "player_left", payload: { playerId: room.hostId }, seq: version, at: Date.now() },
    eventId: crypto.randomUUID(),
    actor: { kind: "system" },
    commandId: asCommandId(crypto.randomUUID()),
  };
}

function playingRoom(n: number): PlayingRoom {
  const [host, guest] = [asUserId(`${2 * n + 1}`), asUserId(`${2 * n + 2}`)];
  return {
    status: "playing",
    roomId: asRoomId(Bun.randomUUIDv5(`table ${n}`, "6f1b3a52-8f0e-5d0c-9a3d-2f6f1c6b7e10")),
    gameType: "bigger_dice",
    roomName: `table ${n}`,
    hostId: host,
    hostName: `player ${host}`,
    createdAt: 1,
    seq: 40,
    serverSeed: "0".repeat(64),
    serverSeedHash: "1".repeat(64),
    seats: [
      { id: host, name: `player ${host}`, guest: false, clientSeed: "2".repeat(32), since: 1 },
      { id: guest, name: `player ${guest}`, guest: false, clientSeed: "3".repeat(32), since: 2 },
    ],
    startedAt: 2,
    turnDeadline: 60_000,
    idleTurns: {},
    game: {
      scores: { [host]: 5, [guest]: 4 },
      round: 10,
      turn: 19,
      phase: "waitingForSecondRoll",
      history: Array.from({ length: 9 }, (_, round) => ({
        round,
        rolls: { [host]: 3, [guest]: 4 },
        winner: guest,
      })),
    },
  };
}

if (import.meta.main) {
  await benchMongoRooms(Number(process.argv[2] ?? 5));
  process.exit(0);
}
