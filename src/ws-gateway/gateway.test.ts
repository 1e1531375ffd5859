import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import {
  signToken,
  startGateway,
  type Frame,
  type GatewayUnderTest,
  type TestSocket,
} from "./gateway-fixture.ts";
import { createMemoryLog } from "../event-log/memory.ts";
import {
  asCommandId,
  asConnectionId,
  asRoomId,
  asSessionId,
  asUserId,
  audienceOf,
  audiencesOfRole,
  rateClasses,
  toRoom,
  toUsers,
  type EventEnvelope,
  type UserId,
} from "../protocol/index.ts";

const roomId = asRoomId("00000000-0000-4000-8000-000000000001");
const roll = "games.command.bigger_dice.roll";
const ofType = (type: string) => (frame: Frame) => frame.type === type;
const isError = ofType("system.error");

let under: GatewayUnderTest;

beforeEach(async () => {
  under = await startGateway();
});
afterEach(() => under.stop());

describe("a connection", () => {
  it("is welcomed with its id and the limits that hold", async () => {
    const socket = await under.open();
    expect(socket.frames[0]).toMatchObject({
      type: "system.welcome",
      heartbeatMs: 15_000,
      timeoutMs: 45_000,
      authDeadlineMs: 5_000,
      maxFrameBytes: 16_384,
    });
  });

  it("is live once its token is verified, and says from where the log goes on", async () => {
    const socket = await under.openAs("1");
    const authenticated = await socket.seen(ofType("system.authenticated"));
    expect(authenticated).toMatchObject({
      userId: "1",
      username: "name1",
      roles: ["user"],
      resumed: false,
      rooms: [],
    });
    expect(Object.keys((authenticated["cursor"] as { positions: object }).positions)).toContain(
      "games.events/5",
    );
  });

  it("is one too many past fifty of one person, who keeps the others", async () => {
    const sockets = await Promise.all(Array.from({ length: 50 }, () => under.openAs("1")));
    const more = await under.open();
    more.send({ type: "system.authenticate", token: await signToken("1", under.clock.now()) });
    expect(await more.closed).toBe(4006);
    sockets[0]?.send({ type: "system.heartbeat" });
    await sockets[0]?.seen(({ type }) => type === "system.heartbeat_ack");
  });

  it("tells others of so many looks a page only, whatever it says", async () => {
    const socket = await under.openAs("1");
    const told = () => under.events.filter(({ eventType }) => eventType.includes("attention")).length;
    for (let n = 0; n < 200; n += 1) socket.send({ type: "system.heartbeat", hidden: n % 2 === 0 });
    // A command behind all of them: when it has come, they were heard.
    socket.send({ type: roll, roomId });
    await under.commandsCame(1);
    await under.eventCame("system.event.user_attention_changed");
    expect(told()).toBeGreaterThan(0);
    expect(told()).toBeLessThanOrEqual(10);
  });

  it("is closed without a token that is valid, and without one in time", async () => {
    const wrong = await under.open();
    wrong.send({ type: "system.authenticate", token: await signToken("1", under.clock.now() - 600_000) });
    expect(await wrong.seen(isError)).toMatchObject({ code: "AUTH_FAILED" });
    expect(await wrong.closed).toBe(4500);
    const silent = await under.open();
    under.clock.turn(6_000);
    expect(await silent.closed).toBe(4004);
  });

  it("is closed when it sends no heartbeat for 45 seconds, whatever else it sends", async () => {
    const [beating, other] = [await under.openAs("1"), await under.openAs("2")];
    for (let passed = 0; passed < 45; passed += 15) {
      under.clock.turn(15_000);
      beating.send({ type: "system.heartbeat" });
      other.send({ type: "games.command.open_lobby", gameType: "bigger_dice" });
      await beating.seen(ofType("system.heartbeat_ack"));
    }
    under.clock.turn(2_000);
    expect(await other.closed).toBe(4001);
    beating.send({ type: "system.heartbeat" });
    expect(under.gateway.state().authenticated).toBe(1);
  });

  it("is announced with the first socket of a person, and gone with the last", async () => {
    const [first, second] = [await under.openAs("1"), await under.openAs("1")];
    first.close();
    await first.closed;
    second.close();
    await under.eventCame("system.event.user_disconnected");
    const left = under.events.filter(({ eventType }) => eventType === "system.event.user_disconnected");
    const arrived = under.events.filter(({ eventType }) => eventType === "system.event.user_connected");
    expect([arrived.length, left.length]).toEqual([1, 1]);
  });

  it("is closed at once when its session is signed out", async () => {
    const [mine, other] = [await under.openAs("1"), await under.openAs("2")];
    const payload = { sid: asSessionId("s-1"), userId: asUserId("1") };
    await under.say({ eventType: "system.event.session_revoked", payload }, "1");
    expect(await mine.closed).toBe(4503);
    other.send({ type: "system.heartbeat" });
    await other.seen(ofType("system.heartbeat_ack"));
    // The token is still young enough, but what it speaks for is over.
    const again = await under.open();
    again.send({ type: "system.authenticate", token: await signToken("1", under.clock.now()) });
    expect([4500, 4503]).toContain(await again.closed);
  });
});

describe("a command", () => {
  it("goes into the log under its room's key, with its sender's name on it", async () => {
    const socket = await under.openAs("1");
    const commandId = crypto.randomUUID();
    socket.send({ type: roll, commandId, roomId, turn: 3 });
    await under.commandsCame(1);
    expect(under.commands[0]).toMatchObject({
      eventType: roll,
      correlationId: commandId,
      producer: "ws_gateway",
      actor: { kind: "person", userId: "1", username: "name1", roles: ["user"] },
      payload: { roomId, turn: 3 },
    });
    expect(under.commands[0]?.payload).not.toHaveProperty("type");
  });

  it("is refused to someone who may not send it", async () => {
    const visitor = await under.openAs("v-00000000-0000-4000-8000-000000000001", "visitor");
    const commandId = crypto.randomUUID();
    visitor.send({ type: roll, commandId, roomId });
    expect(await visitor.seen(isError)).toMatchObject({ code: "FORBIDDEN", commandId, retryable: false });
    expect(under.commands).toEqual([]);
  });

  it("is refused past its class's limit, with the time to wait; far past it, the socket is closed", async () => {
    const socket = await under.openAs("1");
    for (let n = 0; n < 40; n += 1) socket.send({ type: roll, roomId });
    expect(await socket.seen(isError)).toMatchObject({ code: "RATE_LIMITED", retryable: true });
    expect((await socket.seen(isError))["retryAfterMs"]).toBeGreaterThan(0);
    // What the sweep forgets is as good as new: this is not.
    under.clock.turn(1_000);
    for (let n = 0; n < 600; n += 1) socket.send({ type: roll, roomId });
    expect(await socket.closed).toBe(4005);
    const { burst, perSecond } = rateClasses.action;
    expect(under.commands.length).toBeLessThanOrEqual(burst + perSecond + 1);
  });

  it("is refused, and it alone, where its part of the log is full", async () => {
    const log = createMemoryLog({ fullAt: 2 });
    const { promise: stuck, resolve: goOn } = Promise.withResolvers<void>();
    await log.consume({ group: "stuck", topics: ["games.commands"], maxBatch: 1, handle: () => stuck });
    const flooded = await startGateway({ log });
    const socket = await flooded.openAs("1");
    const ends = async () =>
      Object.values(await log.ends(["games.commands"])).reduce((sum, end) => sum + end + 1, 0);
    const untilTaken = async (count: number) => {
      while ((await ends()) < count) await Bun.sleep(1);
    };
    // One after the other into one room, until there is no place; then into others, some of which lie elsewhere.
    for (let n = 1; n <= 2; n += 1) {
      socket.send({ type: roll, commandId: crypto.randomUUID(), roomId });
      await untilTaken(n);
    }
    const commandId = crypto.randomUUID();
    socket.send({ type: roll, commandId, roomId });
    expect(await socket.seen(isError)).toMatchObject({ code: "UNAVAILABLE", retryable: true, commandId });
    for (let n = 0; n < 12; n += 1) socket.send({ type: roll, roomId: crypto.randomUUID() });
    await untilTaken(3);
    goOn();
    await flooded.stop();
  });

  it("is refused retryably while the log takes nothing", async () => {
    const broken = createMemoryLog();
    const failing = await startGateway({
      log: Object.assign(Object.create(broken) as typeof broken, {
        epoch: broken.epoch,
        append: () => Promise.reject(new Error("the broker is away")),
        consume: broken.consume.bind(broken),
        follow: broken.follow.bind(broken),
        ends: broken.ends.bind(broken),
        close: broken.close.bind(broken),
        isFull: () => false,
      }),
    });
    const socket = await failing.openAs("1");
    const commandId = crypto.randomUUID();
    socket.send({ type: roll, commandId, roomId });
    expect(await socket.seen(isError)).toMatchObject({ code: "UNAVAILABLE", commandId, retryable: true });
    await failing.stop();
  });
});

describe("an event", () => {
  const rolled = (seq: number) => ({
    eventType: "games.event.bigger_dice.rolled",
    payload: { roomId, seq },
    audience: toRoom(audienceOf.room(roomId)),
  });
  /** Nothing that was said before can come after this. */
  async function sync(
    ...sockets: { send(frame: object): void; seen(w: (f: Frame) => boolean): Promise<Frame> }[]
  ) {
    const eventType = "games.event.test_marker";
    await under.say({ eventType, payload: {}, audience: toUsers(...["1", "2", "3"].map(asUserId)) });
    await Promise.all(sockets.map((socket) => socket.seen(ofType(eventType))));
  }
  const rolls = (socket: { frames: readonly Frame[] }) => socket.frames.filter(ofType(rolled(1).eventType));

  it("reaches a room's members, whom a directive beside it may just have made, and nobody else", async () => {
    const [john, jane, mary] = [await under.openAs("1"), await under.openAs("2"), await under.openAs("3")];
    const subscribe = [{ userId: asUserId("1"), audience: audienceOf.room(roomId) }];
    await under.say({ ...rolled(1), subscribe });
    await under.say({
      ...rolled(2),
      subscribe: [{ userId: asUserId("2"), audience: audienceOf.room(roomId) }],
    });
    await under.say({ ...rolled(3), unsubscribe: subscribe });
    await sync(john, jane, mary);
    expect(rolls(john).map((frame) => frame["seq"])).toEqual([1, 2]);
    expect(rolls(jane).map((frame) => frame["seq"])).toEqual([2, 3]);
    expect(rolls(mary)).toEqual([]);
  });

  it("reaches every socket of a person whose place in the room presence knows", async () => {
    const membership = { roomId, gameType: "bigger_dice", role: "player" as const, seq: 2, since: 1 };
    await under.presence.changeMemberships([{ kind: "set", userId: asUserId("1"), membership }]);
    const [tab, other] = [await under.openAs("1"), await under.openAs("1")];
    expect(await tab.seen(ofType("system.authenticated"))).toMatchObject({
      rooms: [{ roomId, gameType: "bigger_dice", role: "player" }],
    });
    await under.say({ ...rolled(3), audience: toRoom(audienceOf.players(roomId)) });
    await sync(tab, other);
    expect([rolls(tab).length, rolls(other).length]).toEqual([1, 1]);
  });

  it("reaches the sockets of a person that are left when one of them has gone", async () => {
    const [first, middle, last] = [await under.openAs("1"), await under.openAs("1"), await under.openAs("1")];
    const tell = async (eventType: string, ...sockets: readonly TestSocket[]) => {
      await under.say({ eventType, payload: {}, audience: toUsers(asUserId("1")) });
      await Promise.all(sockets.map((socket) => socket.seen(ofType(eventType))));
    };
    middle.close();
    await middle.closed;
    await tell("games.event.for_two", first, last);
    last.close();
    await last.closed;
    await tell("games.event.for_one", first);
    expect(under.gateway.state()).toMatchObject({ authenticated: 1, users: 1 });
    expect(middle.frames.some(ofType("games.event.for_two"))).toBe(false);
  });

  it("for a person does not reach a socket of hers that is not live yet", async () => {
    const other = await under.openAs("2");
    const { promise: read, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: asked, resolve: isAsked } = Promise.withResolvers<void>();
    const membershipsOf = under.presence.membershipsOf.bind(under.presence);
    Object.assign(under.presence, {
      membershipsOf: async (userId: UserId) => {
        isAsked();
        await read;
        return membershipsOf(userId);
      },
    });
    const socket = await under.open();
    socket.send({ type: "system.authenticate", token: await signToken("1", under.clock.now()) });
    await asked;
    await sync(other);
    goOn();
    await socket.seen(ofType("system.authenticated"));
    expect(socket.frames.map(({ type }) => type)).toEqual(["system.welcome", "system.authenticated"]);
  });

  it("reaches players and spectators once and in order, while a crowd comes and goes and roles change", async () => {
    const players = [await under.openAs("1"), await under.openAs("1")];
    const changing = await under.openAs("2");
    const crowd = await Promise.all(Array.from({ length: 80 }, (_, n) => under.openAs(String(100 + n))));
    const places = (userId: string, role: "player" | "spectator") =>
      audiencesOfRole(roomId, role).map((audience) => ({ userId: asUserId(userId), audience }));
    const watching = crowd.flatMap((_, n) => places(String(100 + n), "spectator"));
    let seq = 0;
    const sayWith = (directives: Pick<EventEnvelope, "subscribe" | "unsubscribe">) =>
      under.say({ ...rolled((seq += 1)), ...directives });
    await sayWith({ subscribe: [...places("1", "player"), ...places("2", "spectator")] });
    for (let round = 0; round < 3; round += 1) {
      await sayWith({ subscribe: watching });
      await under.say({ ...rolled((seq += 1)), audience: toRoom(audienceOf.players(roomId)) });
      await sayWith({ unsubscribe: places("2", "spectator").slice(1), subscribe: places("2", "player") });
      await sayWith({ unsubscribe: watching });
      await sayWith({ unsubscribe: places("2", "player").slice(1), subscribe: places("2", "spectator") });
    }
    await sync(...players, changing);
    const all = Array.from({ length: seq }, (_, n) => n + 1);
    for (const player of players) expect(rolls(player).map((frame) => frame["seq"])).toEqual(all);
    const forEverybody = all.filter((n) => n % 5 !== 3);
    expect(rolls(changing).map((frame) => frame["seq"])).toEqual(forEverybody);
    const watched = forEverybody.filter((n) => n % 5 === 2 || n % 5 === 4);
    for (const spectator of crowd) {
      await spectator.seen((frame) => frame["seq"] === watched.at(-1));
      expect(rolls(spectator).map((frame) => frame["seq"])).toEqual(watched);
    }
  });

  it("reaches one socket alone, where it is for that one", async () => {
    const [tab, other] = [await under.openAs("1"), await under.openAs("1")];
    const connectionId = asConnectionId(String((await tab.seen(ofType("system.welcome")))["connectionId"]));
    await under.say({ ...rolled(1), audience: { type: "connection", connectionId } });
    await sync(tab, other);
    expect([rolls(tab).length, rolls(other).length]).toEqual([1, 0]);
  });

  it("is delivered once, however often it is in the log (L4)", async () => {
    const john = await under.openAs("1");
    const subscribe = [{ userId: asUserId("1"), audience: audienceOf.room(roomId) }];
    const eventId = crypto.randomUUID();
    await under.say({ ...rolled(1), eventId, subscribe });
    await under.say({ ...rolled(2) });
    await under.say({ ...rolled(1), eventId, subscribe });
    await under.say({ ...rolled(2) });
    await sync(john);
    expect(rolls(john).map((frame) => frame["seq"])).toEqual([1, 2]);
  });

  it("answers its sender once more where she asked again on another socket, and nobody else (W3)", async () => {
    const [john, jane] = [await under.openAs("1"), await under.openAs("2")];
    const chat = (connectionId: unknown): Parameters<typeof under.say>[0] => ({
      eventType: "games.event.player_chat_message",
      eventId,
      payload: { roomId, content: "hello" },
      audience: toUsers(asUserId("1"), asUserId("2")),
      correlationId: asCommandId(eventId),
      actor: {
        kind: "person",
        userId: asUserId("1"),
        username: "john",
        roles: ["user"],
        connectionId: asConnectionId(String(connectionId)),
      },
    });
    const eventId = crypto.randomUUID();
    const idOf = async (socket: typeof john) => (await socket.seen(ofType("system.welcome")))["connectionId"];
    await under.say(chat(await idOf(john)));
    await sync(john);
    const again = await under.openAs("1");
    await under.say(chat(await idOf(again)));
    await sync(again, jane);
    const heard = (socket: typeof john) => socket.frames.filter((frame) => frame["content"] === "hello");
    expect([heard(john), heard(jane), heard(again)].map(({ length }) => length)).toEqual([1, 1, 1]);
  });

  it("carries its place in the log and the command that caused it, and nothing of the envelope", async () => {
    const john = await under.openAs("1");
    const commandId = crypto.randomUUID() as never;
    await under.say({
      eventType: "games.event.x",
      payload: { a: 1 },
      audience: toUsers(asUserId("1")),
      correlationId: commandId,
    });
    const frame = await john.seen(ofType("games.event.x"));
    expect(frame).toEqual({
      type: "games.event.x",
      eventId: expect.any(String),
      at: expect.stringMatching(/^games\.events\/\d\/\d+$/),
      commandId,
      a: 1,
    });
  });
});

describe("a gateway that stops", () => {
  it("tells everyone when to come back, closes with 4000, and takes nobody any more (H8)", async () => {
    const sockets = await Promise.all(["1", "2"].map((userId) => under.openAs(userId)));
    await under.gateway.stop();
    for (const socket of sockets) {
      expect(await socket.seen(ofType("system.reconnect"))).toMatchObject({ reason: "drain" });
      expect(await socket.closed).toBe(4000);
    }
    expect(under.gateway.state().ready).toBe(false);
    expect((await fetch(under.url.replace("ws", "http"))).status).toBe(503);
  });
});

describe("a page of another origin", () => {
  it("gets no socket; a client without an origin does", async () => {
    const upgrade = { Upgrade: "websocket", Connection: "Upgrade" };
    const address = under.url.replace("ws", "http");
    const refused = await fetch(address, { headers: { ...upgrade, Origin: "https://elsewhere.example" } });
    expect(refused.status).toBe(403);
    expect((await under.open()).frames.length).toBe(1);
  });
});
