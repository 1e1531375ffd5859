import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { person, startGames, type GamesUnderTest, type TestPerson } from "./service-fixture.ts";
import { asConnectionId, asRoomId, type EventEnvelope, type RoomId } from "../../protocol/index.ts";

const [john, jane, mary, mike] = [person(1, "john"), person(2, "jane"), person(3, "mary"), person(4, "mike")];
const gameType = "bigger_dice";
const spectate = "games.command.spectate";
const stop = "games.command.stop_spectating";
const chat = "games.command.spectator_chat";
const sync = "system.command.sync_state";

let games: GamesUnderTest;
let roomId: RoomId;

const field = (event: EventEnvelope, name: string): unknown =>
  (event.payload as Record<string, unknown>)[name];
const codeOf = (event: EventEnvelope) => field(event, "code");

beforeEach(async () => {
  games = await startGames();
  for (const { userId } of [john, jane, mary, mike]) {
    const connectionId = asConnectionId(`connection-of-${userId}`);
    await games.presence.add({ userId, connectionId, gatewayId: "g" });
  }
  await games.presence.renewLease("g", 1e9);
  const created = await games.send(john, "games.command.create_room", { gameType, roomName: "table" });
  roomId = asRoomId(String(field(created, "roomId")));
});
afterEach(async () => {
  await games.stop();
  await games.store.close();
});

const join = () => games.send(jane, "games.command.join_room", { roomId });
const leave = ({ userId }: TestPerson) =>
  games.presence.remove({ userId, connectionId: asConnectionId(`connection-of-${userId}`), gatewayId: "g" });

/** The last count that was told. */
async function told(count: number): Promise<void> {
  await games.seen(
    (event) =>
      event.eventType.startsWith("games.event.spectator_") && field(event, "spectatorCount") === count,
  );
}

const countsTold = () =>
  games.events.flatMap((event) =>
    /spectator_(joined|left)$/.test(event.eventType) ? [field(event, "spectatorCount")] : [],
  );

describe("those who watch", () => {
  it("get the room as it stands, hear it from there on, and are counted", async () => {
    await join();
    const answer = await games.send(mary, spectate, { roomId });
    expect(answer).toMatchObject({
      eventType: "games.event.bigger_dice.state_sync",
      audience: { type: "user", userIds: [mary.userId] },
      payload: { roomId, role: "spectator", seq: 3, spectatorCount: 1 },
      subscribe: [
        { userId: mary.userId, audience: `room:${roomId}`, seq: 3 },
        { userId: mary.userId, audience: `room:${roomId}:spectators`, seq: 3 },
      ],
    });
    await told(1);
    expect(await games.presence.membershipsOf(mary.userId)).toMatchObject([{ roomId, role: "spectator" }]);
    const list = await games.send(mike, "games.command.open_lobby", { gameType });
    expect(field(list, "rooms")).toMatchObject([{ roomId, spectatorCount: 1 }]);
    const snapshot = await games.send(mary, sync, {});
    expect(field(snapshot, "gameStates")).toMatchObject({
      [roomId]: { role: "spectator", spectatorCount: 1 },
    });
    expect(snapshot.subscribe?.map(({ audience }) => audience)).toEqual([
      `room:${roomId}`,
      `room:${roomId}:spectators`,
    ]);
  });

  it("are not in the room's document: rolling goes on as if nobody watched", async () => {
    await join();
    const before = await games.store.load(roomId);
    await games.send(mary, spectate, { roomId });
    await games.send(mary, chat, { roomId, content: "hello" });
    await games.send(mary, stop, { roomId });
    expect(await games.store.load(roomId)).toEqual(before);
  });

  it("talk to each other alone, and only while they watch", async () => {
    await join();
    expect(codeOf(await games.send(mary, chat, { roomId, content: "hello" }))).toBe("NOT_A_SPECTATOR");
    expect(codeOf(await games.send(john, chat, { roomId, content: "hello" }))).toBe("NOT_A_SPECTATOR");
    await games.send(mary, spectate, { roomId });
    expect(await games.send(mary, chat, { roomId, content: "hello" })).toMatchObject({
      audience: { type: "room", roomId: `room:${roomId}:spectators` },
      payload: { senderName: "mary", content: "hello" },
    });
    expect(codeOf(await games.send(mary, "games.command.player_chat", { roomId, content: "hello" }))).toBe(
      "NOT_A_PLAYER",
    );
    await games.send(mary, stop, { roomId });
    expect(codeOf(await games.send(mary, chat, { roomId, content: "hello" }))).toBe("NOT_A_SPECTATOR");
  });

  it("are people: five presses and three stops are one who comes and goes", async () => {
    await games.sendTogether(
      Array.from({ length: 5 }, () => [mary, spectate, { roomId }] as const).map((each) => [...each]),
    );
    await told(1);
    await games.sendTogether(
      Array.from({ length: 3 }, () => [mary, stop, { roomId }] as const).map((each) => [...each]),
    );
    await told(0);
    expect((await games.send(mike, stop, { roomId })).payload).toMatchObject({ ok: true });
    expect(new Set(countsTold())).toEqual(new Set([1, 0]));
  });

  it("are neither the players nor those who have played", async () => {
    await join();
    const refusal = await games.send(john, spectate, { roomId });
    expect(refusal.payload).toMatchObject({ code: "ALREADY_IN_ROOM", roomId });
    await games.send(jane, "games.command.leave_room", { roomId });
    expect(codeOf(await games.send(jane, spectate, { roomId }))).toBe("FORBIDDEN");
    expect(codeOf(await games.send(jane, stop, { roomId }))).toBeUndefined();
    const nowhere = asRoomId("00000000-0000-4000-8000-000000000000");
    expect(codeOf(await games.send(mary, spectate, { roomId: nowhere }))).toBe("ROOM_NOT_FOUND");
  });

  it("watch no more once they take the seat", async () => {
    await games.send(jane, spectate, { roomId });
    const joined = await join();
    expect(joined.unsubscribe).toEqual([
      { userId: jane.userId, audience: `room:${roomId}:spectators`, seq: 2 },
    ]);
    expect(await games.presence.membershipsOf(jane.userId)).toMatchObject([{ role: "player" }]);
    expect(await games.presence.spectatorCounts([roomId])).toEqual([0]);
    expect(codeOf(await games.send(jane, chat, { roomId, content: "hello" }))).toBe("NOT_A_SPECTATOR");
  });

  it("are counted for 20 seconds after the last socket, again when they are back, and let go at last", async () => {
    await games.send(mary, spectate, { roomId });
    await games.send(mike, spectate, { roomId });
    await told(2);
    const pass = async (ms: number) => {
      games.clock.now += ms;
      while ((await games.presence.spectatorCounts([roomId]))[0] === undefined) await Bun.sleep(1);
    };
    await leave(mary);
    await pass(19_000);
    expect(await games.presence.spectatorCounts([roomId])).toEqual([2]);
    games.clock.now += 2_000;
    await told(1);
    const connectionId = asConnectionId(`connection-of-${mary.userId}`);
    await games.presence.add({ userId: mary.userId, connectionId, gatewayId: "g" });
    games.clock.now += 5_001;
    while ((await games.presence.spectatorCounts([roomId]))[0] !== 2) await Bun.sleep(5);
    await leave(mary);
    games.clock.now += 21_000;
    while ((await games.presence.spectatorCounts([roomId]))[0] !== 1) await Bun.sleep(5);
    games.clock.now += 6 * 60_000;
    while ((await games.presence.membershipsOf(mary.userId)).length > 0) await Bun.sleep(5);
  });

  it("are told of many who come at once at most four times a second", async () => {
    const crowd = Array.from({ length: 200 }, (_, n) => person(100 + n, `fan${n}`));
    const since = Date.now();
    await games.sendTogether(crowd.map((fan) => [fan, spectate, { roomId }]));
    await told(200);
    expect(countsTold().length).toBeLessThanOrEqual(2 + (4 * (Date.now() - since)) / 1000);
    expect(Math.max(...countsTold().map(Number))).toBe(200);
  });
});
