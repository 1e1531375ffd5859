import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { openRoomFeed, type GoneReason } from "./room-feed.ts";
import { FakeClient, letPromisesRun } from "./testing/fake-client.ts";
import { FakeClock } from "./testing/fake-clock.ts";
import { Harness } from "./testing/harness.ts";
import { seed } from "./testing/seed.ts";
import { asRoomId, asUserId } from "../protocol/ids.ts";
import type { RoomSnapshot } from "../protocol/index.ts";

const roomId = asRoomId("00000000-0000-4000-8000-00000000000a");
const otherRoom = asRoomId("00000000-0000-4000-8000-00000000000b");
const rolled = "games.event.bigger_dice.rolled";

function snapshotAt(seq: number): RoomSnapshot {
  return {
    roomId,
    gameType: "bigger_dice",
    roomName: "Blue",
    hostId: asUserId("7"),
    status: "playing",
    seq,
    players: [],
    spectatorCount: 0,
    serverSeedHash: "",
    rematch: null,
    result: null,
    state: null,
  };
}

const stateSnapshot = (...rooms: readonly RoomSnapshot[]) => ({
  activeRooms: rooms.map((room) => room.roomId),
  gameStates: Object.fromEntries(rooms.map((room) => [room.roomId, room])),
  unreadMessages: 0,
});

/** A page that shows how far the room is, and complains about anything out of order. */
class Page {
  readonly client = new FakeClient();
  readonly clock = new FakeClock();
  readonly log: string[] = [];
  readonly gone: GoneReason[] = [];
  readonly complaints: string[] = [];
  shown: number | null = null;

  readonly feed = openRoomFeed(
    this.client,
    roomId,
    {
      onSnapshot: ({ seq }) => {
        if (this.shown !== null && seq < this.shown)
          this.complaints.push(`back from ${this.shown} to ${seq}`);
        this.shown = seq;
        this.log.push(`snapshot ${seq}`);
      },
      onEvent: ({ type, seq }) => {
        if (typeof seq === "number") {
          if (this.shown === null || seq !== this.shown + 1)
            this.complaints.push(`${seq} after ${String(this.shown)}`);
          this.shown = seq;
        }
        this.log.push(`event ${typeof seq === "number" ? seq : type}`);
      },
      onGone: (reason) => this.gone.push(reason),
    },
    { clock: this.clock },
  );

  roll(...seqs: readonly number[]): void {
    for (const seq of seqs) this.client.deliver(rolled, { roomId, seq });
  }

  sync(...rooms: readonly RoomSnapshot[]): void {
    this.client.deliver("system.event.state_snapshot", stateSnapshot(...rooms));
  }

  answer(...rooms: readonly RoomSnapshot[]): Promise<void> {
    return this.client.answer("system.event.state_snapshot", stateSnapshot(...rooms));
  }
}

describe("one room's events (W3)", () => {
  it("wait for the snapshot, and follow it from where it stands", () => {
    const page = new Page();
    page.client.goLive();
    page.roll(3, 5, 4);
    expect(page.log).toEqual([]);
    page.sync(snapshotAt(3));
    expect(page.log).toEqual(["snapshot 3", "event 4", "event 5"]);
  });

  it("are applied in the order of seq, once", () => {
    const page = new Page();
    page.sync(snapshotAt(1));
    page.roll(3, 2, 2, 3, 1, 4);
    expect(page.log).toEqual(["snapshot 1", "event 2", "event 3", "event 4"]);
  });

  it("are of this room only", () => {
    const page = new Page();
    page.sync(snapshotAt(1), { ...snapshotAt(9), roomId: otherRoom });
    page.client.deliver(rolled, { roomId: otherRoom, seq: 2 });
    page.client.deliver("system.event.command_settled", { roomId, seq: 2, ok: true });
    expect(page.log).toEqual(["snapshot 1"]);
  });

  it("pass at once where they have no seq", () => {
    const page = new Page();
    page.client.deliver("games.event.spectator_joined", { roomId });
    page.client.deliver("games.event.player_chat_message", { roomId });
    expect(page.log).toEqual(["event games.event.spectator_joined", "event games.event.player_chat_message"]);
  });

  it("begin with the snapshot of one's own joining", () => {
    const page = new Page();
    page.client.deliver("games.event.player_joined", { roomId, seq: 2, state: snapshotAt(2) });
    page.client.deliver("games.event.game_started", { roomId, seq: 3, state: snapshotAt(3) });
    expect(page.log).toEqual(["snapshot 2", "event 3", "snapshot 3"]);
  });

  it("take the snapshot of an event that comes too early, and leave out what it includes", () => {
    const page = new Page();
    page.sync(snapshotAt(1));
    page.client.deliver("games.event.game_started", { roomId, seq: 3, state: snapshotAt(4) });
    page.roll(2, 4, 5);
    expect(page.log).toEqual(["snapshot 1", "snapshot 4", "event 5"]);
  });

  it("take a state_sync for the snapshot that it is", () => {
    const page = new Page();
    page.client.deliver("games.event.bigger_dice.state_sync", { ...snapshotAt(6) });
    page.roll(6, 7);
    expect(page.log).toEqual(["snapshot 6", "event 7"]);
  });

  it("are not taken back by an old snapshot, and are confirmed by one of the same seq", () => {
    const page = new Page();
    page.sync(snapshotAt(5));
    page.sync(snapshotAt(4));
    page.sync(snapshotAt(5));
    expect(page.log).toEqual(["snapshot 5", "snapshot 5"]);
  });

  it("come to nobody after the feed was closed", () => {
    const page = new Page();
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
    const page = new Page();
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
    const page = new Page();
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
    const page = new Page();
    page.client.goLive();
    page.clock.advance(2_000);
    await page.client.answer("system.event.command_settled", { ok: true });
    page.clock.advance(2_000);
    await page.answer(snapshotAt(1));
    expect(page.shown).toBe(1);
  });

  it("is not asked about while there is no connection", () => {
    const page = new Page();
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
    const page = new Page();
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
    const page = new Page();
    page.client.goLive();
    expect(page.client.sent).toEqual([]);
    page.clock.advance(2_000);
    expect(page.client.sent).toHaveLength(1);
  });
});

describe("a room that the server does not know of this person", () => {
  it("is asked about before it is called gone, since the answer may be older than the room", async () => {
    const page = new Page();
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
    const page = new Page();
    page.client.goLive();
    page.sync(snapshotAt(4));
    page.sync();
    await page.answer();
    expect(page.gone).toEqual(["gone"]);
  });

  it("is not gone where its snapshot came while the question was under way", async () => {
    const page = new Page();
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
    const page = new Page();
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
    const page = new Page();
    page.client.goLive();
    page.sync();
    page.client.sent.shift()?.reject(new Error("given up"));
    await letPromisesRun();
    expect(page.gone).toEqual([]);
  });
});

/** What may arrive about a room whose events are 1 to `length`. */
type Delivery =
  | { readonly kind: "event"; readonly seq: number }
  | { readonly kind: "joined"; readonly seq: number; readonly ahead: number }
  | { readonly kind: "snapshot"; readonly seq: number };

function deliver(page: Page, delivery: Delivery, length: number): void {
  const { kind, seq } = delivery;
  if (kind === "event") page.roll(seq);
  else if (kind === "snapshot") page.sync(snapshotAt(seq));
  else {
    const state = snapshotAt(Math.min(seq + delivery.ahead, length));
    page.client.deliver("games.event.player_joined", { roomId, seq, state });
  }
}

const lengths = fc.integer({ min: 1, max: 12 });
const deliveriesOf = (length: number): fc.Arbitrary<Delivery> => {
  const seq = fc.integer({ min: 1, max: length });
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("event" as const), seq }) },
    fc.record({ kind: fc.constant("joined" as const), seq, ahead: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ kind: fc.constant("snapshot" as const), seq }),
  );
};

describe(`whatever the order of deliveries (seed ${seed})`, () => {
  it("ends with the truth, each event applied once and in order, where nothing is lost", () => {
    const anyOrder = lengths.chain((length) => {
      const every = Array.from({ length }, (_, index): Delivery => ({ kind: "event", seq: index + 1 }));
      return fc
        .tuple(fc.array(deliveriesOf(length), { maxLength: 15 }), fc.integer({ min: 0, max: length }))
        .chain(([more, seq]) => {
          const all: Delivery[] = [...every, ...more, { kind: "snapshot", seq }];
          return fc.record({
            length: fc.constant(length),
            deliveries: fc.shuffledSubarray(all, { minLength: all.length }),
          });
        });
    });
    fc.assert(
      fc.property(anyOrder, ({ length, deliveries }) => {
        const page = new Page();
        page.client.goLive();
        for (const delivery of deliveries) deliver(page, delivery, length);
        expect(page.shown).toBe(length);
        expect(page.complaints).toEqual([]);
        page.clock.advance(60_000);
        expect(page.client.sent).toEqual([]);
      }),
      { seed, numRuns: 300 },
    );
  });

  it("ends with the truth where events are lost and a snapshot is answered", async () => {
    const lossy = lengths.chain((length) =>
      fc.record({
        length: fc.constant(length),
        deliveries: fc.array(deliveriesOf(length), { maxLength: 20 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(lossy, async ({ length, deliveries }) => {
        const page = new Page();
        page.client.goLive();
        for (const delivery of deliveries) deliver(page, delivery, length);
        page.clock.advance(2_000);
        if (page.client.sent.length > 0) {
          await page.answer(snapshotAt(length));
          expect(page.shown).toBe(length);
        }
        // The loss of the newest events shows only when the next one comes.
        page.roll(length + 1);
        page.clock.advance(2_000);
        if (page.client.sent.length > 0) await page.answer(snapshotAt(length + 1));
        expect(page.shown).toBe(length + 1);
        expect(page.complaints).toEqual([]);
        page.clock.advance(60_000);
        expect(page.client.sent).toEqual([]);
      }),
      { seed, numRuns: 300 },
    );
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
