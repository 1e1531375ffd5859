import { afterEach, beforeEach, describe, expect, it, onTestFinished, spyOn } from "bun:test";
import { signToken, startGateway, type Frame, type GatewayUnderTest } from "./gateway-fixture.ts";
import { Allowances } from "./limits.ts";
import { asRoomId, asSessionId, asUserId } from "../protocol/index.ts";

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

  it("has no allowance, nor has its person, while it only says that it is there", async () => {
    const made = [spyOn(Allowances.prototype, "forSocket"), spyOn(Allowances.prototype, "forPerson")];
    onTestFinished(() => made.forEach((each) => each.mockRestore()));
    const counts = () => made.map(({ mock }) => mock.calls.length);
    const socket = await under.openAs("1");
    for (let n = 0; n < 3; n += 1) socket.send({ type: "system.heartbeat" });
    let answered = 0;
    await socket.seen(({ type }) => type === "system.heartbeat_ack" && ++answered === 3);
    expect(counts()).toEqual([0, 0]);
    // A command counts.
    socket.send({ type: roll, roomId });
    await under.commandsCame(1);
    expect(counts()).toEqual([1, 1]);
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
