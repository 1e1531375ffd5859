import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { person, startGames, type GamesUnderTest, type TestPerson } from "./service-fixture.ts";
import {
  jane,
  john,
  leave,
  mary,
  openRoom,
  playToTheEnd,
  rematch,
  roomIdOf,
  startGame,
} from "./table-fixture.ts";
import { deadlineCommandType } from "./payloads.ts";
import { createWatchedToTheEnd } from "./watched-to-the-end.ts";
import {
  asConnectionId,
  isoTime,
  systemActor,
  type EventEnvelope,
  type RoomId,
  type SubscriptionDirective,
} from "../../protocol/index.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const spectate = "games.command.spectate";
const gatewayId = "gateway";
let games: GamesUnderTest;

const socketOf = ({ userId }: TestPerson) => ({
  userId,
  connectionId: asConnectionId(`connection-of-${userId}`),
  gatewayId,
});

beforeEach(async () => {
  games = await startGames();
  await games.presence.renewLease(gatewayId, 10 ** 10);
  for (const each of [john, jane, mary]) await games.presence.add(socketOf(each));
});
afterEach(async () => {
  await games.stop();
  await games.store.close();
});

const isPlacesEnded = ({ eventType }: EventEnvelope) => eventType === "games.event.places_ended";
const ended = () => games.events.filter(isPlacesEnded);
const roomsOf = async ({ userId }: TestPerson) =>
  (await games.presence.membershipsOf(userId)).map(({ roomId }) => roomId);

function outOf(roomId: RoomId, seq: number, role: "players" | "spectators", ...people: TestPerson[]) {
  return people.flatMap(({ userId }): SubscriptionDirective[] => [
    { userId, audience: `room:${roomId}`, seq },
    { userId, audience: `room:${roomId}:${role}`, seq },
  ]);
}

/** So often, at least. */
const endedTimes = (count: number) => games.seen((event) => isPlacesEnded(event) && ended().length >= count);

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await Bun.sleep(5);
}

async function putAway(): Promise<void> {
  games.clock.now += day + minute;
  await games.service.lookAtDeadlines();
  // The first of them is the end of the rematch, where nobody wanted one.
  await games.seen(({ eventType }) => eventType === "games.event.rematch_closed");
  games.clock.now += 10 * minute;
  await games.service.lookAtDeadlines();
}

describe("when a room is put away", () => {
  it("its players lose their places there, and hear nothing of it", async () => {
    const roomId = await startGame(games);
    await playToTheEnd(games, roomId);
    expect(await roomsOf(john)).toEqual([roomId]);
    await putAway();
    const event = await games.seen(isPlacesEnded);
    const seq = (await games.store.load(roomId))?.room.seq ?? 0;
    expect(event.audience).toBeUndefined();
    expect(event.unsubscribe).toEqual(outOf(roomId, seq + 1, "players", john, jane));
    expect(await roomsOf(john)).toEqual([]);
  });

  it("a place that was decided on just before does not come back, said later by somebody else", async () => {
    const roomId = await startGame(games);
    await playToTheEnd(games, roomId);
    const [before] = await games.presence.membershipsOf(john.userId);
    if (before === undefined) throw new Error("She has a place.");
    await putAway();
    await games.seen(isPlacesEnded);
    const membership = { ...before, seq: (await games.store.load(roomId))?.room.seq ?? 0 };
    await games.presence.changeMemberships([{ kind: "set", userId: john.userId, membership }]);
    expect(await roomsOf(john)).toEqual([]);
  });

  it("whoever has left before is not told again", async () => {
    const roomId = await startGame(games);
    await playToTheEnd(games, roomId);
    await games.send(jane, leave, { roomId });
    games.clock.now += day + minute;
    await games.service.lookAtDeadlines();
    const { unsubscribe } = await games.seen(isPlacesEnded);
    expect(new Set(unsubscribe?.map((each) => "userId" in each && each.userId))).toEqual(
      new Set([john.userId]),
    );
  });

  it("that is said again, as the same event, where the command comes again: it may not have been said", async () => {
    const roomId = await startGame(games);
    await playToTheEnd(games, roomId);
    await putAway();
    const first = await games.seen(isPlacesEnded);
    const room = (await games.store.load(roomId))?.room;
    if (room?.status !== "finished") throw new Error("It is put away.");
    // As whoever died before saying it leaves presence.
    const { gameType, seq } = room;
    const membership = { roomId, gameType, role: "player", seq: seq + 1, since: 1 } as const;
    await games.presence.changeMemberships([{ kind: "set", userId: john.userId, membership }]);
    await archiveAgain(roomId, room.finishedAt);
    await endedTimes(2);
    expect(ended()[1]).toMatchObject({ eventId: first.eventId, unsubscribe: first.unsubscribe });
    expect(await roomsOf(john)).toEqual([]);
  });

  it("the room of the rematch is another one, and goes on", async () => {
    const first = await startGame(games);
    await playToTheEnd(games, first);
    games.clock.now += 9 * minute;
    await games.send(john, rematch, { roomId: first });
    await games.send(jane, rematch, { roomId: first });
    const next = roomIdOf(await games.seen((event) => isCreation(event) && roomIdOf(event) !== first));
    await playToTheEnd(games, next);
    games.clock.now += day - minute;
    await games.service.lookAtDeadlines();
    const { payload } = await games.seen(isPlacesEnded);
    expect(payload).toEqual({ roomId: first });
    expect(await roomsOf(john)).toEqual([next]);
  });

  const isCreation = ({ eventType }: EventEnvelope) => eventType === "games.event.room_created";

  async function archiveAgain(roomId: RoomId, stamp: number): Promise<void> {
    const value = {
      kind: "command",
      eventId: crypto.randomUUID(),
      eventType: deadlineCommandType,
      timestamp: isoTime(games.clock.now),
      receivedAt: isoTime(games.clock.now),
      producer: "games",
      correlationId: `archive:${roomId}:${stamp}`,
      actor: systemActor,
      payload: { roomId, kind: "archive", stamp },
    } as const;
    await games.log.append([{ topic: "games.commands", key: roomId, value }]);
  }
});

describe("whoever watches a room that is over", () => {
  /** The service itself has stopped: what it does by itself would come at any time. */
  async function watching() {
    await games.service.stop();
    const ends = createWatchedToTheEnd(games.service.context, games.log, games.presence, 6 * minute);
    return async (ms: number) => {
      games.clock.now += ms;
      await ends.look(new Set(await games.presence.watchedRooms()));
    };
  }

  it("keeps the place for as long as its end can be missed, and loses it then", async () => {
    const roomId = await openRoom(games, john);
    await games.send(mary, spectate, { roomId });
    await games.send(john, leave, { roomId });
    const pass = await watching();
    await pass(0);
    await pass(5 * minute);
    expect(await roomsOf(mary)).toEqual([roomId]);
    await pass(minute);
    const event = await games.seen(isPlacesEnded);
    expect(event.unsubscribe).toEqual(outOf(roomId, 3, "spectators", mary));
    expect(await roomsOf(mary)).toEqual([]);
    expect(await games.presence.watchedRooms()).toEqual([]);
  });

  it("loses no place in a game that is over and may be looked at still", async () => {
    const roomId = await startGame(games);
    await games.send(mary, spectate, { roomId });
    await playToTheEnd(games, roomId);
    const pass = await watching();
    for (let hour = 0; hour < 30; hour += 1) await pass(60 * minute);
    expect(await roomsOf(mary)).toEqual([roomId]);
    expect(ended()).toEqual([]);
  });

  it("loses it once that is put away", async () => {
    const roomId = await startGame(games);
    await games.send(mary, spectate, { roomId });
    await playToTheEnd(games, roomId);
    await putAway();
    // The service looks by itself.
    await until(async () => {
      games.clock.now += minute;
      return (await roomsOf(mary)).length === 0;
    });
    await endedTimes(2);
    const seq = (await games.store.load(roomId))?.room.seq ?? 0;
    expect(ended()[1]?.unsubscribe).toEqual(outOf(roomId, seq + 1, "spectators", mary));
  });

  it("loses it however many they and their rooms are, also who is away", async () => {
    const hosts = Array.from({ length: 101 }, (_, n) => person(1_000 + n, `host${n}`));
    const crowd = Array.from({ length: 501 }, (_, n) => person(2_000 + n, `visitor${n}`));
    const rooms: RoomId[] = [];
    for (const host of hosts) {
      const roomId = await openRoom(games, host);
      rooms.push(roomId);
      const watchers = rooms.length === 1 ? crowd : [mary];
      const membership = { roomId, gameType: "bigger_dice", role: "spectator", seq: 1, since: 1 } as const;
      await games.presence.changeMemberships(
        watchers.map(({ userId }) => ({ kind: "set", userId, membership })),
      );
      await games.send(host, leave, { roomId });
    }
    const [crowded] = rooms;
    if (crowded === undefined) throw new Error("There are rooms.");
    await games.presence.countSpectators(crowded, [crowd[0]?.userId ?? mary.userId], false);
    const pass = await watching();
    await pass(0);
    await pass(6 * minute);
    expect(await games.presence.watchedRooms()).toEqual([]);
    await endedTimes(rooms.length + 1);
    const told = new Set(
      ended().flatMap(({ unsubscribe = [] }) => unsubscribe.map((each) => "userId" in each && each.userId)),
    );
    expect(told).toEqual(new Set([mary, ...crowd].map(({ userId }) => userId)));
    expect(Math.max(...ended().map(({ unsubscribe }) => unsubscribe?.length ?? 0))).toBe(1_000);
  });

  it("loses it also where the log is away when it is to be said", async () => {
    const roomId = await openRoom(games, john);
    await games.send(mary, spectate, { roomId });
    await games.send(john, leave, { roomId });
    const pass = await watching();
    await pass(0);
    const append = games.log.append.bind(games.log);
    games.log.append = () => Promise.reject(new Error("Kafka did not take the records."));
    expect(await pass(6 * minute).catch(String)).toMatch("did not take");
    expect(await pass(5_000).catch(String)).toMatch("did not take");
    expect(await roomsOf(mary)).toEqual([]);
    games.log.append = append;
    await pass(5_000);
    await games.seen(isPlacesEnded);
    await pass(5_000);
    expect(ended()).toHaveLength(1);
  });
});

describe("where the end of a place was saved and the log did not take that it was said", () => {
  /** The first time that it is said. */
  function refuseOnce(): void {
    const append = games.log.append.bind(games.log);
    games.log.append = (records) => {
      if (!records.some(({ value }) => value.kind === "event" && isPlacesEnded(value)))
        return append(records);
      games.log.append = append;
      return Promise.reject(new Error("Kafka did not take the records."));
    };
  }

  it("it is said when the command comes again: of a host who is away", async () => {
    const roomId = await openRoom(games, john);
    await games.presence.remove(socketOf(john));
    refuseOnce();
    await beAway();
    const event = await games.seen(isPlacesEnded);
    expect(event.unsubscribe).toEqual(outOf(roomId, 3, "players", john));
  });

  it.each(["waiting", "playing"] as const)("and of somebody who is banned, %s", async (status) => {
    const roomId = status === "waiting" ? await openRoom(games, john) : await startGame(games);
    refuseOnce();
    const value = {
      kind: "event",
      eventId: crypto.randomUUID(),
      eventType: "system.event.account_changed",
      timestamp: isoTime(games.clock.now),
      producer: "accounts",
      actor: systemActor,
      payload: { userId: john.userId, status: "banned", roles: ["user"] },
    } as const;
    await games.log.append([{ topic: "system.events", key: john.userId, value }]);
    const { unsubscribe } = await games.seen(isPlacesEnded);
    const seq = (await games.store.load(roomId))?.room.seq ?? 0;
    expect(unsubscribe).toEqual(outOf(roomId, seq, "players", john));
  });
});

async function beAway(): Promise<void> {
  for (let n = 0; n < 9; n += 1) {
    games.clock.now += minute;
    await games.service.lookAtAttendance();
    await games.service.lookAtDeadlines();
    await games.send(mary, "system.command.sync_state", {});
  }
}

describe("a host whose waiting room is closed because she is away", () => {
  it("loses her place there: a socket of hers may have just come back to it", async () => {
    const roomId = await openRoom(games, john);
    await games.presence.remove(socketOf(john));
    await beAway();
    const event = await games.seen(isPlacesEnded);
    expect(event.unsubscribe).toEqual(outOf(roomId, 3, "players", john));
    const types = games.events.map(({ eventType }) => eventType);
    expect(types.indexOf("games.event.room_closed")).toBeLessThan(types.indexOf(event.eventType));
  });
});
