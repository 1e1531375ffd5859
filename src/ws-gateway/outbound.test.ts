import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import {
  signToken,
  startGateway,
  type Frame,
  type GatewayUnderTest,
  type TestSocket,
} from "./gateway-fixture.ts";
import {
  asCommandId,
  asConnectionId,
  asRoomId,
  asUserId,
  audienceOf,
  audiencesOfRole,
  toRoom,
  toUsers,
  type EventEnvelope,
  type UserId,
} from "../protocol/index.ts";

const roomId = asRoomId("00000000-0000-4000-8000-000000000001");
const ofType = (type: string) => (frame: Frame) => frame.type === type;

let under: GatewayUnderTest;

beforeEach(async () => {
  under = await startGateway();
});
afterEach(() => under.stop());

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
