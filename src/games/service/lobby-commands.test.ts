import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { person, startGames, type GamesUnderTest } from "./service-fixture.ts";
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
  openRoom,
  quickPlay,
  roll,
  roomIdOf,
  roomOf,
  startGame,
} from "./table-fixture.ts";
import { asRoomId } from "../../protocol/index.ts";

let games: GamesUnderTest;

beforeEach(async () => {
  games = await startGames();
});
afterEach(async () => {
  await games.stop();
  await games.store.close();
});

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
    await openRoom(games, john, "Table");
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
    const roomId = await openRoom(games, john);
    const refusal = await games.send(john, create, { gameType, roomName: "another" });
    expect(refusal.payload).toMatchObject({ code: "ALREADY_IN_ROOM", roomId });
    const other = await openRoom(games, jane, "other");
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
    const roomId = await openRoom(games, john, "Über  uns");
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
      const roomId = await openRoom(games, host, `race ${round}`);
      const rivals = [0, 1, 2].map((n) => person(1_000 + round * 10 + n, `rival${n}`));
      const outcomes = await games.sendTogether(rivals.map((rival) => [rival, join, { roomId }]));
      expect(outcomes.filter(({ eventType }) => eventType === "games.event.player_joined").length).toBe(1);
      expect(outcomes.filter((outcome) => codeOf(outcome) === "ROOM_FULL").length).toBe(2);
    }
  });

  it("never starts a game for one and closes it for the other when host and guest act in one tick (F11)", async () => {
    for (let round = 0; round < 20; round += 1) {
      const [host, guest] = [person(200 + round, `host${round}`), person(300 + round, `guest${round}`)];
      const roomId = await openRoom(games, host, `race ${round}`);
      const commands: Parameters<GamesUnderTest["send"]>[] = [
        [host, leave, { roomId }],
        [guest, join, { roomId }],
      ];
      const outcomes = await games.sendTogether(round % 2 === 0 ? commands : commands.toReversed());
      const joined = outcomes[round % 2 === 0 ? 1 : 0];
      const room = await roomOf(games, roomId);
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
    await openRoom(games, mary, "later");
    const second = await games.send(jane, quickPlay, { gameType });
    expect(second).toMatchObject({
      eventType: "games.event.player_joined",
      payload: { roomId: roomIdOf(first) },
    });
  });

  it("pairs five who come at once with two rooms waiting: every seat once, nobody with herself (F11)", async () => {
    await openRoom(games, john, "one");
    await openRoom(games, jane, "two");
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
    await openRoom(games, mary, "john's game");
    const own = person(9, "john");
    await games.send(jane, join, { roomName: "john's game" });
    expect(field(await games.send(own, quickPlay, { gameType }), "roomName")).toBe("john's game 2");
  });
});

describe("what a newcomer sees", () => {
  it("sends the full list to the one socket that opened the lobby, and subscribes it", async () => {
    const roomId = await openRoom(games, jane);
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
    const roomId = await openRoom(games, john);
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
    const another = await openRoom(games, mary, "another");
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
    const roomId = await startGame(games);
    await games.send(john, roll, { roomId });
    await openRoom(games, mary, "not his");
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
