import { describe, expect, it } from "bun:test";
import { closeCodes } from "../protocol/close-codes.ts";
import { CommandRefused } from "./refusal.ts";
import { Harness } from "./testing/harness.ts";
import { TokenUnavailable } from "./token.ts";

describe("connecting", () => {
  it("waits for the welcome, authenticates with a fresh token, and is live when the server says so", async () => {
    const harness = new Harness();
    const { socket, authenticate } = await harness.greeted();
    expect(authenticate).toEqual({ type: "system.authenticate", token: "token-1" });
    expect(harness.client.state.name).toBe("connecting");

    socket.accept("7", "jane");
    const { user } = await harness.state("live");
    expect(user).toEqual({ userId: user.userId, username: "jane", roles: ["user"] });
    expect(harness.states.map(({ name }) => name)).toEqual(["connecting", "live"]);
  });

  it("says nothing before the welcome", async () => {
    const harness = new Harness();
    const socket = await harness.server.socket();
    socket.say("system.authenticated", { userId: "7" });
    await harness.settled(socket);
    expect(socket.unread).toBe(0);
    expect(harness.client.state.name).toBe("connecting");
  });

  it("asks for the state as it stands where it could not be resumed", async () => {
    const harness = new Harness();
    const socket = await harness.live("7", "jane", { resumed: false });
    expect(await socket.next()).toMatchObject({ type: "system.command.sync_state" });
    const snapshot = { activeRooms: [], gameStates: {}, unreadMessages: 2 };
    const arrived = harness.event("system.event.state_snapshot");
    socket.say("system.event.state_snapshot", { eventId: "e1", ...snapshot });
    expect(await arrived).toMatchObject(snapshot);
  });

  it("asks once, however often the connection breaks before the answer", async () => {
    const harness = new Harness();
    const first = await harness.live("7", "jane", { resumed: false });
    const { commandId } = await first.next();
    first.cut();
    await harness.state("reconnecting");
    harness.clock.advance(1_000);
    const second = await harness.live("7", "jane", { resumed: false });
    await harness.settled(second);
    expect(second.unread).toBe(1);
    expect(await second.next()).toMatchObject({ type: "system.command.sync_state", commandId });
  });

  it("asks for nothing where it was resumed", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    await harness.settled(socket);
    expect(socket.unread).toBe(0);
  });

  it("tries again where a server accepts and never says welcome, and says so", async () => {
    const harness = new Harness();
    const silent = await harness.server.socket();
    harness.jitter = 0.999;
    harness.clock.advance(6_000);
    expect(await harness.state("reconnecting")).toMatchObject({
      why: "The server does not answer on the live connection.",
      attempt: 1,
    });
    await silent.closed;
    harness.clock.advance(500);
    await harness.live();
  });

  it("tries again where the sign-in on the socket gets no answer", async () => {
    const harness = new Harness();
    const { socket } = await harness.greeted();
    harness.clock.advance(6_000);
    expect(await harness.state("reconnecting")).toMatchObject({
      why: "The server does not answer to the sign-in on the live connection.",
    });
    await socket.closed;
  });

  it("takes frames that are no messages for nothing", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    for (const data of ["", "{", "null", "7", "[]", '{"type":7}', '{"no":"type"}', new Uint8Array([1, 2])]) {
      socket.sayRaw(data);
    }
    await harness.settled(socket);
    expect(harness.client.state.name).toBe("live");
  });

  it("hands on the events of a newer server", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const arrived = harness.event("games.event.of_tomorrow");
    socket.say("games.event.of_tomorrow", { eventId: "e1", news: 1 });
    expect(await arrived).toMatchObject({ news: 1 });
  });

  it("reckons the server's clock from the quickest answer", async () => {
    const harness = new Harness();
    const ahead = 90_000;
    const serverTime = () => new Date(harness.clock.now() + ahead).toISOString();
    const socket = await harness.server.socket();
    harness.clock.advance(1_000);
    socket.welcome(serverTime());
    await socket.next();
    expect(harness.client.serverNow()).toBe(harness.clock.now() + ahead + 500);
    // 400 ms on the way in both directions together: the timestamp is 200 ms old on arrival.
    harness.clock.advance(200);
    const timestamp = serverTime();
    harness.clock.advance(200);
    socket.accept("7", "jane", { timestamp });
    await harness.state("live");
    expect(harness.client.serverNow()).toBe(harness.clock.now() + ahead);

    // A slow answer, all of it on the way back, is no better one.
    harness.clock.advance(15_000);
    expect(await socket.next()).toEqual({ type: "system.heartbeat", hidden: false });
    const early = serverTime();
    harness.clock.advance(3_000);
    socket.say("system.heartbeat_ack", { timestamp: early, cursor: { epoch: "e", positions: {} } });
    await harness.settled(socket);
    expect(harness.client.serverNow()).toBe(harness.clock.now() + ahead);
  });
});

describe("a lost connection", () => {
  it("comes back by itself and says meanwhile what happened", async () => {
    const harness = new Harness();
    (await harness.live()).cut();
    const { why, attempt, since } = await harness.state("reconnecting");
    expect(why).toBe("The connection broke off (1006).");
    expect(attempt).toBe(0);
    expect(since).toBe(harness.clock.now());
    harness.clock.advance(1_000);
    await harness.live();
    expect(harness.states.map(({ name }) => name)).toEqual([
      "connecting",
      "live",
      "reconnecting",
      "reconnecting",
      "live",
    ]);
  });

  for (const [name, { code, reason }] of Object.entries(closeCodes)) {
    const isForGood = code >= 4500;
    it(`${isForGood ? "stays closed" : "comes back"} after ${code} ${name}, with the reason`, async () => {
      const harness = new Harness();
      (await harness.live()).close(code);
      const state = await harness.state(isForGood ? "signed_out" : "reconnecting");
      expect(state.name === "signed_out" ? state.message : state.why).toBe(`${reason} (${code})`);
      harness.clock.advance(isForGood ? 60_000 : 1_000);
      expect(harness.tokensAsked).toBe(isForGood ? 1 : 2);
    });
  }

  it("comes back when the server that stops has asked for it (H8), and only that once", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    socket.say("system.reconnect", { afterMs: 7_000, reason: "drain" });
    socket.close(4000);
    await harness.state("reconnecting");
    harness.clock.advance(6_999);
    expect(harness.tokensAsked).toBe(1);
    harness.clock.advance(1);
    (await harness.live()).cut();
    await harness.state("reconnecting");
    harness.clock.advance(1_000);
    await harness.live();
  });

  it("quotes the reason that the server gives", async () => {
    const harness = new Harness();
    (await harness.live()).close(1013, "Too busy, come back later.");
    expect((await harness.state("reconnecting")).why).toBe("Too busy, come back later. (1013)");
  });

  it("quotes the error that came before a close without a reason", async () => {
    const harness = new Harness();
    const { socket } = await harness.greeted();
    socket.say("system.error", { code: "UNAVAILABLE", message: "Not now.", retryable: true });
    await harness.settled(socket);
    socket.close(1011);
    expect((await harness.state("reconnecting")).why).toBe("Not now. (1011)");
  });

  it("is called unreachable after seven seconds, with the number of tries", async () => {
    const harness = new Harness();
    (await harness.live()).close(4000);
    await harness.state("reconnecting");
    harness.giveToken = () => Promise.reject(new TokenUnavailable(503, "The server is starting."));
    for (let second = 0; second < 7; second += 1) {
      expect(harness.client.state.name).toBe("reconnecting");
      harness.clock.advance(1_000);
      await Promise.resolve();
    }
    const { attempt, why } = await harness.state("unreachable");
    expect(attempt).toBeGreaterThan(3);
    expect(why).toBe("The server is starting. (HTTP 503)");
  });

  it("is called unreachable after seven seconds also where the first try never ends", () => {
    const harness = new Harness({ token: () => new Promise(() => undefined) });
    harness.clock.advance(6_999);
    expect(harness.client.state.name).toBe("connecting");
    harness.clock.advance(1);
    expect(harness.client.state).toMatchObject({ name: "unreachable", attempt: 1 });
  });

  it("waits up to twenty seconds between tries, in full jitter", async () => {
    const harness = new Harness({ token: () => Promise.reject(new TokenUnavailable(null, "Offline.")) });
    harness.jitter = 0.999;
    await harness.state("reconnecting");
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      const before = harness.clock.now();
      while (harness.tokensAsked === attempt) harness.clock.advance(100);
      waits.push(harness.clock.now() - before);
      await new Promise<void>((resolve) => queueMicrotask(resolve));
    }
    expect(waits).toEqual([1000, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]);
  });

  it("does not begin from the shortest wait where the server lets in and throws out at once", async () => {
    const harness = new Harness();
    harness.jitter = 0.999;
    for (let round = 1; round <= 4; round += 1) {
      (await harness.live()).cut();
      await harness.state("reconnecting");
      if (round === 4) break;
      harness.clock.advance(Math.max(1000, 500 * 2 ** (round - 1)));
    }
    harness.clock.advance(3_900);
    expect(harness.tokensAsked).toBe(4);
    harness.clock.advance(100);
    expect(harness.tokensAsked).toBe(5);
  });
});

describe("a token that cannot be had", () => {
  it("signs the page out where the server says 401", async () => {
    const harness = new Harness({ token: () => Promise.reject(new TokenUnavailable(401, "Who are you?")) });
    expect(await harness.state("signed_out")).toMatchObject({ code: "AUTH_REQUIRED" });
    expect(harness.clock.pending).toBe(0);
  });

  it("signs the page out where the server says 403, with its sentence", async () => {
    const harness = new Harness({ token: () => Promise.reject(new TokenUnavailable(403, "Banned.")) });
    expect(await harness.state("signed_out")).toMatchObject({ code: "FORBIDDEN", message: "Banned." });
  });

  it("is asked for again after anything else", async () => {
    const harness = new Harness({ token: () => Promise.reject(new TokenUnavailable(null, "No network.")) });
    expect((await harness.state("reconnecting")).why).toBe("No network.");
    harness.giveToken = () => Promise.resolve(harness.token("at last"));
    harness.clock.advance(1_000);
    expect((await harness.greeted()).authenticate["token"]).toBe("at last");
  });

  it("is asked for again where the address that came with it is none", async () => {
    const token = { token: "t", expiresAt: "2026-01-08T12:05:00.000Z", url: "no address" };
    const harness = new Harness({ token: () => Promise.resolve(token) });
    expect((await harness.state("reconnecting")).why).toContain("no address");
  });
});

describe("the end", () => {
  it("closes the socket and refuses what is sent later", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const pending = harness.client.send("games.command.open_lobby", { gameType: "bigger_dice" });
    harness.client.close();
    expect(await pending.catch((error: unknown) => error)).toBeInstanceOf(CommandRefused);
    const late = harness.client.send("games.command.open_lobby", { gameType: "bigger_dice" });
    expect(await late.catch((error: unknown) => error)).toMatchObject({ code: "UNAVAILABLE" });
    expect(await socket.closed).toMatchObject({ code: 1000 });
    expect(harness.client.state).toEqual({ name: "closed" });
    harness.page.tell("wake");
    expect(harness.clock.pending).toBe(0);
    expect(harness.tokensAsked).toBe(1);
  });
});
