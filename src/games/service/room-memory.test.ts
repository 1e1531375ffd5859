/** A store that others save to as well: what this process remembers of a room may be old. */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { memoryStore, person, startGames, type GamesUnderTest, type TestPerson } from "./service-fixture.ts";
import { runPlans } from "./group-commit.ts";
import type { Plan } from "./plan.ts";
import { RoomMemory } from "./room-memory.ts";
import { biggerDice } from "../bigger-dice/bigger-dice.ts";
import type { Game } from "../game.ts";
import { leaveRoom, playInRoom } from "../rooms/decide.ts";
import type { RoomDecision } from "../rooms/room-change.ts";
import { standardTimes, type Room } from "../rooms/room.ts";
import { writeOf } from "../store/document.ts";
import type { RoomStore, TailEvent, Unit } from "../store/port.ts";
import { asRoomId, systemActor, type EventEnvelope, type RoomId } from "../../protocol/index.ts";

const [john, jane, mary] = [person(1, "john"), person(2, "jane"), person(3, "mary")];
const game: Game = biggerDice;
const roll = "games.command.bigger_dice.roll";

let store: RoomStore;
let games: GamesUnderTest;
let roomId: RoomId;
let loads = 0;
/** Told of each commit that is asked for while the store is away; null: it is there. */
let onRefused: (() => void) | null = null;
/** What somebody else saves right before the next commit of this process. */
let savedBefore: (() => Promise<void>) | null = null;

const field = (event: EventEnvelope, name: string): unknown =>
  (event.payload as Record<string, unknown>)[name];
/** Of the room's own events, in the log's order. */
const seqs = () =>
  games.events
    .filter((event) => event.audience?.type === "room" && field(event, "seq") !== undefined)
    .map((event) => field(event, "seq"));

beforeEach(async () => {
  const own = memoryStore();
  store = own;
  loads = 0;
  onRefused = null;
  savedBefore = null;
  const shared: RoomStore = Object.assign(Object.create(own) as RoomStore, {
    isShared: true,
    async loadAll(roomIds: readonly RoomId[]) {
      loads += 1;
      return own.loadAll(roomIds);
    },
    async commit(units: readonly Unit[]) {
      const first = savedBefore;
      savedBefore = null;
      await first?.();
      if (onRefused === null) return own.commit(units);
      onRefused();
      throw new Error("away");
    },
  });
  games = await startGames({ store: shared });
  const gameType = "bigger_dice";
  const made = await games.send(john, "games.command.create_room", { gameType, roomName: "table" });
  roomId = asRoomId(String(field(made, "roomId")));
  await games.send(jane, "games.command.join_room", { roomId });
});
afterEach(async () => {
  await games.stop();
  await store.close();
});

const rolls = (who: TestPerson, turn: number) => games.send(who, roll, { roomId, turn });

/** Somebody else's save: decided, saved and not said, as by a process that died right then. */
async function elsewhere(decide: (room: Room) => RoomDecision): Promise<void> {
  const before = await store.load(roomId);
  const decision = before === null ? null : decide(before.room);
  if (before === null || decision?.ok !== true) throw new Error("It can be done.");
  const events: TailEvent[] = decision.steps.map(({ event }, index) => ({
    event,
    eventId: `elsewhere-${index}`,
    actor: systemActor,
  }));
  const room = decision.steps.at(-1)?.room ?? before.room;
  const making = { events, followsTail: false, settled: null };
  expect(await store.commit([{ writes: [writeOf({ before, room, making }, standardTimes)] }])).toEqual([
    { kind: "saved" },
  ]);
}

const context = () => ({ game, now: games.clock.now, times: standardTimes });
const rollOf = (who: TestPerson) => (room: Room) =>
  playInRoom(room, who.userId, { type: roll, payload: {} }, context());

describe("a room that this process saved last", () => {
  it("takes its next turns without another look into the store", async () => {
    await rolls(john, 0);
    loads = 0;
    await rolls(jane, 1);
    expect(loads).toBe(0);
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("is looked up where somebody only looks at it", async () => {
    await rolls(john, 0);
    loads = 0;
    await games.send(mary, "games.command.spectate", { roomId });
    expect(loads).toBe(1);
  });

  it("is not looked up for what spectators say", async () => {
    await rolls(john, 0);
    await games.send(mary, "games.command.spectate", { roomId });
    loads = 0;
    const said = await games.send(mary, "games.command.spectator_chat", { roomId, content: "Well rolled!" });
    expect(said.eventType).toBe("games.event.spectator_chat_message");
    await rolls(jane, 1);
    expect(loads).toBe(0);
  });

  it("is decided on anew where somebody else has saved a turn since, whose events are said first", async () => {
    await rolls(john, 0);
    await elsewhere(rollOf(jane));
    const rolled = await rolls(await whoseTurn(), 2);
    expect(rolled.eventType).toBe("games.event.bigger_dice.rolled");
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it("lets nobody play on who has left it elsewhere", async () => {
    await rolls(john, 0);
    await elsewhere((room) => leaveRoom(room, jane.userId, context()));
    const answer = await rolls(jane, 1);
    expect(field(answer, "code")).toBe("ROOM_FINISHED");
    expect(seqs()).toEqual(seqs().map((_, index) => index + 1));
  });

  it("is read again after a commit of which nobody knows what became", async () => {
    await rolls(john, 0);
    const refused = Promise.withResolvers<void>();
    onRefused = refused.resolve;
    const later = rolls(jane, 1);
    await refused.promise;
    await elsewhere(rollOf(jane));
    onRefused = null;
    const answer = await later;
    expect(field(answer, "code")).toBe("TURN_OVER");
    expect(seqs()).toEqual(seqs().map((_, index) => index + 1));
  });

  it("is read again where its events did not come into the log, and they are said after all", async () => {
    await rolls(john, 0);
    const append = games.log.append.bind(games.log);
    games.log.append = (records) => {
      if (records.every(({ topic }) => topic !== "games.events")) return append(records);
      games.log.append = append;
      return Promise.reject(new Error("away"));
    };
    await rolls(jane, 1);
    await games.seen(({ eventType }) => eventType === "games.event.bigger_dice.round_complete");
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("is looked up before anything is said of it that the store has not checked", async () => {
    const before = await store.load(roomId);
    if (before === null) throw new Error("It is there.");
    await elsewhere(rollOf(john));
    const memory = new RoomMemory();
    memory.put(before);
    const versions: number[] = [];
    const plan: Plan = {
      roomId,
      decide(document) {
        versions.push(document?.version ?? 0);
        return { kind: "refused", rejection: { code: "NOT_YOUR_TURN" } };
      },
    };
    const publisher = { publishTails: () => Promise.resolve(), publish: () => Promise.resolve() };
    await runPlans([plan], { store, publisher, memory }, { roomIds: [roomId], moves: new Set([roomId]) });
    expect(versions).toEqual([before.version, before.version + 1]);
  });

  it("answers a command that comes again with what became of it", async () => {
    const id = crypto.randomUUID();
    await games.send(john, roll, { roomId, turn: 0 }, id);
    const again = await games.send(john, roll, { roomId, turn: 0 }, id);
    expect(again).toMatchObject({ eventType: "system.event.command_settled", payload: { ok: true } });
  });

  async function whoseTurn(): Promise<TestPerson> {
    const room = (await store.load(roomId))?.room;
    const userId = room?.status === "playing" ? game.turnOf(room.game) : null;
    const next = [john, jane].find((each) => each.userId === userId);
    if (next === undefined) throw new Error("It is somebody's turn.");
    return next;
  }
});

describe("a room that somebody else saved first", () => {
  it("is shown as that one saved it to whoever asks in the same moment", async () => {
    savedBefore = () => elsewhere((room) => leaveRoom(room, jane.userId, context()));
    const [rolled, seen] = await games.sendTogether([
      [john, roll, { roomId, turn: 0 }],
      [mary, "games.command.spectate", { roomId }],
    ]);
    expect(rolled && field(rolled, "code")).toBe("ROOM_FINISHED");
    const { status, seq } = (await store.load(roomId))?.room ?? {};
    expect(seen?.payload).toMatchObject({ role: "spectator", status, seq });
    expect(status).toBe("finished");
  });
});
