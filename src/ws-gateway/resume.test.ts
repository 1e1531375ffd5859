import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import {
  signToken,
  startGateway,
  type Frame,
  type GatewayUnderTest,
  type TestSocket,
} from "./gateway-fixture.ts";
import {
  asConnectionId,
  asRoomId,
  asUserId,
  audienceOf,
  toRoom,
  toUsers,
  type Audience,
  type AudienceName,
  type Cursor,
  type RoomRole,
} from "../protocol/index.ts";

const roomId = asRoomId("00000000-0000-4000-8000-00000000000a");
const jane = asUserId("1");
let under: GatewayUnderTest;

beforeEach(async () => {
  under = await startGateway();
});
afterEach(() => under.stop());

const textsOf = ({ frames }: TestSocket): readonly unknown[] =>
  frames.flatMap((frame) => ("text" in frame ? [frame["text"]] : []));

let said = 0;
/** Says it, and waits until this gateway has read it. */
async function say(audience: Audience, text: string, fields: object = {}): Promise<void> {
  const eventType = `games.event.test_${(said += 1)}`;
  await under.say({ eventType, audience, payload: { text, ...fields } });
  await under.eventCame(eventType);
}

const inRoom = (text: string, seq: number) => say(toRoom(audienceOf.room(roomId)), text, { roomId, seq });

async function enter(role: RoomRole, seq: number, since = seq): Promise<void> {
  const membership = { roomId, gameType: "bigger_dice", role, seq, since };
  await under.presence.changeMemberships([{ kind: "set", userId: jane, membership }]);
}

async function cursorOf(socket: TestSocket): Promise<Cursor> {
  const before = socket.frames.length;
  socket.send({ type: "system.heartbeat" });
  const isNew = (frame: Frame) =>
    frame.type === "system.heartbeat_ack" && socket.frames.indexOf(frame) >= before;
  return (await socket.seen(isNew))["cursor"] as Cursor;
}

async function comeBack(cursor: unknown, channels: readonly string[] = [], userId = "1") {
  const socket = await under.open();
  const token = await signToken(userId, under.clock.now());
  socket.send({ type: "system.authenticate", token, resume: { cursor, channels } });
  const { resumed } = await socket.seen(({ type }) => type === "system.authenticated");
  // What follows comes after all that was missed.
  await cursorOf(socket);
  return { socket, resumed };
}

async function away(): Promise<Cursor> {
  const socket = await under.openAs("1");
  const cursor = await cursorOf(socket);
  socket.close();
  await socket.closed;
  return cursor;
}

describe("a client that comes back (R3)", () => {
  it("gets what it missed, once and in order, before what comes next", async () => {
    await enter("player", 1);
    const first = await under.openAs("1");
    await inRoom("seen", 2);
    await first.seen(({ text }) => text === "seen");
    const cursor = await cursorOf(first);
    first.close();
    await first.closed;
    await inRoom("missed", 3);
    await say(toUsers(jane), "private");
    await inRoom("missed too", 4);
    const { socket, resumed } = await comeBack(cursor);
    expect(resumed).toBe(true);
    await inRoom("live", 5);
    await socket.seen(({ text }) => text === "live");
    expect(textsOf(socket)).toEqual(["missed", "private", "missed too", "live"]);
  });

  it("gets nothing of other people and other rooms, whatever cursor and channels it shows", async () => {
    await enter("player", 1);
    const cursor = await away();
    const secret = asRoomId("00000000-0000-4000-8000-00000000000b");
    await say(toRoom(audienceOf.room(secret)), "another room");
    await say(toUsers(asUserId("2")), "another person");
    await say(toRoom(audienceOf.spectators(roomId)), "spectators' chat");
    await say(toRoom(audienceOf.players(roomId)), "players' chat");
    await inRoom("mine", 2);
    const channels = [`user:2`, audienceOf.spectators(roomId), "rooms:bigger_dice"];
    const { socket } = await comeBack(cursor, channels);
    expect(textsOf(socket).filter((text) => text !== "players' chat" && text !== "mine")).toEqual([]);
    const direct = await comeBack(cursor);
    expect(direct.resumed).toBe(true);
    expect(textsOf(direct.socket)).toEqual(["players' chat", "mine"]);
  });

  it("is told that it cannot go on where it names a room that presence does not know", async () => {
    const cursor = await away();
    expect((await comeBack(cursor, [audienceOf.room(roomId)])).resumed).toBe(false);
    await enter("player", 1);
    expect((await comeBack(cursor, [audienceOf.room(roomId)])).resumed).toBe(true);
  });

  it("hears its public lists go on without asking anybody for them", async () => {
    const cursor = await away();
    await say(toRoom(audienceOf.roomList("bigger_dice")), "a room opened");
    const { socket, resumed } = await comeBack(cursor, ["rooms:bigger_dice"]);
    expect(resumed).toBe(true);
    await say(toRoom(audienceOf.roomList("bigger_dice")), "a room closed");
    await socket.seen(({ text }) => text === "a room closed");
    expect(textsOf(socket)).toEqual(["a room opened", "a room closed"]);
    expect(under.commands).toEqual([]);
  });

  it("gets a role's chat only from when it had the role", async () => {
    const cursor = await away();
    await inRoom("one", 1);
    await say(toRoom(audienceOf.players(roomId)), "before my time");
    await inRoom("I join", 2);
    await say(toRoom(audienceOf.players(roomId)), "to me too");
    await enter("player", 2);
    const { socket } = await comeBack(cursor);
    expect(textsOf(socket)).toEqual(["one", "I join", "to me too"]);
  });

  it("starts anew where this gateway does not know when the role began, and is not told what may be of another's time", async () => {
    const cursor = await away();
    await inRoom("one", 1);
    await say(toRoom(audienceOf.players(roomId)), "before my time, or after it");
    await enter("player", 2);
    const { socket, resumed } = await comeBack(cursor);
    expect(resumed).toBe(false);
    expect(textsOf(socket)).toEqual([]);
  });

  it("starts anew with a cursor of another log, from the future, or too far back", async () => {
    const cursor = await away();
    expect((await comeBack({ ...cursor, epoch: "another" })).resumed).toBe(false);
    const future = { ...cursor.positions, "games.events/0": 1_000_000 };
    expect((await comeBack({ ...cursor, positions: future })).resumed).toBe(false);
    expect((await comeBack({ ...cursor, positions: {} })).resumed).toBe(true); // nothing was said at all yet
    await inRoom("long ago", 1);
    under.clock.turn(7 * 60_000);
    expect((await comeBack(cursor)).resumed).toBe(false);
  });

  it("hears on in a room of which presence knew nothing, from where its snapshot ends (L1)", async () => {
    const cursor = await away();
    const { socket, resumed } = await comeBack(cursor, [audienceOf.room(roomId)]);
    expect(resumed).toBe(false);
    await inRoom("in the snapshot", 3);
    // Under other keys than the snapshot's: they come first.
    await inRoom("after the snapshot", 4);
    await say(toRoom(audienceOf.players(roomId)), "chat after it");
    const { connectionId } = await socket.seen(({ type }) => type === "system.welcome");
    const place = (audience: AudienceName) => ({
      connectionId: asConnectionId(String(connectionId)),
      audience,
      seq: 3,
    });
    await under.say({
      eventType: "system.event.state_snapshot",
      audience: toUsers(asUserId("1")),
      subscribe: [place(audienceOf.room(roomId)), place(audienceOf.players(roomId))],
      payload: { text: "the snapshot" },
    });
    await inRoom("live", 5);
    await socket.seen((frame) => frame["text"] === "live");
    expect(textsOf(socket)).toEqual(["the snapshot", "after the snapshot", "chat after it", "live"]);
  });

  it("is refused a cursor that is none", async () => {
    for (const cursor of [null, "x", { epoch: 1, positions: {} }, { epoch: "e", positions: { a: "b" } }]) {
      const socket = await under.open();
      const token = await signToken("1", under.clock.now());
      socket.send({ type: "system.authenticate", token, resume: { cursor, channels: [] } });
      expect(await socket.closed).toBeGreaterThanOrEqual(4000);
    }
  });
});
