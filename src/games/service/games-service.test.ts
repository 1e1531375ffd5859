import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import fc from "fast-check";
import { memoryStore, startGames, type GamesUnderTest } from "./service-fixture.ts";
import {
  codeOf,
  create,
  field,
  gameType,
  jane,
  john,
  join,
  leave,
  mary,
  ofRoom,
  openRoom,
  playToTheEnd,
  quickPlay,
  rematch,
  roll,
  roomIdOf,
  roomOf,
  startGame,
  turnOf,
} from "./table-fixture.ts";
import type { RoomStore } from "../store/port.ts";
import { asRoomId, type RoomId } from "../../protocol/index.ts";

let games: GamesUnderTest;

beforeEach(async () => {
  games = await startGames();
});
afterEach(async () => {
  await games.stop();
  await games.store.close();
});

describe("playing", () => {
  it("plays a whole game: events without holes, and the saved room is what they tell", async () => {
    const roomId = await startGame(games);
    await playToTheEnd(games, roomId);
    const events = ofRoom(games, roomId);
    expect(events.map((event) => field(event, "seq"))).toEqual(events.map((_, index) => index + 1));
    const over = events.at(-1);
    expect(over).toMatchObject({
      eventType: "games.event.bigger_dice.game_over",
      payload: { reason: "score" },
    });
    expect(await roomOf(games, roomId)).toMatchObject({ status: "finished", seq: events.length });
  });

  it("does a command that is seen again once, and says its outcome to its sender", async () => {
    const roomId = await startGame(games);
    const commandId = crypto.randomUUID();
    const first = await games.send(john, roll, { roomId }, commandId);
    expect(first).toMatchObject({ eventType: "games.event.bigger_dice.rolled", payload: { turn: 0 } });
    const again = await games.send(john, roll, { roomId }, commandId);
    expect(again).toMatchObject({ eventType: "system.event.command_settled", payload: { ok: true, seq: 4 } });
    expect(await roomOf(games, roomId)).toMatchObject({ seq: 4 });
  });

  it("remembers a refusal too: the same command is not done later", async () => {
    const roomId = await startGame(games);
    const commandId = crypto.randomUUID();
    expect(codeOf(await games.send(jane, roll, { roomId }, commandId))).toBe("NOT_YOUR_TURN");
    await games.send(john, roll, { roomId });
    expect((await games.send(jane, roll, { roomId }, commandId)).payload).toMatchObject({
      ok: false,
      code: "NOT_YOUR_TURN",
    });
    expect(await turnOf(games, roomId)).toBe(jane);
  });

  it("takes one of two rolls of one turn that come in one tick, with ids of their own (F15)", async () => {
    const roomId = await startGame(games);
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
    const roomId = await startGame(games);
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
    const roomId = await startGame(games);
    await playToTheEnd(games, roomId);
    await games.sendTogether([
      [john, rematch, { roomId }],
      [jane, rematch, { roomId, clientSeed: "hers" }],
    ]);
    const started = await games.seen(({ eventType }) => eventType === "games.event.rematch_started");
    const newRoomId = asRoomId(String(field(started, "newRoomId")));
    expect(await roomOf(games, newRoomId)).toMatchObject({
      status: "playing",
      hostId: jane.userId,
      roomName: "table",
    });
    expect(ofRoom(games, newRoomId).map((event) => field(event, "seq"))).toEqual([1, 2, 3]);
    const places = await games.presence.membershipsOf(john.userId);
    expect(places.map((place) => place.roomId).toSorted()).toEqual([roomId, newRoomId].toSorted());
  });
});

describe("what players say to each other", () => {
  it("goes to the players of the room alone, and is kept nowhere", async () => {
    const roomId = await startGame(games);
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
    const roomId = await startGame(games);
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

describe("deadlines (S4)", () => {
  it("rolls once for the player whose clock ran out, however often it is noticed", async () => {
    const roomId = await startGame(games);
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
    expect(await roomOf(games, roomId)).toMatchObject({ seq: 4 });
  });

  it("ends the rematch after ten minutes and archives the room after a day, in silence", async () => {
    const roomId = await startGame(games);
    await playToTheEnd(games, roomId);
    games.clock.now += 600_000;
    await games.service.lookAtDeadlines();
    await games.seen(({ eventType }) => eventType === "games.event.rematch_closed");
    games.clock.now += 86_400_000;
    await games.service.lookAtDeadlines();
    expect(codeOf(await games.send(john, leave, { roomId }))).toBe("NOT_IN_ROOM");
    expect(await games.store.roomsOf(john.userId)).toEqual([]);
    expect(await games.presence.membershipsOf(john.userId)).toEqual([]);
    expect(await roomOf(games, roomId)).toMatchObject({ archived: true });
  });
});

describe("people one of whom has blocked the other (G7)", () => {
  beforeEach(() => games.apart.add(`${john.userId} ${jane.userId}`));

  it("are not put into one room, by any way, and are told nothing of why", async () => {
    const roomId = await openRoom(games, john, "table");
    expect(codeOf(await games.send(jane, join, { roomId }))).toBe("ROOM_FULL");
    expect(codeOf(await games.send(jane, join, { roomName: "table" }))).toBe("ROOM_FULL");
    const quick = await games.send(jane, quickPlay, { gameType });
    expect(quick.eventType).toBe("games.event.room_created");
    expect(roomIdOf(quick)).not.toBe(roomId);
    expect((await games.send(mary, join, { roomId })).eventType).toBe("games.event.player_joined");
  });

  it("play no rematch", async () => {
    games.apart.clear();
    const roomId = await startGame(games);
    await playToTheEnd(games, roomId);
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
          const said = ofRoom(under, roomId);
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
