/** What a hostile client can do below the messages: each is ended, and costs little time and memory. */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { openAsGuest } from "./raw-socket.ts";
import { connectTcp, frameOf, handshakeOf, openByHand, openByHandAsGuest } from "./raw-tcp.ts";
import { residentMb, startPlatform, type Platform } from "../platform.ts";

let platform: Platform;

beforeAll(async () => {
  platform = await startPlatform({ WS_GATEWAY_LIMIT_SCALE: "100" });
});
afterAll(() => platform.cleanUp());

/** Others are served all the while. */
async function isWell(): Promise<void> {
  const socket = await openAsGuest(platform);
  expect(socket.isOpen()).toBe(true);
  socket.close();
}

const memoryMb = (): number => residentMb(platform.pid);

describe("frames that break the protocol", () => {
  const hello = JSON.stringify({ type: "system.heartbeat" });
  const endless = "x".repeat(1_000);
  const cases: readonly (readonly [string, readonly Uint8Array[]])[] = [
    ["a reserved bit", [frameOf(hello, { reserved: 4 })]],
    ["another reserved bit", [frameOf(hello, { reserved: 1 })]],
    ["no mask", [frameOf(hello, { isMasked: false })]],
    ["an opcode that nobody has defined", [frameOf(hello, { opcode: 3 })]],
    ["text that is no UTF-8", [frameOf(new Uint8Array([0x22, 0xc3, 0x28, 0xff, 0x22]))]],
    ["a continuation of nothing", [frameOf(hello, { opcode: 0 })]],
    ["a ping of 200 bytes", [frameOf("p".repeat(200), { opcode: 9 })]],
    ["a ping in pieces", [frameOf("p", { opcode: 9, isLast: false })]],
    ["a close frame with half a code", [frameOf(new Uint8Array([3]), { opcode: 8 })]],
    [
      "a megabyte in pieces",
      [
        frameOf(endless, { isLast: false }),
        ...Array.from({ length: 1_000 }, () => frameOf(endless, { opcode: 0, isLast: false })),
      ],
    ],
  ];
  for (const [what, frames] of cases) {
    it(`end the socket: ${what}`, async () => {
      const tcp = await openByHandAsGuest(platform.url);
      for (const frame of frames) tcp.write(frame);
      await tcp.ended;
      await isWell();
    });
  }

  it("are told from those that do not: a whole message, also in pieces, between which a ping may come", async () => {
    const tcp = await openByHandAsGuest(platform.url);
    tcp.write(frameOf(hello));
    while (tcp.received().split("system.heartbeat_ack").length < 2) await Bun.sleep(2);
    tcp.write(frameOf(hello.slice(0, 9), { isLast: false }));
    tcp.write(frameOf("p", { opcode: 9 }));
    tcp.write(frameOf(hello.slice(9), { opcode: 0 }));
    while (tcp.received().split("system.heartbeat_ack").length < 3) await Bun.sleep(2);
    expect(tcp.isEnded()).toBe(false);
    tcp.end();
  });

  it("end the socket: a first message of 10 KiB", async () => {
    const tcp = await openByHand(platform.url);
    tcp.write(frameOf(JSON.stringify({ type: "system.authenticate", token: "x".repeat(10_000) })));
    await tcp.ended;
    await isWell();
  });

  it("of one byte each, by the thousand, are one message or the end", async () => {
    const tcp = await openByHandAsGuest(platform.url);
    const before = memoryMb();
    tcp.write(frameOf("{", { isLast: false }));
    for (let n = 0; n < 20_000; n += 1) tcp.write(frameOf(" ", { opcode: 0, isLast: false }));
    tcp.write(frameOf("}", { opcode: 0 }));
    while (!tcp.isEnded() && !tcp.received().includes("system.error")) await Bun.sleep(2);
    expect(memoryMb() - before).toBeLessThan(50);
    await isWell();
  });
});

describe("a handshake", () => {
  it("with a name of another site in Origin gets no socket", async () => {
    const tcp = await connectTcp(platform.url);
    tcp.write(handshakeOf(platform.url, { Origin: "https://evil.example" }));
    while (!tcp.received().includes("\r\n\r\n")) await Bun.sleep(2);
    expect(tcp.received()).toMatch(/^HTTP\/1\.1 403/);
    tcp.end();
  });

  it("with two thousand headers is refused", async () => {
    const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`X-${n}`, "y".repeat(20)]));
    const tcp = await connectTcp(platform.url);
    tcp.write(handshakeOf(platform.url, many));
    while (!tcp.received().includes("\r\n\r\n") && !tcp.isEnded()) await Bun.sleep(2);
    expect(tcp.received()).not.toMatch(/^HTTP\/1\.1 101/);
    tcp.end();
    await isWell();
  });

  for (const [what, headers] of [
    ["no key", { "Sec-WebSocket-Key": "" }],
    ["an old version", { "Sec-WebSocket-Version": "8" }],
    ["no upgrade", { Upgrade: "h2c" }],
  ] as const) {
    it(`with ${what} gets no socket`, async () => {
      const tcp = await connectTcp(platform.url);
      tcp.write(handshakeOf(platform.url, headers));
      while (!tcp.received().includes("\r\n\r\n") && !tcp.isEnded()) await Bun.sleep(2);
      expect(tcp.received()).not.toMatch(/^HTTP\/1\.1 101/);
      tcp.end();
    });
  }

  it("that never comes to its end is ended", async () => {
    const slow = await Promise.all(Array.from({ length: 50 }, () => connectTcp(platform.url)));
    const text = handshakeOf(platform.url);
    for (const tcp of slow) tcp.write(text.slice(0, 40));
    // One letter now and then keeps nobody in for ever.
    let at = 40;
    const drip = setInterval(() => {
      for (const tcp of slow) tcp.write(text.slice(at, at + 1));
      at += 1;
    }, 3_000);
    await isWell();
    await Promise.all(slow.map(({ ended }) => ended));
    clearInterval(drip);
  }, 60_000);
});

describe("a client", () => {
  it("that never says who it is, is closed after five seconds", async () => {
    const begin = performance.now();
    const silent = await Promise.all(Array.from({ length: 100 }, () => openByHand(platform.url)));
    await Promise.all(silent.map(({ ended }) => ended));
    expect(performance.now() - begin).toBeGreaterThan(4_000);
    expect(performance.now() - begin).toBeLessThan(15_000);
  }, 30_000);

  it("that answers no close frame is gone all the same", async () => {
    const tcp = await openByHand(platform.url);
    tcp.write(frameOf("no message"));
    await tcp.ended;
    expect(tcp.received()).toContain("AUTH_REQUIRED");
  });

  it("that sends a body of ten megabytes is refused before it is read", async () => {
    const before = memoryMb();
    const answers = await Promise.all(
      ["/api/login", "/api/friends/requests/1/accept", "/games", "/nowhere"].map(async (path) => {
        const response = await fetch(platform.url + path, {
          method: "POST",
          headers: { Origin: platform.url, "Content-Type": "application/json" },
          body: "x".repeat(10 * 1024 * 1024),
        }).catch(() => null);
        return response?.status ?? "cut off";
      }),
    );
    for (const status of answers) expect([413, 404, 401, "cut off"]).toContain(status);
    expect(memoryMb() - before).toBeLessThan(50);
    await isWell();
  });
});
