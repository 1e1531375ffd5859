import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { openRoomList, RoomListView, type RoomListUpdate } from "./room-list.ts";
import { FakeClient, letPromisesRun } from "./testing/fake-client.ts";
import { seed } from "../../tests/seed.ts";
import { asRoomId, asUserId } from "../protocol/ids.ts";
import type { RoomId, RoomListing } from "../protocol/index.ts";

const idOf = (room: number): RoomId => asRoomId(`00000000-0000-4000-8000-${String(room).padStart(12, "0")}`);

function listing(room: number, seq: number): RoomListing {
  return {
    roomId: idOf(room),
    roomName: `Room ${room}`,
    gameType: "bigger_dice",
    hostId: asUserId("7"),
    hostName: "jane",
    status: "waiting",
    playerCount: 1,
    spectatorCount: 0,
    createdAt: `2026-01-08T12:00:${String(room).padStart(2, "0")}.000Z`,
    serverSeedHash: "",
    seq,
  };
}

const changed = (room: number, seq: number): RoomListUpdate => ({
  full: false,
  rooms: [listing(room, seq)],
  removed: [],
});
const removed = (room: number, seq: number): RoomListUpdate => ({
  full: false,
  rooms: [],
  removed: [{ roomId: idOf(room), seq }],
});
const fullList = (...rooms: readonly RoomListing[]): RoomListUpdate => ({ full: true, rooms, removed: [] });

/** "2@5": room 2 as of seq 5. */
const shown = (view: RoomListView) => view.rooms()?.map(({ roomName, seq }) => `${roomName.slice(5)}@${seq}`);

describe("the list of rooms (G3)", () => {
  it("is not shown before the whole of it is there", () => {
    const view = new RoomListView();
    view.take(changed(1, 3));
    expect(view.rooms()).toBeNull();
    view.take(fullList(listing(2, 1)));
    expect(shown(view)).toEqual(["1@3", "2@1"]);
  });

  it("has the oldest room first", () => {
    const view = new RoomListView();
    view.take(fullList(listing(3, 1), listing(1, 1), listing(2, 1)));
    expect(shown(view)).toEqual(["1@1", "2@1", "3@1"]);
  });

  it("takes an entry of equal or higher seq, and no older one", () => {
    const view = new RoomListView();
    view.take(fullList(listing(1, 3)));
    view.take({ full: false, rooms: [{ ...listing(1, 3), spectatorCount: 5 }], removed: [] });
    expect(view.rooms()).toMatchObject([{ seq: 3, spectatorCount: 5 }]);
    view.take(changed(1, 2));
    expect(view.rooms()).toMatchObject([{ seq: 3, spectatorCount: 5 }]);
  });

  it("lets a removal win a tie, and does not bring the room back by an old entry", () => {
    const view = new RoomListView();
    view.take(fullList(listing(1, 3)));
    view.take(removed(1, 3));
    view.take(changed(1, 3));
    view.take(changed(1, 2));
    view.take(fullList(listing(1, 3)));
    expect(shown(view)).toEqual([]);
  });

  it("ignores a removal that is older than the entry", () => {
    const view = new RoomListView();
    view.take(fullList(listing(1, 3)));
    view.take(removed(1, 2));
    expect(shown(view)).toEqual(["1@3"]);
  });

  it("loses after a pause what the new list does not have, and keeps what is newer than that list", () => {
    const view = new RoomListView();
    view.take(fullList(listing(1, 3), listing(2, 3)));
    view.reopen();
    expect(view.rooms()).toBeNull();
    view.take(changed(3, 1));
    view.take(fullList(listing(2, 3)));
    expect(shown(view)).toEqual(["2@3", "3@1"]);
  });

  it("remembers a bounded number of removals", () => {
    const view = new RoomListView();
    view.take(fullList());
    for (let room = 0; room < 1_001; room += 1) view.take(removed(room, 5));
    view.take(changed(1_000, 4));
    expect(shown(view)).toEqual([]);
    view.take(changed(0, 4));
    expect(shown(view)).toEqual(["0@4"]);
  });
});

/** What happened to the rooms, in order; each step is the room's next seq. */
type Step = { readonly room: number; readonly ends: boolean };

interface Happened {
  readonly update: RoomListUpdate;
  /** The true list after this. */
  readonly list: readonly RoomListing[];
}

function play(steps: readonly Step[]): Happened[] {
  const seqs = new Map<number, number>();
  const open = new Map<number, RoomListing>();
  const ended = new Set<number>();
  return steps.flatMap(({ room, ends }) => {
    if (ended.has(room)) return [];
    const before = seqs.get(room) ?? 0;
    // The end of a room is no step of its own, but has the seq of the last one: a tie.
    const seq = ends ? Math.max(before, 1) : before + 1;
    seqs.set(room, seq);
    if (ends) {
      ended.add(room);
      open.delete(room);
    } else open.set(room, listing(room, seq));
    return [{ update: ends ? removed(room, seq) : changed(room, seq), list: [...open.values()] }];
  });
}

const history = fc
  .array(fc.record({ room: fc.integer({ min: 1, max: 4 }), ends: fc.boolean() }), { maxLength: 24 })
  .map(play);

/** A history, a place in it where the full list was made, and everything after that in any order, some of it twice. */
const opened = history.chain((happened) =>
  fc.integer({ min: 0, max: happened.length }).chain((made) => {
    const full = fullList(...(happened[made - 1]?.list ?? []));
    const later = happened.slice(made).map(({ update }) => update);
    return fc.record({
      happened: fc.constant(happened),
      before: fc.subarray(happened.slice(0, made).map(({ update }) => update)),
      updates: fc
        .subarray(later)
        .map((twice) => [full, ...later, ...twice])
        .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
    });
  }),
);

const truth = (happened: readonly Happened[]) =>
  (happened.at(-1)?.list ?? [])
    .toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
    .map(({ roomName, seq }) => `${roomName.slice(5)}@${seq}`);

describe(`whatever the order of list and changes (seed ${seed})`, () => {
  it("ends with the truth", () => {
    fc.assert(
      fc.property(opened, ({ happened, updates }) => {
        const view = new RoomListView();
        for (const update of updates) view.take(update);
        expect(shown(view)).toEqual(truth(happened));
      }),
      { seed, numRuns: 500 },
    );
  });

  it("ends with the truth after a pause in which some was lost", () => {
    fc.assert(
      fc.property(opened, ({ happened, before, updates }) => {
        const view = new RoomListView();
        view.take(fullList());
        for (const update of before) view.take(update);
        view.reopen();
        for (const update of updates) view.take(update);
        expect(shown(view)).toEqual(truth(happened));
      }),
      { seed, numRuns: 500 },
    );
  });
});

describe("opening the list", () => {
  const type = "games.event.rooms_updated";
  const gameType = "bigger_dice";

  function lobby() {
    const client = new FakeClient();
    const lists: string[][] = [];
    const refusals: unknown[] = [];
    const close = openRoomList(
      client,
      gameType,
      (rooms) => lists.push(rooms.map(({ roomName }) => roomName)),
      (reason) => refusals.push(reason),
    );
    return { client, lists, refusals, close };
  }

  it("asks for it when the connection is there, and hands on whole lists", async () => {
    const { client, lists } = lobby();
    expect(client.sent).toEqual([]);
    client.goLive();
    expect(client.sent).toMatchObject([{ type: "games.command.open_lobby", payload: { gameType } }]);
    client.deliver(type, { gameType, ...changed(2, 1) });
    await client.answer(type, { gameType, ...fullList(listing(1, 1)) });
    client.deliver(type, { gameType, ...removed(2, 1) });
    client.deliver(type, { gameType: "another_game", ...changed(3, 1) });
    expect(lists).toEqual([["Room 1", "Room 2"], ["Room 1"]]);
  });

  it("asks again after each reconnect, but not beside a question that the client repeats itself", async () => {
    const { client } = lobby();
    client.goLive();
    client.lose();
    client.goLive();
    expect(client.sent).toHaveLength(1);
    await client.answer(type, { gameType, ...fullList() });
    client.goLive();
    expect(client.sent).toEqual([]);
    client.lose();
    client.goLive();
    expect(client.sent).toHaveLength(1);
  });

  it("says why there is no list", async () => {
    const { client, refusals } = lobby();
    client.goLive();
    const reason = new Error("no such game");
    client.sent[0]?.reject(reason);
    await letPromisesRun();
    expect(refusals).toEqual([reason]);
  });

  it("ends the list when it is closed", async () => {
    const { client, lists, close } = lobby();
    client.goLive();
    await client.answer(type, { gameType, ...fullList() });
    close();
    expect(client.sent).toMatchObject([{ type: "games.command.close_lobby", payload: { gameType } }]);
    client.deliver(type, { gameType, ...changed(1, 1) });
    client.lose();
    client.goLive();
    expect(lists).toEqual([[]]);
    expect(client.sent).toHaveLength(1);
  });
});
