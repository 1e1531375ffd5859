import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { signToken, startGateway, type GatewayUnderTest, type TestSocket } from "./gateway-fixture.ts";
import {
  asRoomId,
  asUserId,
  audienceOf,
  audiencesOfRole,
  toRoom,
  type RoomId,
  type RoomRole,
  type SubscriptionDirective,
} from "../protocol/index.ts";

const [jane, john] = [asUserId("1"), asUserId("2")];
const roomId = asRoomId("00000000-0000-4000-8000-00000000000a");
let under: GatewayUnderTest;

beforeEach(async () => {
  under = await startGateway();
});
afterEach(() => under.stop());

const directives = (userId: string, role: RoomRole, seq: number, room: RoomId = roomId) =>
  audiencesOfRole(room, role).map((audience): SubscriptionDirective => ({
    userId: asUserId(userId),
    audience,
    seq,
  }));

async function enter(userId: string, role: RoomRole, seq: number): Promise<void> {
  const eventType = `games.event.entered_${userId}_${seq}`;
  await under.say({ eventType, payload: {}, subscribe: directives(userId, role, seq) });
  await under.eventCame(eventType);
}

async function end(userId: string, role: RoomRole, seq: number): Promise<void> {
  const eventType = "games.event.places_ended";
  await under.say({ eventType, payload: { roomId }, unsubscribe: directives(userId, role, seq) });
  await under.eventCame(eventType);
}

let said = 0;
/** Which of these sockets hear what everybody in the room is told. */
async function hearing(...sockets: readonly TestSocket[]): Promise<readonly boolean[]> {
  const text = `said ${(said += 1)}`;
  const eventType = `games.event.test_${said}`;
  await under.say({ eventType, audience: toRoom(audienceOf.room(roomId)), payload: { roomId, text } });
  await under.eventCame(eventType);
  return Promise.all(
    sockets.map(async (socket) => {
      const acknowledged = socket.frames.length;
      socket.send({ type: "system.heartbeat" });
      const isAnswer = (frame: { type: string }) =>
        frame.type === "system.heartbeat_ack" && socket.frames.indexOf(frame) >= acknowledged;
      await socket.seen(isAnswer);
      return socket.frames.some((frame) => frame["text"] === text);
    }),
  );
}

describe("a room that is over for good", () => {
  it("is heard by none of the sockets of those whose places ended, by the others as before", async () => {
    const [one, two, other] = [await under.openAs(jane), await under.openAs(jane), await under.openAs(john)];
    await enter(jane, "player", 1);
    await enter(john, "spectator", 2);
    expect(await hearing(one, two, other)).toEqual([true, true, true]);
    await end(jane, "player", 30);
    expect(await hearing(one, two, other)).toEqual([false, false, true]);
    expect(one.frames.filter(({ type }) => type === "games.event.places_ended")).toEqual([]);
  });

  it("is not entered again by what was said before its end and comes late", async () => {
    const socket = await under.openAs(jane);
    await enter(jane, "player", 1);
    await end(jane, "player", 30);
    await enter(jane, "player", 29);
    expect(await hearing(socket)).toEqual([false]);
  });

  it("is not entered by a socket that read its places just before they ended", async () => {
    const membership = { roomId, gameType: "bigger_dice", role: "player", seq: 1, since: 1 } as const;
    await under.presence.changeMemberships([{ kind: "set", userId: jane, membership }]);
    const { promise: hasRead, resolve: read } = Promise.withResolvers<void>();
    const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
    const { presence } = under;
    const membershipsOf = presence.membershipsOf.bind(presence);
    presence.membershipsOf = async (userId) => {
      const places = await membershipsOf(userId);
      read();
      await mayGoOn;
      return places;
    };
    const socket = await under.open();
    socket.send({ type: "system.authenticate", token: await signToken(jane, under.clock.now()) });
    await hasRead;
    await end(jane, "player", 30);
    goOn();
    expect(await socket.seen(({ type }) => type === "system.authenticated")).toMatchObject({ rooms: [] });
    expect(await hearing(socket)).toEqual([false]);
  });
});
