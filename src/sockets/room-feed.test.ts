import { describe, expect, it } from "bun:test";
import { openRoomFeed } from "./room-feed.ts";
import { FakeClient, letPromisesRun } from "./testing/fake-client.ts";
import { FakeClock } from "./testing/fake-clock.ts";
import { Harness } from "./testing/harness.ts";
import { rolled, roomId, RoomPage, snapshotAt, stateSnapshot } from "./testing/room-page.ts";
import { asRoomId } from "../protocol/ids.ts";

const otherRoom = asRoomId("00000000-0000-4000-8000-00000000000b");

describe("one room's events (W3)", () => {
  it("wait for the snapshot, and follow it from where it stands", () => {
    const page = new RoomPage();
    page.client.goLive();
    page.roll(3, 5, 4);
    expect(page.log).toEqual([]);
    page.sync(snapshotAt(3));
    expect(page.log).toEqual(["snapshot 3", "event 4", "event 5"]);
  });

  it("are applied in the order of seq, once", () => {
    const page = new RoomPage();
    page.sync(snapshotAt(1));
    page.roll(3, 2, 2, 3, 1, 4);
    expect(page.log).toEqual(["snapshot 1", "event 2", "event 3", "event 4"]);
  });

  it("are of this room only", () => {
    const page = new RoomPage();
    page.sync(snapshotAt(1), { ...snapshotAt(9), roomId: otherRoom });
    page.client.deliver(rolled, { roomId: otherRoom, seq: 2 });
    page.client.deliver("system.event.command_settled", { roomId, seq: 2, ok: true });
    expect(page.log).toEqual(["snapshot 1"]);
  });

  it("pass at once where they have no seq", () => {
    const page = new RoomPage();
    page.client.deliver("games.event.spectator_joined", { roomId });
    page.client.deliver("games.event.player_chat_message", { roomId });
    expect(page.log).toEqual(["event games.event.spectator_joined", "event games.event.player_chat_message"]);
  });

  it("begin with the snapshot of one's own joining", () => {
    const page = new RoomPage();
    page.client.deliver("games.event.player_joined", { roomId, seq: 2, state: snapshotAt(2) });
    page.client.deliver("games.event.game_started", { roomId, seq: 3, state: snapshotAt(3) });
    expect(page.log).toEqual(["snapshot 2", "event 3", "snapshot 3"]);
  });

  it("take the snapshot of an event that comes too early, and leave out what it includes", () => {
    const page = new RoomPage();
    page.sync(snapshotAt(1));
    page.client.deliver("games.event.game_started", { roomId, seq: 3, state: snapshotAt(4) });
    page.roll(2, 4, 5);
    expect(page.log).toEqual(["snapshot 1", "snapshot 4", "event 5"]);
  });

  it("take a state_sync for the snapshot that it is", () => {
    const page = new RoomPage();
    page.client.deliver("games.event.bigger_dice.state_sync", { ...snapshotAt(6) });
    page.roll(6, 7);
    expect(page.log).toEqual(["snapshot 6", "event 7"]);
  });

  it("are not taken back by an old snapshot, and are confirmed by one of the same seq", () => {
    const page = new RoomPage();
    page.sync(snapshotAt(5));
    page.sync(snapshotAt(4));
    page.sync(snapshotAt(5));
    expect(page.log).toEqual(["snapshot 5", "snapshot 5"]);
  });

  it("come to nobody after the feed was closed", () => {
    const page = new RoomPage();
    page.client.goLive();
    page.sync(snapshotAt(1));
    page.roll(3);
    page.feed.close();
    page.roll(2);
    page.client.lose();
    page.client.goLive();
    expect(page.log).toEqual(["snapshot 1"]);
    expect(page.clock.pending).toBe(0);
  });
});

describe("a hole in the room's events", () => {
  it("may close by itself within two seconds", () => {
    const page = new RoomPage();
    page.client.goLive();
    page.sync(snapshotAt(1));
    page.roll(3);
    page.clock.advance(1_999);
    page.roll(2);
    page.clock.advance(10_000);
    expect(page.client.sent).toEqual([]);
    expect(page.shown).toBe(3);
  });

  it("is filled by a snapshot that is asked for after two seconds, and again while it is there", async () => {
    const page = new RoomPage();
    page.client.goLive();
    page.sync(snapshotAt(1));
    page.roll(5);
    page.clock.advance(2_000);
    expect(page.client.sent.map(({ type }) => type)).toEqual(["system.command.sync_state"]);
    // From before the hole: the question is asked once more.
    await page.answer(snapshotAt(2));
    page.clock.advance(2_000);
    await page.answer(snapshotAt(4));
    expect(page.log).toEqual(["snapshot 1", "snapshot 2", "snapshot 4", "event 5"]);
    page.clock.advance(60_000);
    expect(page.client.sent).toEqual([]);
  });

  it("is asked about again where the answer has no snapshot", async () => {
    const page = new RoomPage();
    page.client.goLive();
    page.clock.advance(2_000);
    await page.client.answer("system.event.command_settled", { ok: true });
    page.clock.advance(2_000);
    await page.answer(snapshotAt(1));
    expect(page.shown).toBe(1);
  });

  it("is not asked about while there is no connection", () => {
    const page = new RoomPage();
    page.client.goLive();
    page.sync(snapshotAt(1));
    page.roll(5);
    page.client.lose();
    page.clock.advance(10_000);
    expect(page.client.sent).toEqual([]);
    page.client.goLive();
    page.clock.advance(2_000);
    expect(page.client.sent).toHaveLength(1);
  });

  it("of a thousand events keeps nothing but the need for a snapshot", async () => {
    const page = new RoomPage();
    page.client.goLive();
    page.sync(snapshotAt(1));
    for (let seq = 3; seq <= 1_500; seq += 1) page.roll(seq);
    page.clock.advance(2_000);
    await page.answer(snapshotAt(2));
    expect(page.shown).toBe(2);
    page.clock.advance(2_000);
    await page.answer(snapshotAt(1_500));
    expect(page.shown).toBe(1_500);
  });
});

describe("a room without a snapshot yet", () => {
  it("asks at once where it is opened on a live connection", () => {
    const client = new FakeClient();
    client.goLive();
    const clock = new FakeClock();
    const nothing = () => undefined;
    const handlers = { onSnapshot: nothing, onEvent: nothing, onGone: nothing };
    openRoomFeed(client, roomId, handlers, { clock });
    expect(client.sent).toHaveLength(1);
    openRoomFeed(client, roomId, handlers, { clock, initial: snapshotAt(3) });
    expect(client.sent).toHaveLength(1);
  });

  it("waits for the one that the client asks for, and asks where none comes", () => {
    const page = new RoomPage();
    page.client.goLive();
    expect(page.client.sent).toEqual([]);
    page.clock.advance(2_000);
    expect(page.client.sent).toHaveLength(1);
  });
});

describe("a room that the server does not know of this person", () => {
  it("is asked about before it is called gone, since the answer may be older than the room", async () => {
    const page = new RoomPage();
    page.client.goLive();
    page.sync();
    expect(page.gone).toEqual([]);
    await page.answer();
    expect(page.gone).toEqual(["not_in_room"]);
    // Once, and without asking on.
    page.sync();
    page.clock.advance(60_000);
    expect(page.client.sent).toEqual([]);
    expect(page.gone).toEqual(["not_in_room"]);
  });

  it("is gone where it was there before", async () => {
    const page = new RoomPage();
    page.client.goLive();
    page.sync(snapshotAt(4));
    page.sync();
    await page.answer();
    expect(page.gone).toEqual(["gone"]);
  });

  it("is not gone where its snapshot came while the question was under way", async () => {
    const page = new RoomPage();
    page.client.goLive();
    page.sync();
    page.client.deliver("games.event.bigger_dice.state_sync", { ...snapshotAt(3) });
    await page.answer();
    expect(page.gone).toEqual([]);
    await page.answer(snapshotAt(3));
    expect(page.gone).toEqual([]);
    expect(page.client.sent).toEqual([]);
  });

  it("comes back with a snapshot", async () => {
    const page = new RoomPage();
    page.client.goLive();
    page.sync();
    await page.answer();
    page.client.deliver("games.event.player_joined", { roomId, seq: 2, state: snapshotAt(2) });
    page.roll(3);
    expect(page.log).toEqual(["snapshot 2", "event 3"]);
    page.sync();
    await page.answer();
    expect(page.gone).toEqual(["not_in_room", "gone"]);
  });

  it("is not called gone where nobody answers", async () => {
    const page = new RoomPage();
    page.client.goLive();
    page.sync();
    page.client.sent.shift()?.reject(new Error("given up"));
    await letPromisesRun();
    expect(page.gone).toEqual([]);
  });
});

describe("a room on a real connection", () => {
  it("gets its snapshot from the client's own question after a reconnect", async () => {
    const harness = new Harness();
    const shown: string[] = [];
    openRoomFeed(
      harness.client,
      harness.roomId,
      {
        onSnapshot: ({ seq }) => shown.push(`snapshot ${seq}`),
        onEvent: ({ type }) => shown.push(type),
        onGone: (reason) => shown.push(reason),
      },
      { clock: harness.clock },
    );
    const socket = await harness.live("7", "jane", { resumed: false });
    const { commandId } = await socket.next();
    socket.say(rolled, { eventId: "e1", roomId, seq: 3 });
    socket.say("system.event.state_snapshot", {
      eventId: "e2",
      commandId,
      ...stateSnapshot(snapshotAt(2)),
    });
    await harness.settled(socket);
    expect(shown).toEqual(["snapshot 2", rolled]);

    socket.cut();
    await harness.state("reconnecting");
    harness.clock.advance(1_000);
    const second = await harness.live("7", "jane", { resumed: false });
    await second.next();
    second.say("system.event.state_snapshot", { eventId: "e3", ...stateSnapshot(snapshotAt(9)) });
    await harness.settled(second);
    expect(shown).toEqual(["snapshot 2", rolled, "snapshot 9"]);
  });
});
