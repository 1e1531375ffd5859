import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { memoryStore, startGames, type GamesUnderTest } from "./service-fixture.ts";
import {
  field,
  jane,
  john,
  join,
  leave,
  mary,
  ofRoom,
  openRoom,
  playToTheEnd,
  roll,
  roomOf,
  startGame,
} from "./table-fixture.ts";
import type { RoomStore, Unit } from "../store/port.ts";
import { asConnectionId, asRoomId, audienceOf, type RoomId } from "../../protocol/index.ts";

let games: GamesUnderTest;

beforeEach(async () => {
  games = await startGames();
});
afterEach(async () => {
  await games.stop();
  await games.store.close();
});

/** From now on the log takes no event, for as long as `isAway`. `refused`: what it was first given is saved by then. */
function awayLog(games: GamesUnderTest): { isAway: boolean; readonly refused: Promise<void> } {
  const { promise: refused, resolve } = Promise.withResolvers<void>();
  const state = { isAway: true, refused };
  const append = games.log.append.bind(games.log);
  games.log.append = (records) => {
    if (!state.isAway || !records.some(({ value }) => value.kind === "event")) return append(records);
    resolve();
    return Promise.reject(new Error("Kafka did not take the records."));
  };
  return state;
}

describe("faults", () => {
  /** The store, which fails on each of these commits, counted from 1; `commits` has those that are yet to come. */
  function failing(store: RoomStore, commits: Set<number>): RoomStore {
    let number = 0;
    return Object.assign(Object.create(store) as RoomStore, {
      async commit(units: readonly Unit[]) {
        number += 1;
        if (commits.delete(number)) throw new Error("disk full");
        return store.commit(units);
      },
    });
  }

  it("goes on without presence, and tells it everyone's place when it is back (R3)", async () => {
    const room = await openRoom(games, john);
    const { changeMemberships } = games.presence;
    games.presence.changeMemberships = () => Promise.reject(new Error("away"));
    await games.send(jane, join, { roomId: room });
    await games.send(john, roll, { roomId: room });
    await games.service.lookAtAttendance();
    expect(await games.presence.membershipsOf(jane.userId)).toEqual([]);
    const { promise: told, resolve } = Promise.withResolvers<void>();
    games.presence.changeMemberships = async (changes) => {
      await changeMemberships.call(games.presence, changes);
      resolve();
    };
    await told;
    expect(await games.presence.membershipsOf(jane.userId)).toMatchObject([{ roomId: room, role: "player" }]);
  });

  it("says nothing of what the store did not take, and does it when the store is back", async () => {
    await games.stop();
    const failures = new Set([3, 4]);
    games = await startGames({ store: failing(games.store, failures) });
    const roomId = await startGame(games);
    const rolled = await games.send(john, roll, { roomId });
    expect(rolled.eventType).toBe("games.event.bigger_dice.rolled");
    expect(ofRoom(games, roomId).map((event) => field(event, "seq"))).toEqual([1, 2, 3, 4]);
    expect([...failures]).toEqual([]);
  });

  it("goes on after a restart: tails are said again, places are mirrored, outcomes are remembered", async () => {
    const commandId = crypto.randomUUID();
    const roomId = await startGame(games);
    const first = await games.send(john, roll, { roomId }, commandId);
    const before = games;
    await before.stop();
    games = await startGames({ store: before.store, clock: before.clock });
    expect(ofRoom(games, roomId).map(({ eventId }) => eventId)).toEqual([first.eventId]);
    expect((await games.presence.membershipsOf(jane.userId)).map((place) => place.roomId)).toEqual([roomId]);
    expect((await games.send(john, roll, { roomId }, commandId)).payload).toMatchObject({ ok: true, seq: 4 });
    await playToTheEnd(games, roomId);
    expect(await roomOf(games, roomId)).toMatchObject({ status: "finished" });
  });

  it("says what was saved but not said when somebody who saved died (S2)", async () => {
    const roomId = await startGame(games);
    await games.send(john, roll, { roomId });
    const before = games;
    await before.stop();
    // Another process takes over: it knows nothing of what is in the log.
    games = await startGames({ store: before.store, clock: before.clock });
    expect(ofRoom(games, roomId)).toHaveLength(1);
    await games.send(jane, roll, { roomId });
    const seqs = ofRoom(games, roomId).map((event) => field(event, "seq"));
    expect(seqs).toEqual([4, 5, 6]);
  });

  it("says what it saved when the log was away for longer than a command lives, and does not call it expired", async () => {
    const roomId = await startGame(games);
    const log = awayLog(games);
    const outcome = games.send(john, leave, { roomId });
    await log.refused;
    expect((await roomOf(games, roomId)).status).toBe("finished");
    games.clock.now += 16_000;
    log.isAway = false;
    // The departure's events and their outcome; then what the repeated command is told.
    expect((await outcome).eventType).toBe("games.event.player_left");
    await games.seen(({ eventType }) => eventType === "system.event.command_settled");
    expect(games.events.filter(({ eventType }) => eventType === "system.error")).toEqual([]);
    expect(ofRoom(games, roomId).map((event) => field(event, "seq"))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("keeps what two commands of one group did as one tail, until it is said (S2)", async () => {
    const roomId = await startGame(games);
    const log = awayLog(games);
    const outcomes = games.sendTogether([
      [john, roll, { roomId }],
      [jane, roll, { roomId }],
    ]);
    await log.refused;
    expect((await games.store.load(roomId))?.tail.map(({ event }) => event.seq)).toEqual([4, 5, 6]);
    log.isAway = false;
    await outcomes;
    expect(ofRoom(games, roomId).map((event) => field(event, "seq"))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("lets nobody hear on who left while the log was away", async () => {
    const roomId = await startGame(games);
    const log = awayLog(games);
    const outcome = games.send(john, leave, { roomId });
    await log.refused;
    log.isAway = false;
    await outcome;
    const { unsubscribe } = await games.seen(({ eventType }) => eventType === "system.event.command_settled");
    expect(unsubscribe?.map(({ audience }) => audience)).toContain(audienceOf.players(asRoomId(roomId)));
    expect(await games.presence.membershipsOf(john.userId)).toEqual([]);
  });

  it("puts whoever asks for a snapshot into the rooms that it shows, whatever presence knew (L1)", async () => {
    const roomId = await startGame(games);
    await games.presence.changeMemberships([
      { kind: "remove", userId: john.userId, roomId: asRoomId(roomId), seq: 3 },
    ]);
    const snapshot = await games.send(john, "system.command.sync_state", {});
    const connectionId = asConnectionId(`connection-of-${john.userId}`);
    expect(snapshot.subscribe).toContainEqual({ connectionId, audience: `room:${roomId}`, seq: 3 });
    expect(await games.presence.membershipsOf(john.userId)).toMatchObject([{ roomId, seq: 3 }]);
  });

  it("sets aside what fails as it would each time, at once or later, and does what came with it (L2)", async () => {
    const own = memoryStore();
    let spoilt = "";
    const store: RoomStore = Object.assign(Object.create(own) as RoomStore, {
      async loadAll(roomIds: readonly RoomId[]) {
        const documents = await own.loadAll(roomIds);
        return documents.map((document) =>
          document.room.roomId === spoilt
            ? { ...document, room: { ...document.room, seats: null } }
            : document,
        );
      },
    });
    await games.stop();
    games = await startGames({ store });
    spoilt = await startGame(games);
    const roomId = await openRoom(games, mary, "another table");
    const outcomes = await games.sendTogether([
      [john, roll, { roomId: spoilt }],
      [john, "games.command.rematch", { roomId: spoilt }],
      [mary, leave, { roomId }],
    ]);
    expect(outcomes.map(({ payload }) => (payload as { code?: string }).code)).toEqual([
      "INTERNAL",
      "INTERNAL",
      undefined,
    ]);
    expect(games.errors).toHaveLength(2);
  });

  it("refuses what it first sees more than 15 seconds after it was sent (L5)", async () => {
    const roomId = await startGame(games);
    const sent = games.sendTogether([[john, roll, { roomId }]]);
    games.clock.now += 15_001;
    const [outcome] = await sent;
    expect(outcome?.payload).toMatchObject({ code: "EXPIRED", retryable: true });
    expect(await roomOf(games, roomId)).toMatchObject({ seq: 3 });
  });
});
