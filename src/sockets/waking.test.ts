import { describe, expect, it } from "bun:test";
import { Harness } from "./testing/harness.ts";
import { TokenUnavailable, type SocketToken } from "./token.ts";

const ack = { timestamp: "2026-01-08T12:00:00.000Z", cursor: { epoch: "e", positions: {} } };

describe("the heartbeat (H5)", () => {
  it("beats as often as the welcome says, and tells whether anybody looks", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    harness.clock.advance(14_999);
    await harness.settled(socket);
    expect(socket.unread).toBe(0);
    harness.clock.advance(1);
    expect(await socket.next()).toEqual({ type: "system.heartbeat", hidden: false });
    socket.say("system.heartbeat_ack", ack);
    await harness.settled(socket);

    harness.page.hidden = true;
    harness.clock.advance(15_000);
    expect(await socket.next()).toEqual({ type: "system.heartbeat", hidden: true });
  });

  it("says at once that nobody looks any more", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    harness.page.hidden = true;
    harness.page.tell("hidden");
    expect(await socket.next()).toEqual({ type: "system.heartbeat", hidden: true });
  });

  it("says at once that it was opened where nobody looks", async () => {
    const harness = new Harness();
    harness.page.hidden = true;
    const socket = await harness.live();
    expect(await socket.next()).toEqual({ type: "system.heartbeat", hidden: true });
  });

  it("gives up a socket that leaves two beats without an answer, and comes back", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    harness.clock.advance(44_999);
    expect(harness.client.state.name).toBe("live");
    harness.clock.advance(1);
    expect(harness.client.state).toMatchObject({ why: "The server does not answer any more." });
    await socket.closed;
    harness.clock.advance(1_000);
    await harness.live();
  });

  it("keeps a socket that answers one beat in two", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    for (let round = 0; round < 5; round += 1) {
      harness.clock.advance(30_000);
      socket.say("system.heartbeat_ack", ack);
      await harness.settled(socket);
    }
    expect(harness.client.state.name).toBe("live");
  });
});

describe("waking up (F26)", () => {
  it("gives up a socket that died in its sleep two seconds after waking, and comes back at once", async () => {
    const harness = new Harness();
    const dead = await harness.live();
    harness.clock.advance(10_000);
    harness.page.tell("wake");
    harness.clock.advance(1_999);
    expect(harness.client.state.name).toBe("live");
    harness.clock.advance(1);
    expect(harness.client.state).toMatchObject({ why: "The connection did not survive the pause." });
    harness.clock.advance(0);
    await harness.live();
    await dead.closed;
  });

  it("keeps a socket that answers", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    harness.page.tell("wake");
    expect(await socket.next()).toMatchObject({ type: "system.heartbeat" });
    socket.say("system.heartbeat_ack", ack);
    await harness.settled(socket);
    harness.clock.advance(10_000);
    expect(harness.client.state.name).toBe("live");
  });

  it("asks a socket once, however many signals there are", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    for (let signal = 0; signal < 5; signal += 1) harness.page.tell("wake");
    await harness.settled(socket);
    expect(socket.unread).toBe(1);
  });

  it("notices a sleep that no signal told of", async () => {
    const harness = new Harness();
    await harness.live();
    harness.clock.sleep(240_000);
    harness.clock.advance(2_000);
    expect(harness.client.state).toMatchObject({ why: "The connection did not survive the pause." });
  });

  it("does not wait for the end of a long wait, and makes one try of five signals", async () => {
    const harness = new Harness({ token: () => Promise.reject(new TokenUnavailable(null, "Offline.")) });
    harness.jitter = 0.999;
    await harness.state("reconnecting");
    while (harness.tokensAsked < 7) {
      harness.clock.advance(1_000);
      await Promise.resolve();
      await Promise.resolve();
    }
    harness.clock.advance(5_000);
    expect(harness.tokensAsked).toBe(7);
    for (let signal = 0; signal < 5; signal += 1) {
      harness.page.tell("wake");
      harness.clock.advance(199);
      await Promise.resolve();
      await Promise.resolve();
    }
    expect(harness.tokensAsked).toBe(8);
    // The waits begin again from the shortest.
    for (const asked of [9, 10]) {
      harness.clock.advance(1_000);
      expect(harness.tokensAsked).toBe(asked);
      await Promise.resolve();
      await Promise.resolve();
    }
  });

  it("tries about once a second at most, with one socket at a time", async () => {
    const harness = new Harness();
    (await harness.live()).cut();
    await harness.state("reconnecting");
    for (let tenth = 0; tenth < 30; tenth += 1) {
      harness.page.tell("wake");
      harness.clock.advance(100);
      await Promise.resolve();
    }
    expect(harness.tokensAsked).toBeGreaterThan(1);
    expect(harness.tokensAsked).toBeLessThanOrEqual(4);
  });

  it("leaves a try alone that has just begun, and gives up one that hangs in the old network", async () => {
    const harness = new Harness();
    const hanging = await harness.server.socket();
    harness.clock.advance(1_500);
    harness.page.tell("wake");
    harness.clock.advance(0);
    expect(harness.tokensAsked).toBe(1);
    harness.clock.advance(500);
    harness.page.tell("wake");
    harness.clock.advance(0);
    expect(harness.tokensAsked).toBe(2);
    await hanging.closed;
    await harness.live();
  });

  it("does nothing with the token of a try that was given up", async () => {
    const tokens: ((token: SocketToken) => void)[] = [];
    const harness = new Harness({ token: () => new Promise((resolve) => tokens.push(resolve)) });
    harness.clock.advance(2_000);
    harness.page.tell("wake");
    harness.clock.advance(0);
    const [late, wanted] = tokens;
    late?.(harness.token("late"));
    wanted?.(harness.token("wanted"));
    const { socket, authenticate } = await harness.greeted();
    expect(authenticate["token"]).toBe("wanted");
    expect(harness.server.opened).toBe(1);
    socket.accept("7", "jane");
    await harness.state("live");
  });

  it("is silent about a page that is left, and comes back with it from the back-forward cache", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    harness.page.tell("leave");
    await socket.closed;
    harness.clock.advance(600_000);
    expect(harness.states.map(({ name }) => name)).toEqual(["connecting", "live"]);
    expect(harness.tokensAsked).toBe(1);

    harness.page.tell("wake");
    expect(harness.client.state.name).toBe("reconnecting");
    harness.clock.advance(0);
    await harness.live();
  });
});
