import { describe, expect, it } from "bun:test";
import { Harness } from "./testing/harness.ts";
import { TokenUnavailable } from "./token.ts";

describe("another tab signs in as somebody else (F40)", () => {
  it("ends the page when it comes back as another person, and sends nothing as that person", async () => {
    const harness = new Harness();
    const first = await harness.live("7", "jane");
    const move = harness.client.send("games.command.leave_room", { roomId: harness.roomId });
    const refused = move.catch((error: unknown) => error);
    await first.next();
    first.cut();
    await harness.state("reconnecting");
    harness.clock.advance(1_000);

    const { socket } = await harness.greeted();
    socket.accept("8", "bob");
    const state = await harness.state("signed_out");
    expect(state).toMatchObject({
      code: "AUTH_FAILED",
      message: "You are signed in as bob now: reload the page to go on.",
      now: { username: "bob" },
    });
    expect(await refused).toMatchObject({ code: "AUTH_FAILED", message: state.message });
    await socket.closed;
    expect(socket.unread).toBe(0);
    const later = harness.client.send("games.command.leave_room", { roomId: harness.roomId });
    expect(await later.catch((error: unknown) => error)).toMatchObject({ code: "AUTH_FAILED" });
    harness.page.tell("wake");
    harness.clock.advance(60_000);
    expect(harness.tokensAsked).toBe(2);
  });

  it("shows nothing that is meant for the other person", async () => {
    const harness = new Harness();
    (await harness.live("7", "jane")).cut();
    await harness.state("reconnecting");
    harness.clock.advance(1_000);
    const { socket } = await harness.greeted();
    socket.accept("8", "bob");
    socket.say("chat.event.message_received", { eventId: "e1", content: "for bob" });
    await socket.closed;
    const types = harness.events.map(({ type }) => type);
    expect(types).not.toContain("chat.event.message_received");
    expect(types.filter((type) => type === "system.authenticated")).toHaveLength(1);
  });

  it("says that one was signed out where only a visitor is left", async () => {
    const harness = new Harness();
    (await harness.live("7", "jane")).cut();
    await harness.state("reconnecting");
    harness.clock.advance(1_000);
    const { socket } = await harness.greeted();
    socket.accept("v-1", "visitor", { roles: ["visitor"] });
    expect(await harness.state("signed_out")).toMatchObject({ code: "AUTH_REQUIRED" });
  });
});

describe("a token that runs out (H4)", () => {
  it("is replaced on the same socket, and nothing is interrupted", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    socket.say("system.token_expiring", { expiresAt: "2026-01-08T12:05:00.000Z" });
    expect(await socket.next()).toEqual({ type: "system.authenticate", token: "token-2" });
    socket.accept("7", "jane", { resumed: false });
    await harness.settled(socket);
    expect(harness.states.map(({ name }) => name)).toEqual(["connecting", "live"]);
    expect(socket.unread).toBe(0);
  });

  it("is asked for once where the server says it twice, and again the next time", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    socket.say("system.token_expiring", { expiresAt: "2026-01-08T12:05:00.000Z" });
    socket.say("system.token_expiring", { expiresAt: "2026-01-08T12:05:00.000Z" });
    await socket.next();
    await harness.settled(socket);
    expect(harness.tokensAsked).toBe(2);
    socket.accept("7", "jane");
    socket.say("system.token_expiring", { expiresAt: "2026-01-08T12:10:00.000Z" });
    expect(await socket.next()).toEqual({ type: "system.authenticate", token: "token-3" });
  });

  it("is asked for again where the network is away for a moment", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const giveToken = harness.giveToken;
    harness.giveToken = () => Promise.reject(new TokenUnavailable(null, "No network."));
    socket.say("system.token_expiring", { expiresAt: "2026-01-08T12:05:00.000Z" });
    await harness.settled(socket);
    harness.giveToken = giveToken;
    harness.clock.advance(2_000);
    expect(await socket.next()).toMatchObject({ type: "system.authenticate" });
    expect(harness.client.state.name).toBe("live");
  });

  it("signs the page out where there is no session any more", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    harness.giveToken = () => Promise.reject(new TokenUnavailable(401, "Signed out."));
    socket.say("system.token_expiring", { expiresAt: "2026-01-08T12:05:00.000Z" });
    expect(await harness.state("signed_out")).toMatchObject({ code: "AUTH_REQUIRED" });
    await socket.closed;
  });

  it("finds out who is signed in where the new token is refused as another person's", async () => {
    const harness = new Harness();
    const socket = await harness.live("7", "jane");
    socket.say("system.token_expiring", { expiresAt: "2026-01-08T12:05:00.000Z" });
    await socket.next();
    socket.close(4500);
    await harness.state("reconnecting");
    harness.clock.advance(1_000);
    const { socket: second } = await harness.greeted();
    second.accept("8", "bob");
    expect(await harness.state("signed_out")).toMatchObject({ now: { username: "bob" } });
  });

  it("goes on where the same person signed in anew", async () => {
    const harness = new Harness();
    const socket = await harness.live("7", "jane");
    socket.say("system.token_expiring", { expiresAt: "2026-01-08T12:05:00.000Z" });
    await socket.next();
    socket.close(4500);
    await harness.state("reconnecting");
    harness.clock.advance(1_000);
    await harness.live("7", "jane");
  });

  /** The next connection's token is refused as soon as it was given. */
  async function refuse(harness: Harness): Promise<void> {
    const { socket } = await harness.greeted();
    const { promise: isHeard, resolve } = Promise.withResolvers<void>();
    let isNow = true;
    const end = harness.client.onState(() => {
      if (!isNow) resolve();
      isNow = false;
    });
    socket.close(4500);
    await isHeard;
    end();
  }

  function tryAgain(harness: Harness): void {
    const { tokensAsked } = harness;
    while (harness.tokensAsked === tokensAsked) harness.clock.advance(500);
  }

  it("goes on where a new one is taken after two that were refused: a server's clock was wrong", async () => {
    const harness = new Harness();
    (await harness.live("7", "jane")).cut();
    await harness.state("reconnecting");
    tryAgain(harness);
    for (let times = 0; times < 2; times += 1) {
      await refuse(harness);
      tryAgain(harness);
    }
    await harness.live("7", "jane");
  });

  it("is asked for no more where the third in a row is refused", async () => {
    const harness = new Harness();
    (await harness.live("7", "jane")).cut();
    await harness.state("reconnecting");
    for (let times = 0; times < 3; times += 1) {
      tryAgain(harness);
      await refuse(harness);
    }
    expect(harness.client.state).toMatchObject({ name: "signed_out", code: "AUTH_FAILED" });
    harness.clock.advance(60_000);
    expect(harness.tokensAsked).toBe(4);
  });
});
