import { describe, expect, it } from "bun:test";
import { CommandRefused } from "./refusal.ts";
import { Harness } from "./testing/harness.ts";
import type { Frame } from "./testing/scripted-server.ts";

const lobby = { gameType: "bigger_dice" };
const open = (harness: Harness) => harness.client.send("games.command.open_lobby", lobby);
/** What a command was refused with. */
const refusalOf = (outcome: Promise<unknown>) =>
  outcome.then(
    () => null,
    (error: unknown) => error,
  );

describe("the outcome of a command (W2)", () => {
  it("is the first event that it caused, found by its id", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const outcome = open(harness);
    const { commandId, ...command } = await socket.next();
    expect(command).toEqual({ type: "games.command.open_lobby", ...lobby });
    expect(commandId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

    socket.say("games.event.rooms_updated", { eventId: "e1", rooms: ["of somebody else"] });
    socket.say("games.event.rooms_updated", { eventId: "e2", commandId, rooms: ["mine"] });
    expect(await outcome).toMatchObject({ eventId: "e2", rooms: ["mine"] });
  });

  it("is command_settled where the event goes to others", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const outcome = open(harness);
    const { commandId } = await socket.next();
    socket.say("system.event.command_settled", { eventId: "e1", commandId, ok: true, seq: 4 });
    expect(await outcome).toMatchObject({ ok: true, seq: 4 });
  });

  it("is a refusal with the table's sentence where command_settled says no", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const outcome = refusalOf(open(harness));
    const { commandId } = await socket.next();
    socket.say("system.event.command_settled", { eventId: "e1", commandId, ok: false, code: "NAME_TAKEN" });
    const refused = await outcome;
    expect(refused).toBeInstanceOf(CommandRefused);
    expect(refused).toMatchObject({
      code: "NAME_TAKEN",
      message: "An open room already has this name: choose another one.",
      action: "rename",
      retryable: false,
    });
  });

  it("is a refusal with everything that the error says", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const outcome = refusalOf(open(harness));
    const { commandId } = await socket.next();
    const error = {
      code: "ALREADY_IN_ROOM",
      message: "You are in the room Blue.",
      retryable: false,
      roomId: harness.roomId,
    };
    socket.say("system.error", { ...error, commandId });
    expect(await outcome).toMatchObject({ ...error, commandId });
  });

  it("is a refusal in the server's own words where the code is a newer one", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const outcome = refusalOf(open(harness));
    const { commandId } = await socket.next();
    socket.say("system.error", { code: "OF_TOMORROW", message: "Not today.", retryable: false, commandId });
    expect(await outcome).toMatchObject({ code: "INTERNAL", message: "Not today." });
  });

  it("comes even where its event has been seen before", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    socket.say("games.event.rooms_updated", { eventId: "e1" });
    await harness.settled(socket);
    const outcome = open(harness);
    const { commandId } = await socket.next();
    socket.say("games.event.rooms_updated", { eventId: "e1", commandId });
    expect(await outcome).toMatchObject({ eventId: "e1" });
  });
});

describe("a command that has no outcome yet", () => {
  it("is sent again with the same id after the time that the server asks for", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const outcome = open(harness);
    const first = await socket.next();
    const busy = { code: "RATE_LIMITED", message: "Too fast.", retryable: true, retryAfterMs: 700 };
    socket.say("system.error", { ...busy, commandId: first["commandId"] });
    await harness.settled(socket);
    harness.clock.advance(699);
    await harness.settled(socket);
    expect(socket.unread).toBe(0);
    harness.clock.advance(1);
    expect(await socket.next()).toEqual(first);
    socket.say("system.event.command_settled", { commandId: first["commandId"], ok: true });
    await outcome;
  });

  it("waits longer each time where the server does not say how long", async () => {
    const harness = new Harness();
    harness.jitter = 0.999;
    const socket = await harness.live();
    const outcome = refusalOf(open(harness));
    const { commandId } = await socket.next();
    for (const wait of [500, 1_000, 2_000]) {
      socket.say("system.error", { code: "UNAVAILABLE", message: "", retryable: true, commandId });
      await harness.settled(socket);
      harness.clock.advance(wait - 10);
      await harness.settled(socket);
      expect(socket.unread).toBe(0);
      harness.clock.advance(10);
      expect(await socket.next()).toMatchObject({ commandId });
    }
    harness.client.close();
    await outcome;
  });

  it("is sent again with the same id after a reconnect, after the authentication", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const outcomes = Promise.all([open(harness), open(harness)]);
    const sent = [await socket.next(), await socket.next()];
    socket.cut();
    await harness.state("reconnecting");
    harness.clock.advance(1_000);
    const { socket: second } = await harness.greeted();
    second.accept("7", "jane");
    expect([await second.next(), await second.next()]).toEqual(sent);
    for (const { commandId } of sent) {
      second.say("system.event.command_settled", { commandId, ok: true });
    }
    await outcomes;
  });

  it("waits while there is no connection, and is sent once there is one", async () => {
    const harness = new Harness();
    const outcome = open(harness);
    const { socket } = await harness.greeted();
    socket.accept("7", "jane");
    const { commandId } = await socket.next();
    socket.say("system.event.command_settled", { commandId, ok: true });
    await outcome;
  });

  it("is sent once after a reconnect, also where a repetition was due", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const outcome = refusalOf(open(harness));
    const { commandId } = await socket.next();
    const busy = { code: "RATE_LIMITED", message: "", retryable: true, retryAfterMs: 3_000 };
    socket.say("system.error", { ...busy, commandId });
    await harness.settled(socket);
    socket.cut();
    await harness.state("reconnecting");
    harness.clock.advance(1_000);
    const second = await harness.live();
    await second.next();
    harness.clock.advance(5_000);
    await harness.settled(second);
    expect(second.unread).toBe(0);
    harness.client.close();
    await outcome;
  });

  it("is not sent before the authentication, also where a repetition falls due", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const outcome = refusalOf(open(harness));
    const { commandId } = await socket.next();
    const busy = { code: "RATE_LIMITED", message: "", retryable: true, retryAfterMs: 1_500 };
    socket.say("system.error", { ...busy, commandId });
    await harness.settled(socket);
    socket.cut();
    await harness.state("reconnecting");
    harness.clock.advance(1_000);
    const { socket: second } = await harness.greeted();
    harness.clock.advance(1_000);
    await harness.settled(second);
    expect(second.unread).toBe(0);
    harness.client.close();
    await outcome;
  });

  it("has at most fifteen others beside it on the way", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const outcomes = Promise.all(Array.from({ length: 20 }, () => open(harness)));
    const sent: Frame[] = [];
    while (sent.length < 16) sent.push(await socket.next());
    await harness.settled(socket);
    expect(socket.unread).toBe(0);
    for (let settled = 0; settled < 20; settled += 1) {
      socket.say("system.event.command_settled", { commandId: sent[settled]?.["commandId"], ok: true });
      if (sent.length < 20) sent.push(await socket.next());
    }
    await outcomes;
    expect(new Set(sent.map(({ commandId }) => commandId)).size).toBe(20);
  });

  it("is given up after five minutes, and the state is asked for", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const outcome = refusalOf(open(harness));
    const { commandId } = await socket.next();
    for (let beat = 0; beat < 19; beat += 1) {
      harness.clock.advance(15_000);
      const { type } = await socket.next();
      expect(type).toBe("system.heartbeat");
      socket.say("system.heartbeat_ack", { timestamp: "2026-01-08T12:00:00.000Z" });
      await harness.settled(socket);
    }
    harness.clock.advance(14_999);
    await harness.settled(socket);
    expect(socket.unread).toBe(0);
    harness.clock.advance(1);
    expect(await outcome).toMatchObject({ code: "UNAVAILABLE", commandId });
    expect(await socket.next()).toMatchObject({ type: "system.command.sync_state" });
  });

  it("is given up after five minutes also where it was never sent", async () => {
    const harness = new Harness({ token: () => new Promise(() => undefined) });
    const outcome = refusalOf(open(harness));
    harness.clock.advance(300_000);
    expect(await outcome).toMatchObject({ code: "UNAVAILABLE" });
  });

  it("is refused with the sign-in's code when the session ends", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const outcome = refusalOf(open(harness));
    await socket.next();
    socket.close(4503);
    expect(await outcome).toMatchObject({ code: "AUTH_REQUIRED" });
  });

  it("leaves no timer behind when it is settled", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const before = harness.clock.pending;
    const outcome = open(harness);
    const { commandId } = await socket.next();
    socket.say("system.event.command_settled", { commandId, ok: true });
    await outcome;
    expect(harness.clock.pending).toBe(before);
  });

  it("is refused here where its frame is larger than the server takes", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const long = { gameType: "bigger_dice", roomName: "é".repeat(8_200) };
    const outcome = refusalOf(harness.client.send("games.command.create_room", long));
    expect(await outcome).toMatchObject({ code: "FRAME_TOO_LARGE" });
    await harness.settled(socket);
    expect(socket.unread).toBe(0);
  });
});

describe("an event that comes twice (L4)", () => {
  const heard = (harness: Harness, type: string) => harness.events.filter((event) => event.type === type);

  it("is heard once, known by its eventId, also across a reconnect", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    socket.say("chat.event.message_received", { eventId: "e1" });
    socket.say("chat.event.message_received", { eventId: "e1" });
    await harness.settled(socket);
    socket.cut();
    await harness.state("reconnecting");
    harness.clock.advance(1_000);
    const second = await harness.live();
    second.say("chat.event.message_received", { eventId: "e1" });
    second.say("chat.event.message_received", { eventId: "e2" });
    await harness.settled(second);
    expect(heard(harness, "chat.event.message_received").map(({ eventId }) => eventId)).toEqual(["e1", "e2"]);
  });

  it("is heard once in a room, known by its seq", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const { roomId } = harness;
    socket.say("games.event.bigger_dice.rolled", { eventId: "e1", roomId, seq: 5 });
    socket.say("games.event.bigger_dice.rolled", { eventId: "other", roomId, seq: 5 });
    socket.say("games.event.bigger_dice.rolled", { eventId: "e2", roomId, seq: 4 });
    await harness.settled(socket);
    expect(heard(harness, "games.event.bigger_dice.rolled").map(({ seq }) => seq)).toEqual([5, 4]);
  });

  it("is no repetition of the event that a snapshot includes", async () => {
    const harness = new Harness();
    const socket = await harness.live();
    const { roomId } = harness;
    socket.say("games.event.bigger_dice.rolled", { eventId: "e1", roomId, seq: 5 });
    socket.say("games.event.bigger_dice.state_sync", { eventId: "e2", roomId, seq: 5 });
    socket.say("games.event.bigger_dice.state_sync", { eventId: "e3", roomId, seq: 5 });
    socket.say("system.event.command_settled", { eventId: "e4", commandId: "c", roomId, seq: 5, ok: true });
    await harness.settled(socket);
    expect(heard(harness, "games.event.bigger_dice.state_sync")).toHaveLength(2);
    expect(heard(harness, "system.event.command_settled")).toHaveLength(1);
  });
});
