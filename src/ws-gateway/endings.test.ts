import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import {
  signToken,
  startGateway,
  type Frame,
  type GatewayUnderTest,
  type TestSocket,
} from "./gateway-fixture.ts";
import { asUserId, toUsers, type Cursor } from "../protocol/index.ts";

const minute = 60_000;
/** What Bun's socket can do beside the standard: end without a close frame. */
type BunSocket = WebSocket & { terminate(): void };
const ofType = (type: string) => (frame: Frame) => frame.type === type;
const isAck = ofType("system.heartbeat_ack");
let under: GatewayUnderTest;

beforeEach(async () => {
  under = await startGateway();
});
afterEach(() => under.stop());

async function beat(socket: TestSocket): Promise<Frame> {
  const before = socket.frames.filter(isAck).length;
  socket.send({ type: "system.heartbeat" });
  return socket.seen((frame) => isAck(frame) && socket.frames.filter(isAck).length > before);
}

/** Lets time pass for a client that is there. */
async function live(socket: TestSocket, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10_000) {
    await beat(socket);
    under.clock.turn(10_000);
  }
}

describe("a token that runs out (H4)", () => {
  it("is renewed on the same socket, which nothing interrupts", async () => {
    const socket = await under.openAs("1");
    await live(socket, 4 * minute + 40_000);
    await socket.seen(ofType("system.token_expiring"));
    socket.send({ type: "system.authenticate", token: await signToken("1", under.clock.now()) });
    await socket.seen((frame) => frame["resumed"] === true);
    await live(socket, 3 * minute);
    await beat(socket);
    expect(under.gateway.state().authenticated).toBe(1);
  });

  it("closes the socket with 4003 when its grace is over", async () => {
    const socket = await under.openAs("1");
    await live(socket, 4 * minute + 40_000);
    await socket.seen(ofType("system.token_expiring"));
    await beat(socket);
    under.clock.turn(40_000);
    await beat(socket);
    under.clock.turn(10_000);
    expect(await socket.closed).toBe(4003);
  });

  it("is not replaced by the token of another person", async () => {
    const socket = await under.openAs("1");
    socket.send({ type: "system.authenticate", token: await signToken("2", under.clock.now()) });
    expect(await socket.closed).toBe(4500);
    expect(under.gateway.state().authenticated).toBe(0);
  });
});

describe("a reader that does not keep up (H6)", () => {
  it("is cut off, alone, and comes back to what it missed", async () => {
    const first = await under.openAs("1");
    const cursor = (await beat(first))["cursor"] as Cursor;
    first.close();
    await first.closed;
    const slow = await openSilently(await signToken("1", under.clock.now()));
    const other = await under.openAs("2");
    slow.pause();
    const text = "x".repeat(200_000);
    for (let n = 0; n < 60 && under.gateway.state().users === 2; n += 1) {
      await under.say({
        eventType: `games.event.flood_${n}`,
        audience: toUsers(asUserId("1")),
        payload: { text },
      });
      await under.say({
        eventType: `games.event.calm_${n}`,
        audience: toUsers(asUserId("2")),
        payload: { n },
      });
      await other.seen(ofType(`games.event.calm_${n}`));
      under.clock.turn(1_000);
      await beat(other);
    }
    expect(under.gateway.state()).toMatchObject({ authenticated: 1, users: 1 });
    slow.destroy();
    const again = await under.open();
    again.send({
      type: "system.authenticate",
      token: await signToken("1", under.clock.now()),
      resume: { cursor, channels: [] },
    });
    // More than may be sent at once was missed: it says so, instead of pouring it out again.
    expect(await again.seen(ofType("system.authenticated"))).toMatchObject({ resumed: false });
  });

  /** Authenticates, and leaves the stream to be read or not. */
  async function openSilently(token: string): Promise<Socket> {
    const { port } = new URL(under.url);
    const socket = connect(Number(port), "127.0.0.1");
    const key = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
    const head = ["GET /ws HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade"];
    socket.write(
      `${[...head, `Sec-WebSocket-Key: ${key}`, "Sec-WebSocket-Version: 13"].join("\r\n")}\r\n\r\n`,
    );
    await until(socket, "system.welcome");
    socket.write(maskedText(JSON.stringify({ type: "system.authenticate", token })));
    await until(socket, "system.authenticated");
    return socket;
  }

  function until(socket: Socket, text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      let heard = "";
      const listen = (data: Buffer) => {
        heard += data.toString();
        if (!heard.includes(text)) return;
        socket.off("data", listen);
        resolve();
      };
      socket.on("data", listen);
      socket.on("error", reject);
    });
  }

  /** One text frame of a client (RFC 6455, 5.2), with a mask of zeros. */
  function maskedText(text: string): Buffer {
    const payload = Buffer.from(text);
    const head = Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 0xff, 0, 0, 0, 0]);
    return Buffer.concat([head, payload]);
  }
});

describe("clients that come and vanish (F31)", () => {
  it("leave nobody present behind them, however fast they go", async () => {
    const token = await signToken("7", under.clock.now());
    for (let round = 0; round < 20; round += 1) {
      const sockets = Array.from({ length: 10 }, () => new WebSocket(under.url));
      const ends = sockets.map(
        (socket, n) =>
          new Promise<void>((resolve) => {
            socket.onclose = () => resolve();
            socket.onopen = () => {
              socket.send(JSON.stringify({ type: "system.authenticate", token }));
              // Some at once, some in the middle of the handshake, some when they are in.
              setTimeout(() => (socket as BunSocket).terminate(), n % 5);
            };
          }),
      );
      await Promise.all(ends);
    }
    while (under.gateway.state().sockets > 0) await Bun.sleep(1);
    const isPresent = async () => (await under.presence.presenceOf([asUserId("7")]))[0]?.present ?? false;
    while (await isPresent()) await Bun.sleep(1);
    expect(under.gateway.state()).toMatchObject({ sockets: 0, authenticated: 0, users: 0 });
    const lastHint = () =>
      under.events.findLast(({ eventType }) => eventType.startsWith("system.event.user_"))?.eventType;
    while (lastHint() !== "system.event.user_disconnected") await Bun.sleep(1);
  });
});

describe("a gateway that stops (H8)", () => {
  it("tells everyone to come back in her own time, closes with 4000, and takes nobody any more", async () => {
    const sockets = [await under.openAs("1"), await under.openAs("2")];
    const stopping = under.gateway.stop();
    for (const socket of sockets) {
      const { afterMs } = await socket.seen(ofType("system.reconnect"));
      expect(Number(afterMs)).toBeGreaterThanOrEqual(0);
      expect(await socket.closed).toBe(4000);
    }
    await stopping;
    expect(under.gateway.state()).toMatchObject({ ready: false, draining: true, sockets: 0 });
    const response = await fetch(under.url.replace("ws", "http"));
    expect(response.status).toBe(503);
    await under.eventCame("system.event.user_disconnected");
    const reasons = under.events
      .filter(({ eventType }) => eventType === "system.event.user_disconnected")
      .map(({ payload }) => (payload as { reason: string }).reason);
    expect(reasons).toEqual(["drain", "drain"]);
  });
});
