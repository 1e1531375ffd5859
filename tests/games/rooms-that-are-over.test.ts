/** Who stays for days and never leaves a room keeps no place in those that are over: the gateway and presence agree. */
import { afterEach, beforeEach, expect, it } from "bun:test";
import { biggerDice } from "../../src/games/bigger-dice/bigger-dice.ts";
import { standardTimes } from "../../src/games/rooms/room.ts";
import { createGamesService, type GamesService } from "../../src/games/service/games-service.ts";
import { memoryStore } from "../../src/games/service/service-fixture.ts";
import type { RoomStore } from "../../src/games/store/port.ts";
import { asRoomId, asUserId, audienceOf, toRoom, type RoomId } from "../../src/protocol/index.ts";
import {
  signToken,
  startGateway,
  type Frame,
  type GatewayUnderTest,
  type TestSocket,
} from "../../src/ws-gateway/gateway-fixture.ts";

const minute = 60_000;
const [john, jane, mary] = ["1", "2", "3"] as const;
let under: GatewayUnderTest;
let store: RoomStore;
let service: GamesService;
/** By how much games are ahead of the sockets, which would have to send heartbeats all day. */
let ahead = 0;

beforeEach(async () => {
  ahead = 0;
  under = await startGateway({ limits: { scale: 1_000 } });
  store = memoryStore();
  let number = 0;
  service = createGamesService({
    store,
    log: under.log,
    presence: under.presence,
    games: [biggerDice],
    times: standardTimes,
    seeds: { serverSeed: () => `${++number}`.padStart(64, "0"), clientSeed: () => `added-${++number}` },
    people: { unreadOf: () => Promise.resolve(0), areApart: () => Promise.resolve(false) },
    now: () => under.clock.now() + ahead,
    logger: { error: () => {} },
  });
  await service.start();
});
afterEach(async () => {
  await service.stop();
  await under.stop();
  await store.close();
});

/** The answer. */
function send(socket: TestSocket, type: string, payload: object): Promise<Frame> {
  const commandId = crypto.randomUUID();
  socket.send({ type: `games.command.${type}`, commandId, ...payload });
  return socket.seen((frame) => frame["commandId"] === commandId);
}

/** The rooms that a socket has a place in, as the gateway and presence know it. */
async function roomsOf(socket: TestSocket, userId: string): Promise<unknown> {
  const before = socket.frames.length;
  socket.send({ type: "system.authenticate", token: await signToken(userId, under.clock.now()) });
  const isAnswer = (frame: Frame) =>
    frame.type === "system.authenticated" && socket.frames.indexOf(frame) >= before;
  return (await socket.seen(isAnswer))["rooms"];
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await Bun.sleep(5);
}

it("ends the places of players and spectators who leave none of the rooms that they were in", async () => {
  const [host, guest, watcher] = [
    await under.openAs(john),
    await under.openAs(jane),
    await under.openAs(mary),
  ];
  const rooms: RoomId[] = [];
  for (let n = 0; n < 30; n += 1) {
    const created = await send(host, "create_room", { gameType: "bigger_dice", roomName: `table ${n}` });
    const roomId = asRoomId(String(created["roomId"]));
    rooms.push(roomId);
    await send(watcher, "spectate", { roomId });
    await send(guest, "join_room", { roomId });
    await send(guest, "leave_room", { roomId });
  }
  expect(await roomsOf(host, john)).toHaveLength(30);
  expect(await roomsOf(watcher, mary)).toHaveLength(30);

  ahead += 24 * 60 * minute + minute;
  await until(async () => (await under.presence.membershipsOf(asUserId(john))).length === 0);
  await until(async () => {
    ahead += minute;
    return (await under.presence.membershipsOf(asUserId(mary))).length === 0;
  });
  const ended = () => under.events.filter(({ eventType }) => eventType === "games.event.places_ended").length;
  await until(() => Promise.resolve(ended() === 60));

  expect(await roomsOf(host, john)).toEqual([]);
  expect(await roomsOf(watcher, mary)).toEqual([]);
  // Nor does the gateway alone know of a place.
  for (const roomId of rooms)
    await under.say({
      eventType: "games.event.test",
      audience: toRoom(audienceOf.room(roomId)),
      payload: { roomId, text: "anybody?" },
    });
  await under.eventCame("games.event.test");
  for (const [socket, userId] of [
    [host, john],
    [guest, jane],
    [watcher, mary],
  ] as const) {
    await roomsOf(socket, userId);
    expect(socket.frames.filter((frame) => frame["text"] === "anybody?")).toEqual([]);
  }
});
