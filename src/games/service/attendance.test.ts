import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { memoryStore, person, startGames, type GamesUnderTest, type TestPerson } from "./service-fixture.ts";
import { asConnectionId, isoTime, systemActor, type RoomId } from "../../protocol/index.ts";

const john = person(1, "john");
const jane = person(2, "jane");
const minute = 60_000;
const gatewayId = "gateway";
let games: GamesUnderTest;
let roomId: RoomId;

const registration = ({ userId }: TestPerson) => ({
  userId,
  connectionId: asConnectionId(`connection-of-${userId}`),
  gatewayId,
});

async function hint(what: "user_connected" | "user_disconnected", who: TestPerson, stamp: number) {
  const { userId } = who;
  await games.log.append([
    {
      topic: "system.events",
      key: userId,
      value: {
        kind: "event",
        eventId: crypto.randomUUID(),
        eventType: `system.event.${what}`,
        timestamp: isoTime(games.clock.now),
        producer: "ws_gateway",
        actor: systemActor,
        payload: { userId, stamp },
      },
    },
  ]);
  // A command that is decided after the hint was taken in: the log hands out what comes together in order.
  await games.send(who, "system.command.sync_state", {});
}

async function connect(who: TestPerson, { isHeard = true } = {}): Promise<void> {
  await games.presence.renewLease(gatewayId, 10 ** 9);
  const { stamp } = await games.presence.add(registration(who));
  if (isHeard) await hint("user_connected", who, stamp);
}

async function lose(who: TestPerson, { isHeard = true } = {}): Promise<void> {
  const { stamp } = await games.presence.remove(registration(who));
  if (isHeard) await hint("user_disconnected", who, stamp);
}

const said = (type: string) => games.events.filter(({ eventType }) => eventType === `games.event.${type}`);
const seen = (type: string) => games.seen(({ eventType }) => eventType === `games.event.${type}`);

/** Lets time pass and everything happen that is due by then. */
async function pass(ms: number): Promise<void> {
  games.clock.now += ms;
  await games.service.lookAtAttendance();
  await games.service.lookAtDeadlines();
  await games.send(john, "system.command.sync_state", {});
  await games.send(john, "games.command.leave_room", { roomId: "00000000-0000-4000-8000-0000000000ff" });
}

beforeEach(async () => {
  games = await startGames();
  await connect(john);
  await connect(jane);
  const created = await games.send(john, "games.command.create_room", {
    gameType: "bigger_dice",
    roomName: "table",
  });
  ({ roomId } = created.payload as { roomId: RoomId });
  await games.send(jane, "games.command.join_room", { roomId });
});
afterEach(() => games.stop());

describe("a player's last socket", () => {
  it("is gone: the room says so after a moment, and when she is back at once", async () => {
    await lose(jane);
    await pass(1_000);
    expect(said("player_disconnected")).toEqual([]);
    await pass(2_000);
    const { payload } = await seen("player_disconnected");
    expect(payload).toMatchObject({ roomId, playerId: jane.userId, seq: 4 });
    await connect(jane);
    expect((await seen("player_reconnected")).payload).toMatchObject({ playerId: jane.userId, seq: 5 });
  });

  it("is gone in a reload: nobody hears of it", async () => {
    for (let reload = 0; reload < 10; reload += 1) {
      await lose(jane);
      await pass(1_000);
      await connect(jane);
      await pass(1_000);
    }
    expect(said("player_disconnected")).toEqual([]);
    expect(said("player_reconnected")).toEqual([]);
  });

  it("is gone without a word: the comparison with presence finds it, and her return", async () => {
    await pass(30_000);
    await lose(jane, { isHeard: false });
    await pass(10_000);
    await pass(10_000);
    await seen("player_disconnected");
    await connect(jane, { isHeard: false });
    await pass(10_000);
    await seen("player_reconnected");
    await pass(10_000);
    expect(said("player_disconnected")).toHaveLength(1);
  });
});

describe("the five minutes", () => {
  it("are over: the one who stayed wins, once", async () => {
    await lose(jane);
    await pass(3_000);
    await seen("player_disconnected");
    await games.send(john, "games.command.bigger_dice.roll", { roomId });
    for (let n = 0; n < 6; n += 1) await pass(minute);
    const { payload } = await seen("bigger_dice.game_over");
    expect(payload).toMatchObject({ winner: john.userId, reason: "forfeit", forfeitedBy: jane.userId });
    for (let n = 0; n < 3; n += 1) await pass(minute);
    expect(said("bigger_dice.game_over")).toHaveLength(1);
  });

  it("take nothing from someone who is there, whatever the room has heard", async () => {
    await lose(jane);
    await pass(3_000);
    await seen("player_disconnected");
    await games.send(john, "games.command.bigger_dice.roll", { roomId });
    await pass(4 * minute);
    await connect(jane, { isHeard: false });
    await games.service.lookAtAttendance();
    await pass(2 * minute);
    await seen("player_reconnected");
    expect(said("bigger_dice.game_over")).toEqual([]);
  });

  it("that ran out while the platform was down are over once everyone has had a minute to come back", async () => {
    const store = memoryStore();
    await games.stop();
    games = await startGames({ store });
    await connect(john);
    await connect(jane);
    const created = await games.send(john, "games.command.create_room", {
      gameType: "bigger_dice",
      roomName: "table",
    });
    ({ roomId } = created.payload as { roomId: RoomId });
    await games.send(jane, "games.command.join_room", { roomId });
    await games.send(john, "games.command.bigger_dice.roll", { roomId });
    await lose(jane);
    await pass(3_000);
    await seen("player_disconnected");

    await games.stop();
    const clock = { now: games.clock.now + 60 * minute };
    games = await startGames({ store, clock });
    await connect(john);
    await pass(30_000);
    expect(said("bigger_dice.game_over")).toEqual([]);
    await pass(40_000);
    expect((await seen("bigger_dice.game_over")).payload).toMatchObject({ winner: john.userId });
  });
});
