import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import fc from "fast-check";
import { memoryStore, person, startGames, type GamesUnderTest, type TestPerson } from "./service-fixture.ts";
import { biggerDice } from "../bigger-dice/bigger-dice.ts";
import type { Room } from "../rooms/room.ts";
import type { RoomStore } from "../store/port.ts";
import {
  asConnectionId,
  asRoomId,
  audienceOf,
  type EventEnvelope,
  type RoomId,
} from "../../protocol/index.ts";

const john = person(1, "john");
const jane = person(2, "jane");
const mary = person(3, "mary");

const create = "games.command.create_room";
const join = "games.command.join_room";
const leave = "games.command.leave_room";
const quickPlay = "games.command.quick_play";
const rematch = "games.command.rematch";
const roll = "games.command.bigger_dice.roll";
const gameType = "bigger_dice";

let games: GamesUnderTest;

beforeEach(async () => {
  games = await startGames();
});
afterEach(async () => {
  await games.stop();
  await games.store.close();
});

function field(event: EventEnvelope | undefined, name: string): unknown {
  return (event?.payload as Record<string, unknown> | undefined)?.[name];
}
const codeOf = (event: EventEnvelope | undefined) => field(event, "code");
const roomIdOf = (event: EventEnvelope | undefined) => asRoomId(String(field(event, "roomId")));

async function openRoom(host: TestPerson, roomName = "table"): Promise<RoomId> {
  return roomIdOf(await games.send(host, create, { gameType, roomName }));
}

async function startGame(): Promise<RoomId> {
  const roomId = await openRoom(john);
  await games.send(jane, join, { roomId });
  return roomId;
}

async function roomOf(roomId: RoomId): Promise<Room> {
  const document = await games.store.load(roomId);
  if (document === null) throw new Error("There is no such room.");
  return document.room;
}

async function turnOf(roomId: RoomId): Promise<TestPerson | null> {
  const room = await roomOf(roomId);
  const userId = room.status === "playing" ? biggerDice.turnOf(room.game as never) : null;
  return [john, jane].find((each) => each.userId === userId) ?? null;
}

/** From now on the log takes no event, for as long as `isAway`. `refused`: what it was first given is saved by then. */
function awayLog(): { isAway: boolean; readonly refused: Promise<void> } {
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

async function playToTheEnd(roomId: RoomId): Promise<void> {
  for (let player = await turnOf(roomId); player !== null; player = await turnOf(roomId)) {
    await games.send(player, roll, { roomId });
  }
}

const ofRoom = (roomId: RoomId) =>
  games.events.filter(
    (event) =>
      field(event, "roomId") === roomId &&
      field(event, "seq") !== undefined &&
      event.audience?.type === "room",
  );

describe("opening and finding rooms", () => {
  it("opens a room: the host's sockets are subscribed by the event that carries its snapshot", async () => {
    const created = await games.send(john, create, { gameType, roomName: "  my   table " });
    const roomId = roomIdOf(created);
    expect(created).toMatchObject({
      eventType: "games.event.room_created",
      audience: { type: "room", roomId: `room:${roomId}` },
      subscribe: [
        { userId: john.userId, audience: `room:${roomId}`, seq: 1 },
        { userId: john.userId, audience: `room:${roomId}:players`, seq: 1 },
      ],
      payload: { roomName: "my table", seq: 1, hostId: john.userId, state: { status: "waiting", seq: 1 } },
    });
    expect(await games.presence.membershipsOf(john.userId)).toMatchObject([
      { roomId, role: "player", since: 1 },
    ]);
  });

  it("refuses a name that a person could not tell from that of another open room", async () => {
    await openRoom(john, "Table");
    for (const roomName of ["Table", "table", " TABLE ", "ｔａｂｌｅ", "ta\u200bble"]) {
      expect(await games.send(jane, create, { gameType, roomName })).toMatchObject({
        eventType: "system.error",
        payload: { code: "NAME_TAKEN", field: "roomName", retryable: false },
      });
    }
  });

  it("answers a creation that is seen again, and makes no second room", async () => {
    const commandId = crypto.randomUUID();
    const created = await games.send(john, create, { gameType, roomName: "one" }, commandId);
    const again = await games.send(john, create, { gameType, roomName: "one" }, commandId);
    expect(again).toMatchObject({
      eventType: "system.event.command_settled",
      audience: { type: "user", userIds: [john.userId] },
      payload: { ok: true, seq: 1, roomId: roomIdOf(created) },
    });
    expect((await games.store.list(gameType)).length).toBe(1);
  });

  it("has one open room for each person and game", async () => {
    const roomId = await openRoom(john);
    const refusal = await games.send(john, create, { gameType, roomName: "another" });
    expect(refusal.payload).toMatchObject({ code: "ALREADY_IN_ROOM", roomId });
    const other = await openRoom(jane, "other");
    expect((await games.send(john, join, { roomId: other })).payload).toMatchObject({
      code: "ALREADY_IN_ROOM",
      roomId,
    });
    expect((await games.send(john, join, { roomId })).payload).toMatchObject({
      code: "ALREADY_IN_ROOM",
      roomId,
    });
  });

  it("joins by name as people write it, or says that there is no such room", async () => {
    const roomId = await openRoom(john, "Über  uns");
    const joined = await games.send(jane, join, { roomName: "u\u0308ber uns" });
    expect(joined).toMatchObject({
      eventType: "games.event.player_joined",
      payload: { roomId, playerId: jane.userId },
    });
    expect(codeOf(await games.send(mary, join, { roomName: "nowhere" }))).toBe("ROOM_NOT_FOUND");
    expect(codeOf(await games.send(mary, join, { roomId: asRoomId(crypto.randomUUID()) }))).toBe(
      "ROOM_NOT_FOUND",
    );
  });

  it("refuses a game that is not on offer", async () => {
    expect(codeOf(await games.send(john, create, { gameType: "chess", roomName: "a" }))).toBe(
      "GAME_NOT_FOUND",
    );
    expect(codeOf(await games.send(john, quickPlay, { gameType: "chess" }))).toBe("GAME_NOT_FOUND");
    expect(codeOf(await games.send(john, "games.command.open_lobby", { gameType: "chess" }))).toBe(
      "GAME_NOT_FOUND",
    );
  });

  it("lets exactly one of three who join in one tick in (F11)", async () => {
    for (let round = 0; round < 20; round += 1) {
      const host = person(100 + round, `host${round}`);
      const roomId = await openRoom(host, `race ${round}`);
      const rivals = [0, 1, 2].map((n) => person(1_000 + round * 10 + n, `rival${n}`));
      const outcomes = await games.sendTogether(rivals.map((rival) => [rival, join, { roomId }]));
      expect(outcomes.filter(({ eventType }) => eventType === "games.event.player_joined").length).toBe(1);
      expect(outcomes.filter((outcome) => codeOf(outcome) === "ROOM_FULL").length).toBe(2);
    }
  });

  it("never starts a game for one and closes it for the other when host and guest act in one tick (F11)", async () => {
    for (let round = 0; round < 20; round += 1) {
      const [host, guest] = [person(200 + round, `host${round}`), person(300 + round, `guest${round}`)];
      const roomId = await openRoom(host, `race ${round}`);
      const commands: Parameters<GamesUnderTest["send"]>[] = [
        [host, leave, { roomId }],
        [guest, join, { roomId }],
      ];
      const outcomes = await games.sendTogether(round % 2 === 0 ? commands : commands.toReversed());
      const joined = outcomes[round % 2 === 0 ? 1 : 0];
      const room = await roomOf(roomId);
      if (room.status === "closed") expect(codeOf(joined)).toBe("ROOM_NOT_FOUND");
      else
        expect(room).toMatchObject({ status: "finished", result: { reason: "left", winner: guest.userId } });
    }
  });
});

describe("quick play", () => {
  it("joins the room that has waited longest, else opens one", async () => {
    const first = await games.send(john, quickPlay, { gameType });
    expect(first).toMatchObject({
      eventType: "games.event.room_created",
      payload: { roomName: "john's game" },
    });
    games.clock.now += 1_000;
    await openRoom(mary, "later");
    const second = await games.send(jane, quickPlay, { gameType });
    expect(second).toMatchObject({
      eventType: "games.event.player_joined",
      payload: { roomId: roomIdOf(first) },
    });
  });

  it("pairs five who come at once with two rooms waiting: every seat once, nobody with herself (F11)", async () => {
    await openRoom(john, "one");
    await openRoom(jane, "two");
    const crowd = [4, 5, 6, 7, 8].map((id) => person(id, `p${id}`));
    const outcomes = await games.sendTogether(crowd.map((each) => [each, quickPlay, { gameType }]));
    const kinds = outcomes.map(({ eventType }) => eventType).toSorted();
    expect(kinds.filter((kind) => kind === "games.event.player_joined").length).toBe(3);
    expect(kinds.filter((kind) => kind === "games.event.room_created").length).toBe(2);
    const rooms = await games.store.list(gameType);
    expect(rooms.map(({ playerCount }) => playerCount).toSorted((a, b) => a - b)).toEqual([1, 2, 2, 2]);
  });

  it("shows someone who is in a room her own room, and repeats its outcome by its id", async () => {
    const commandId = crypto.randomUUID();
    const opened = await games.send(john, quickPlay, { gameType }, commandId);
    expect(await games.send(john, quickPlay, { gameType })).toMatchObject({
      eventType: "games.event.bigger_dice.state_sync",
      audience: { type: "user", userIds: [john.userId] },
      payload: { roomId: roomIdOf(opened), status: "waiting", role: "player" },
    });
    expect(await games.send(john, quickPlay, { gameType }, commandId)).toMatchObject({
      eventType: "system.event.command_settled",
      payload: { ok: true, roomId: roomIdOf(opened) },
    });
  });

  it("finds another name where an open room has the usual one", async () => {
    await openRoom(mary, "john's game");
    const own = person(9, "john");
    await games.send(jane, join, { roomName: "john's game" });
    expect(field(await games.send(own, quickPlay, { gameType }), "roomName")).toBe("john's game 2");
  });
});

describe("playing", () => {
  it("plays a whole game: events without holes, and the saved room is what they tell", async () => {
    const roomId = await startGame();
    await playToTheEnd(roomId);
    const events = ofRoom(roomId);
    expect(events.map((event) => field(event, "seq"))).toEqual(events.map((_, index) => index + 1));
    const over = events.at(-1);
    expect(over).toMatchObject({
      eventType: "games.event.bigger_dice.game_over",
      payload: { reason: "score" },
    });
    expect(await roomOf(roomId)).toMatchObject({ status: "finished", seq: events.length });
  });

  it("does a command that is seen again once, and says its outcome to its sender", async () => {
    const roomId = await startGame();
    const commandId = crypto.randomUUID();
    const first = await games.send(john, roll, { roomId }, commandId);
    expect(first).toMatchObject({ eventType: "games.event.bigger_dice.rolled", payload: { turn: 0 } });
    const again = await games.send(john, roll, { roomId }, commandId);
    expect(again).toMatchObject({ eventType: "system.event.command_settled", payload: { ok: true, seq: 4 } });
    expect(await roomOf(roomId)).toMatchObject({ seq: 4 });
  });

  it("remembers a refusal too: the same command is not done later", async () => {
    const roomId = await startGame();
    const commandId = crypto.randomUUID();
    expect(codeOf(await games.send(jane, roll, { roomId }, commandId))).toBe("NOT_YOUR_TURN");
    await games.send(john, roll, { roomId });
    expect((await games.send(jane, roll, { roomId }, commandId)).payload).toMatchObject({
      ok: false,
      code: "NOT_YOUR_TURN",
    });
    expect(await turnOf(roomId)).toBe(jane);
  });

  it("takes one of two rolls of one turn that come in one tick, with ids of their own (F15)", async () => {
    const roomId = await startGame();
    await games.send(john, roll, { roomId });
    const outcomes = await games.sendTogether([
      [jane, roll, { roomId, turn: 1 }],
      [jane, roll, { roomId, turn: 1 }],
    ]);
    expect(outcomes.map((outcome) => codeOf(outcome) ?? outcome.eventType)).toEqual([
      "games.event.bigger_dice.rolled",
      "TURN_OVER",
    ]);
  });

  it("tells the loser and the winner when somebody leaves, and lets the leaver go", async () => {
    const roomId = await startGame();
    const left = await games.send(jane, leave, { roomId });
    expect(left).toMatchObject({ eventType: "games.event.player_left", payload: { playerId: jane.userId } });
    const goodbye = await games.seen(
      ({ eventType, unsubscribe }) => eventType.startsWith("system.") && unsubscribe !== undefined,
    );
    expect(goodbye).toMatchObject({
      eventType: "system.event.command_settled",
      unsubscribe: [
        { userId: jane.userId, audience: `room:${roomId}` },
        { userId: jane.userId, audience: `room:${roomId}:players` },
      ],
    });
    expect(await games.presence.membershipsOf(jane.userId)).toEqual([]);
    expect((await games.presence.membershipsOf(john.userId)).length).toBe(1);
  });

  it("opens the rematch once, whoever presses last, and both are in it", async () => {
    const roomId = await startGame();
    await playToTheEnd(roomId);
    await games.sendTogether([
      [john, rematch, { roomId }],
      [jane, rematch, { roomId, clientSeed: "hers" }],
    ]);
    const started = await games.seen(({ eventType }) => eventType === "games.event.rematch_started");
    const newRoomId = asRoomId(String(field(started, "newRoomId")));
    expect(await roomOf(newRoomId)).toMatchObject({
      status: "playing",
      hostId: jane.userId,
      roomName: "table",
    });
    expect(ofRoom(newRoomId).map((event) => field(event, "seq"))).toEqual([1, 2, 3]);
    const places = await games.presence.membershipsOf(john.userId);
    expect(places.map((place) => place.roomId).toSorted()).toEqual([roomId, newRoomId].toSorted());
  });
});

describe("what players say to each other", () => {
  it("goes to the players of the room alone, and is kept nowhere", async () => {
    const roomId = await startGame();
    const said = await games.send(john, "games.command.player_chat", { roomId, content: "good luck" });
    expect(said).toMatchObject({
      eventType: "games.event.player_chat_message",
      audience: { type: "room", roomId: `room:${roomId}:players` },
      payload: { roomId, senderId: john.userId, senderName: "john", content: "good luck" },
    });
    expect(said.payload).not.toHaveProperty("seq");
    expect((await games.store.load(asRoomId(roomId)))?.room.seq).toBe(3);
  });

  it("is not for strangers, nor for rooms that are not there", async () => {
    const roomId = await startGame();
    const content = "hello";
    expect(codeOf(await games.send(mary, "games.command.player_chat", { roomId, content }))).toBe(
      "NOT_A_PLAYER",
    );
    const nowhere = "00000000-0000-4000-8000-0000000000ff";
    expect(codeOf(await games.send(john, "games.command.player_chat", { roomId: nowhere, content }))).toBe(
      "ROOM_NOT_FOUND",
    );
  });
});

describe("what a newcomer sees", () => {
  it("sends the full list to the one socket that opened the lobby, and subscribes it", async () => {
    const roomId = await openRoom(jane);
    const list = await games.send(john, "games.command.open_lobby", { gameType });
    const connectionId = "connection-of-1";
    expect(list).toMatchObject({
      eventType: "games.event.rooms_updated",
      audience: { type: "connection", connectionId },
      subscribe: [{ connectionId, audience: "rooms:bigger_dice" }],
      payload: { full: true, rooms: [{ roomId, status: "waiting", hostName: "jane" }], removed: [] },
    });
  });

  it("tells a quiet lobby at once of a room that opens, and what comes soon after put together", async () => {
    const roomId = await openRoom(john);
    const updates = () =>
      games.events.filter(
        ({ audience }) => audience?.type === "room" && audience.roomId === "rooms:bigger_dice",
      );
    expect(updates()).toHaveLength(1);
    expect(updates()[0]?.payload).toMatchObject({
      full: false,
      rooms: [{ roomId, status: "waiting", seq: 1 }],
    });
    await games.send(jane, join, { roomId });
    const another = await openRoom(mary, "another");
    await games.seen((event) => (field(event, "rooms") as unknown[] | undefined)?.length === 2);
    expect(updates()).toHaveLength(2);
    expect(updates()[1]?.payload).toMatchObject({
      full: false,
      rooms: [
        { roomId, status: "playing", playerCount: 2, seq: 3 },
        { roomId: another, status: "waiting" },
      ],
    });
    await games.send(jane, leave, { roomId });
    const removal = await games.seen(
      (event) => (field(event, "removed") as unknown[] | undefined)?.length === 1,
    );
    expect(removal.payload).toMatchObject({ removed: [{ roomId, seq: 6 }] });
  });

  it("answers sync_state with every room of the person as it stands, and nobody else's", async () => {
    const roomId = await startGame();
    await games.send(john, roll, { roomId });
    await openRoom(mary, "not his");
    const snapshot = await games.send(john, "system.command.sync_state", {});
    expect(snapshot).toMatchObject({
      eventType: "system.event.state_snapshot",
      payload: {
        activeRooms: [roomId],
        gameStates: {
          [roomId]: {
            status: "playing",
            role: "player",
            seq: 4,
            state: { turn: 1, currentTurn: jane.userId },
          },
        },
      },
    });
    expect(JSON.stringify(snapshot)).not.toContain('serverSeed"');
  });
});

describe("deadlines (S4)", () => {
  it("rolls once for the player whose clock ran out, however often it is noticed", async () => {
    const roomId = await startGame();
    games.clock.now += 60_000;
    await games.service.lookAtDeadlines();
    const rolled = await games.seen(({ eventType }) => eventType === "games.event.bigger_dice.rolled");
    expect(rolled).toMatchObject({
      actor: { kind: "system" },
      payload: { playerId: john.userId, auto: true },
    });
    expect(rolled.correlationId).toBeUndefined();
    games.clock.now += 10_000;
    await games.service.lookAtDeadlines();
    // Behind whatever was asked for in this room.
    expect(codeOf(await games.send(mary, leave, { roomId }))).toBe("NOT_IN_ROOM");
    expect(await roomOf(roomId)).toMatchObject({ seq: 4 });
  });

  it("ends the rematch after ten minutes and archives the room after a day, in silence", async () => {
    const roomId = await startGame();
    await playToTheEnd(roomId);
    games.clock.now += 600_000;
    await games.service.lookAtDeadlines();
    await games.seen(({ eventType }) => eventType === "games.event.rematch_closed");
    games.clock.now += 86_400_000;
    await games.service.lookAtDeadlines();
    expect(codeOf(await games.send(john, leave, { roomId }))).toBe("NOT_IN_ROOM");
    expect(await games.store.roomsOf(john.userId)).toEqual([]);
    expect(await games.presence.membershipsOf(john.userId)).toEqual([]);
    expect(await roomOf(roomId)).toMatchObject({ archived: true });
  });
});

describe("faults", () => {
  /** The store, which fails on the n-th commit of rolls. */
  function failing(store: RoomStore, commits: Set<number>): RoomStore {
    let number = 0;
    return {
      isShared: store.isShared,
      load: (roomId) => store.load(roomId),
      loadAll: (roomIds) => store.loadAll(roomIds),
      commit: async (units) => {
        number += 1;
        if (commits.has(number)) throw new Error("disk full");
        return store.commit(units);
      },
      holderOf: (claim) => store.holderOf(claim),
      roomsOf: (userId) => store.roomsOf(userId),
      list: (slug) => store.list(slug),
      waiting: (slug, limit) => store.waiting(slug, limit),
      due: (now, limit) => store.due(now, limit),
      unarchived: () => store.unarchived(),
      inPlay: (endedSince) => store.inPlay(endedSince),
      countOpen: () => store.countOpen(),
      close: () => store.close(),
    };
  }

  it("goes on without presence, and tells it everyone's place when it is back (R3)", async () => {
    const room = await openRoom(john);
    const { changeMemberships } = games.presence;
    games.presence.changeMemberships = () => Promise.reject(new Error("away"));
    await games.send(jane, join, { roomId: room });
    await games.send(john, roll, { roomId: room });
    await games.service.lookAtAttendance();
    expect(await games.presence.membershipsOf(jane.userId)).toEqual([]);
    games.presence.changeMemberships = changeMemberships.bind(games.presence);
    while ((await games.presence.membershipsOf(jane.userId)).length === 0) await Bun.sleep(5);
    expect(await games.presence.membershipsOf(jane.userId)).toMatchObject([{ roomId: room, role: "player" }]);
  });

  it("says nothing of what the store did not take, and does it when the store is back", async () => {
    await games.stop();
    games = await startGames({ store: failing(games.store, new Set([3, 4])) });
    const roomId = await startGame();
    const rolled = await games.send(john, roll, { roomId });
    expect(rolled.eventType).toBe("games.event.bigger_dice.rolled");
    expect(ofRoom(roomId).map((event) => field(event, "seq"))).toEqual([1, 2, 3, 4]);
  });

  it("goes on after a restart: tails are said again, places are mirrored, outcomes are remembered", async () => {
    const commandId = crypto.randomUUID();
    const roomId = await startGame();
    const first = await games.send(john, roll, { roomId }, commandId);
    const before = games;
    await before.stop();
    games = await startGames({ store: before.store, clock: before.clock });
    expect(ofRoom(roomId).map(({ eventId }) => eventId)).toEqual([first.eventId]);
    expect((await games.presence.membershipsOf(jane.userId)).map((place) => place.roomId)).toEqual([roomId]);
    expect((await games.send(john, roll, { roomId }, commandId)).payload).toMatchObject({ ok: true, seq: 4 });
    await playToTheEnd(roomId);
    expect(await roomOf(roomId)).toMatchObject({ status: "finished" });
  });

  it("says what was saved but not said when somebody who saved died (S2)", async () => {
    const roomId = await startGame();
    await games.send(john, roll, { roomId });
    const before = games;
    await before.stop();
    // Another process takes over: it knows nothing of what is in the log.
    games = await startGames({ store: before.store, clock: before.clock });
    expect(ofRoom(roomId)).toHaveLength(1);
    await games.send(jane, roll, { roomId });
    const seqs = ofRoom(roomId).map((event) => field(event, "seq"));
    expect(seqs).toEqual([4, 5, 6]);
  });

  it("says what it saved when the log was away for longer than a command lives, and does not call it expired", async () => {
    const roomId = await startGame();
    const log = awayLog();
    const outcome = games.send(john, leave, { roomId });
    await log.refused;
    expect((await roomOf(roomId)).status).toBe("finished");
    games.clock.now += 16_000;
    log.isAway = false;
    // The departure's events and their outcome; then what the repeated command is told.
    expect((await outcome).eventType).toBe("games.event.player_left");
    await games.seen(({ eventType }) => eventType === "system.event.command_settled");
    expect(games.events.filter(({ eventType }) => eventType === "system.error")).toEqual([]);
    expect(ofRoom(roomId).map((event) => field(event, "seq"))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("keeps what two commands of one group did as one tail, until it is said (S2)", async () => {
    const roomId = await startGame();
    const log = awayLog();
    const outcomes = games.sendTogether([
      [john, roll, { roomId }],
      [jane, roll, { roomId }],
    ]);
    await log.refused;
    expect((await games.store.load(roomId))?.tail.map(({ event }) => event.seq)).toEqual([4, 5, 6]);
    log.isAway = false;
    await outcomes;
    expect(ofRoom(roomId).map((event) => field(event, "seq"))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("lets nobody hear on who left while the log was away", async () => {
    const roomId = await startGame();
    const log = awayLog();
    const outcome = games.send(john, leave, { roomId });
    await log.refused;
    log.isAway = false;
    await outcome;
    const { unsubscribe } = await games.seen(({ eventType }) => eventType === "system.event.command_settled");
    expect(unsubscribe?.map(({ audience }) => audience)).toContain(audienceOf.players(asRoomId(roomId)));
    expect(await games.presence.membershipsOf(john.userId)).toEqual([]);
  });

  it("puts whoever asks for a snapshot into the rooms that it shows, whatever presence knew (L1)", async () => {
    const roomId = await startGame();
    await games.presence.changeMemberships([
      { kind: "remove", userId: john.userId, roomId: asRoomId(roomId), seq: 3 },
    ]);
    const snapshot = await games.send(john, "system.command.sync_state", {});
    const connectionId = asConnectionId(`connection-of-${john.userId}`);
    expect(snapshot.subscribe).toContainEqual({ connectionId, audience: `room:${roomId}`, seq: 3 });
    expect(await games.presence.membershipsOf(john.userId)).toMatchObject([{ roomId, seq: 3 }]);
  });

  it("refuses what it first sees more than 15 seconds after it was sent (L5)", async () => {
    const roomId = await startGame();
    const sent = games.sendTogether([[john, roll, { roomId }]]);
    games.clock.now += 15_001;
    const [outcome] = await sent;
    expect(outcome?.payload).toMatchObject({ code: "EXPIRED", retryable: true });
    expect(await roomOf(roomId)).toMatchObject({ seq: 3 });
  });
});

describe("people one of whom has blocked the other (G7)", () => {
  beforeEach(() => games.apart.add(`${john.userId} ${jane.userId}`));

  it("are not put into one room, by any way, and are told nothing of why", async () => {
    const roomId = await openRoom(john, "table");
    expect(codeOf(await games.send(jane, join, { roomId }))).toBe("ROOM_FULL");
    expect(codeOf(await games.send(jane, join, { roomName: "table" }))).toBe("ROOM_FULL");
    const quick = await games.send(jane, quickPlay, { gameType });
    expect(quick.eventType).toBe("games.event.room_created");
    expect(roomIdOf(quick)).not.toBe(roomId);
    expect((await games.send(mary, join, { roomId })).eventType).toBe("games.event.player_joined");
  });

  it("play no rematch", async () => {
    games.apart.clear();
    const roomId = await startGame();
    await playToTheEnd(roomId);
    games.apart.add(`${jane.userId} ${john.userId}`);
    expect(codeOf(await games.send(john, rematch, { roomId }))).toBe("ROOM_FINISHED");
  });
});

describe("any commands of three people, in any batches", () => {
  const people = [john, jane, mary];
  const command = fc.record({
    who: fc.integer({ min: 0, max: 2 }),
    what: fc.constantFrom(roll, roll, roll, roll, roll, join, leave, rematch, quickPlay, "roll-again"),
  });
  const batches = fc.array(fc.array(command, { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 15,
  });

  const seed = 31_337;
  it(`give every command one outcome, every room a history without holes, and save what it tells (seed ${seed})`, async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (all) => {
        const store = memoryStore();
        const under = await startGames({ store });
        const sent: string[] = [];
        const rooms = new Set<RoomId>();
        rooms.add(roomIdOf(await under.send(john, create, { gameType, roomName: "table" })));
        for (const batch of all) {
          const roomId = [...rooms].at(-1) ?? asRoomId("none");
          const commands = batch.map(({ who, what }): Parameters<GamesUnderTest["send"]> => {
            const again = what === "roll-again" ? sent.at(-1) : undefined;
            const commandId = again ?? crypto.randomUUID();
            const type = what === "roll-again" ? roll : what;
            sent.push(commandId);
            return [people[who] ?? john, type, type === quickPlay ? { gameType } : { roomId }, commandId];
          });
          await under.sendTogether(commands);
          for (const { room } of await allRooms(store)) rooms.add(room.roomId);
        }
        for (const roomId of rooms) {
          const document = await store.load(roomId);
          const said = under.events.filter(
            (event) =>
              event.audience?.type === "room" &&
              field(event, "roomId") === roomId &&
              field(event, "seq") !== undefined,
          );
          expect(said.map((event) => field(event, "seq"))).toEqual(said.map((_, index) => index + 1));
          expect(document?.room.seq).toBe(said.length);
        }
        expect(under.errors).toEqual([]);
        await under.stop();
        await store.close();
      }),
      { seed, numRuns: 60 },
    );
  }, 60_000);

  async function allRooms(store: RoomStore) {
    const documents = [];
    for await (const document of store.unarchived()) documents.push(document);
    return documents;
  }
});
