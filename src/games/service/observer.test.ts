/** What an observer is told of decisions: of each command, how it was decided, and from when on. */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { memoryStore, startGames, type GamesUnderTest } from "./service-fixture.ts";
import {
  jane,
  john,
  mary,
  openRoom,
  playToTheEnd,
  quickPlay,
  rematch,
  roll,
  startGame,
} from "./table-fixture.ts";
import { deadlineCommandType } from "./payloads.ts";
import type { RoomDocument, RoomStore, Unit } from "../store/port.ts";
import type { CommandEnvelope, ErrorCode, RoomId, UserId } from "../../protocol/index.ts";

const sync = "system.command.sync_state";

/** As of `performance.now()`. */
type Moment = readonly [what: string, at: number];

let games: GamesUnderTest;
let own: RoomStore;
/** In the order in which they came. */
let moments: Moment[];
let onTold: () => void;
let told: (readonly [type: string, refusal: ErrorCode | null])[];
/** Its documents come from the store as none can be worked with. */
let spoilt: RoomId | null;
/** Each decision looks at the clock. */
let lastLook: number;

const note = (what: string, at = performance.now()) => void moments.push([what, at]);

const observer = {
  decided({ eventType }: CommandEnvelope, begunAt: number, refusal: ErrorCode | null): void {
    told.push([eventType, refusal]);
    note("begun", begunAt);
    note("looked at the clock", lastLook);
    note("told");
    onTold();
  },
};

const asItCame = (document: RoomDocument): RoomDocument =>
  document.room.roomId === spoilt
    ? { ...document, room: { ...document.room, seats: null as never } }
    : document;

/** The store, which notes when it is asked for something and when it has answered. */
function noting(store: RoomStore): RoomStore {
  async function noted<Answer>(what: string, answer: Promise<Answer>): Promise<Answer> {
    note(`${what}?`);
    const answered = await answer;
    note(what);
    return answered;
  }
  return Object.assign(Object.create(store) as RoomStore, {
    loadAll: async (roomIds: readonly RoomId[]) =>
      (await noted("loaded", store.loadAll(roomIds))).map(asItCame),
    roomsOf: async (userId: UserId) => (await noted("rooms", store.roomsOf(userId))).map(asItCame),
    holderOf: (claim: Parameters<RoomStore["holderOf"]>[0]) => noted("holder", store.holderOf(claim)),
    commit: (units: readonly Unit[]) => noted("saved", store.commit(units)),
  });
}

/** From here on. */
function forget(): void {
  moments = [];
  told = [];
}

/** So many decisions: those of the lobby are told when their events are in the log already. */
async function toldOf(decisions: number): Promise<void> {
  while (told.length < decisions) {
    const { promise, resolve } = Promise.withResolvers<void>();
    onTold = resolve;
    await promise;
  }
}

/** Without what it took. */
async function forgotten<Made>(making: Promise<Made>, decisions: number): Promise<Made> {
  const made = await making;
  await toldOf(decisions);
  forget();
  return made;
}

/** What has come to pass, by the times that were noted, whenever they were told. */
const inTime = () => moments.toSorted(([, one], [, other]) => one - other).map(([what]) => what);

const time = Date.UTC(2026, 0, 1);
let passed: number;

beforeEach(async () => {
  own = memoryStore();
  spoilt = null;
  passed = 0;
  onTold = () => undefined;
  forget();
  const clock = {
    get now() {
      lastLook = performance.now();
      return time + passed;
    },
  };
  games = await startGames({ store: noting(own), clock, observer });
});
afterEach(async () => {
  await games.stop();
  await own.close();
});

describe("the time of a decision", () => {
  it("is its own alone of those that are decided at once: they are loaded and saved together", async () => {
    const roomId = await forgotten(startGame(games), 2);
    await games.sendTogether([
      [john, roll, { roomId }],
      [jane, roll, { roomId }],
    ]);
    const decision = ["begun", "looked at the clock", "told"];
    expect(inTime()).toEqual(["loaded?", "loaded", ...decision, ...decision, "saved?", "saved"]);
  });

  it("has in it what the decision waits for", async () => {
    const roomId = await forgotten(startGame(games), 2);
    await playToTheEnd(games, roomId);
    forget();
    await games.send(john, rematch, { roomId });
    const decision = ["begun", "holder?", "holder", "looked at the clock", "told"];
    expect(inTime()).toEqual(["loaded?", "loaded", ...decision, "saved?", "saved"]);
  });

  it("has in it, in the lobby, all that the command looks for and saves", async () => {
    await games.send(john, quickPlay, { gameType: "bigger_dice" });
    await toldOf(1);
    const inLobby = inTime().filter((what) => what !== "looked at the clock");
    expect(inLobby.slice(0, 2)).toEqual(["begun", "rooms?"]);
    expect(inLobby.slice(-2)).toEqual(["saved", "told"]);
  });
});

describe("how a command was decided", () => {
  it("is told of what may be done and of what is refused, also where nobody asked", async () => {
    const roomId = await forgotten(startGame(games), 2);
    await games.send(mary, roll, { roomId });
    await games.send(john, roll, { roomId });
    await games.send(jane, "games.command.join_room", { roomName: "none of that name" });
    await games.send(john, sync, {});
    await toldOf(4);
    passed += 61_000;
    await games.service.lookAtDeadlines();
    await games.seen(({ eventType }) => eventType === "games.event.bigger_dice.round_complete");
    expect(told).toEqual([
      [roll, "NOT_A_PLAYER"],
      [roll, null],
      ["games.command.join_room", "ROOM_NOT_FOUND"],
      [sync, null],
      [deadlineCommandType, null],
    ]);
  });

  it("is told of a refusal that the room remembers, and of each time that it is told again", async () => {
    const roomId = await forgotten(startGame(games), 2);
    const commandId = crypto.randomUUID();
    for (let times = 0; times < 2; times += 1) await games.send(jane, roll, { roomId }, commandId);
    await games.send(john, roll, { roomId });
    await toldOf(3);
    expect(told).toEqual([
      [roll, "NOT_YOUR_TURN"],
      [roll, "NOT_YOUR_TURN"],
      [roll, null],
    ]);
  });

  it("is told of what is set aside, wherever it fails", async () => {
    spoilt = await forgotten(openRoom(games, john), 1);
    const roomId = spoilt;
    await games.sendTogether([
      [john, roll, { roomId }],
      [john, rematch, { roomId }],
      [john, sync, {}],
    ]);
    await toldOf(3);
    expect(new Map(told)).toEqual(
      new Map([
        [roll, "INTERNAL"],
        [rematch, "INTERNAL"],
        [sync, "INTERNAL"],
      ]),
    );
  });
});
