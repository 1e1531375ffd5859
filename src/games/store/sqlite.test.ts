import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "bun:test";
import { openSqliteCatalogue } from "./sqlite-catalogue.ts";
import { roomStoreContract } from "./contract.ts";
import {
  biggerDiceRoom,
  changed,
  closedRoom,
  created,
  finishedRoom,
  jane,
  john,
  keptBiggerDice,
  moved,
  playingRoom,
  someGame,
  waitingRoom,
} from "./contract-fixture.ts";
import { claimsOf, nameClaim } from "./document.ts";
import { outcomeOf } from "./outcomes.ts";
import { recentRooms, type RoomStore } from "./port.ts";
import { openSqliteRoomStore } from "./sqlite.ts";
import { makeEarlier, textOf } from "./sqlite-fixture.ts";
import { roomRules } from "../rooms/room-rules.ts";
import { gameTypeOf } from "../catalogue.ts";
import { asCommandId, asUserId } from "../../protocol/index.ts";
import { biggerDice } from "../bigger-dice/bigger-dice.ts";

let folder = "";
const file = () => join(folder, "games.sqlite");

const open = (settlingAt?: number) =>
  openSqliteRoomStore({
    path: file(),
    rules: roomRules([biggerDice]),
    ...(settlingAt === undefined ? {} : { settlingAt }),
  });

const underTest = (open: () => RoomStore) => ({
  open: async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    return open();
  },
  reopen: async () => open(),
  cleanUp: async () => rmSync(folder, { recursive: true, force: true }),
});

roomStoreContract(
  "SQLite",
  underTest(() => open()),
);

roomStoreContract(
  "SQLite, where every move is soon settled",
  underTest(() => open(1)),
);

describe("rooms in SQLite", () => {
  const first = created(playingRoom("old"));

  /** A file with a room in it, as an earlier version has left it. */
  async function openEarlier(steps: 1 | 2, change = (_: Database): void => {}): Promise<RoomStore> {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    const store = open();
    await store.commit([{ writes: [first] }]);
    await store.close();
    makeEarlier(file(), steps);
    const database = new Database(file());
    change(database);
    database.close();
    return open();
  }

  it("goes on with rooms that an earlier version saved, whose outcomes stood elsewhere", async () => {
    const store = await openEarlier(2, (database) =>
      database.run("UPDATE game_states SET document = json_remove(document, '$.outcomes')"),
    );
    expect(await store.load(first.document.room.roomId)).toEqual(first.document);
    expect(await store.commit([{ writes: [moved(first)] }])).toEqual([{ kind: "saved" }]);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("knows the outcomes that the first versions have saved, by user", async () => {
    const outcomes = {
      "1": [
        { commandId: "one", ok: true, seq: 3 },
        { commandId: "another", ok: false, code: "NOT_YOUR_TURN" },
      ],
    };
    const store = await openEarlier(2, (database) =>
      database.run("UPDATE game_states SET document = json_set(document, '$.outcomes', json(?))", [
        JSON.stringify(outcomes),
      ]),
    );
    const loaded = await store.load(first.document.room.roomId);
    const known = ["one", "another", "other"].map((commandId) =>
      outcomeOf(loaded?.outcomes ?? [], asUserId("1"), asCommandId(commandId)),
    );
    expect(known).toEqual([
      { commandId: asCommandId("one"), ok: true, seq: 3 },
      { commandId: asCommandId("another"), ok: false, code: "NOT_YOUR_TURN" },
      undefined,
    ]);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("knows what open rooms hold in a file of the version before, which had it in a table", async () => {
    const store = await openEarlier(1);
    const { room } = first.document;
    for (const claim of claimsOf(room)) expect(await store.holderOf(claim)).toBe(room.roomId);
    expect(await Array.fromAsync(store.inPlay(0))).toMatchObject([{ room: { roomId: room.roomId } }]);
    expect(await store.countOpen()).toEqual({ waiting: 0, playing: 1 });
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("saves nothing where two rooms of one unit would hold the same", async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    const store = open();
    const [one, other] = [created(waitingRoom("a", john)), created(waitingRoom("b", john))];
    const failure = await store.commit([{ writes: [one, other] }]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    for (const claim of [one, other].flatMap(({ document }) => claimsOf(document.room)))
      expect(await store.holderOf(claim)).toBeNull();
    expect(await store.countOpen()).toEqual({ waiting: 0, playing: 0 });
    expect(await store.commit([{ writes: [one] }])).toEqual([{ kind: "saved" }]);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("takes a document back that no events make, where its commit fails", async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    const store = open();
    const room = created(waitingRoom("a", john));
    await store.commit([{ writes: [room] }]);
    const other = { ...moved(room), making: null };
    const twoOfOneName = [created(waitingRoom("b", jane)), created(waitingRoom("c", jane))];
    const units = [{ writes: [other] }, { writes: twoOfOneName }];
    expect(await store.commit(units).catch((error: unknown) => error)).toBeInstanceOf(Error);
    expect(await store.load(room.document.room.roomId)).toEqual(room.document);
    expect(await store.commit([{ writes: [other] }])).toEqual([{ kind: "saved" }]);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("leaves a name to the room that is open where two had it that were two names once", async () => {
    const other = created(waitingRoom("other", asUserId("7")));
    const { room } = other.document;
    const store = await openEarlier(2, (database) => {
      const saved = JSON.stringify({ room, tail: [], outcomes: [] });
      database.run("INSERT INTO game_states VALUES (?, 1, ?, NULL)", [room.roomId, saved]);
      database.run(
        `INSERT INTO game_rooms
         SELECT ?, game_type, room_name, '7', 'waiting', '["7"]', listing, 1, NULL, NULL FROM game_rooms`,
        [room.roomId],
      );
    });
    const name = nameClaim(first.document.room.roomName);
    const holder = await store.holderOf(name);
    const over =
      holder === room.roomId ? changed(first, finishedRoom("old")) : changed(other, closedRoom("other"));
    expect(await store.commit([{ writes: [over] }])).toEqual([{ kind: "saved" }]);
    expect(await store.holderOf(name)).toBe(holder);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("keeps games in the form that earlier versions read", async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    const store = open();
    const first = created(biggerDiceRoom("a"));
    await store.commit([{ writes: [first] }]);
    await store.commit([{ writes: [moved(first)] }]);
    await store.close();
    const database = new Database(file());
    const [row] = database.query<{ document: Uint8Array }, []>("SELECT document FROM game_states").all();
    database.close();
    expect(JSON.parse(textOf(row?.document ?? ""))).toMatchObject({ room: { game: keptBiggerDice } });
    rmSync(folder, { recursive: true, force: true });
  });

  it("refuses a file of a newer version, and leaves in it what earlier ones refuse", async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    await open().close();
    const database = new Database(file());
    // Those read this table alone, and end where a move has no `making`.
    const [row] = database.query<{ moves: string }, []>("SELECT moves FROM room_moves").all();
    expect(JSON.parse(row?.moves ?? "[]")).toEqual([{ by: "a later version" }]);
    database.run("INSERT INTO migrations (component, number) VALUES ('rooms', 99)");
    database.close();
    expect(() => open()).toThrow(/newer version/);
    rmSync(folder, { recursive: true, force: true });
  });

  it("no longer brings a room whose rematch is over among those that go on", async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    const store = open();
    const ended = created({ ...finishedRoom("over"), rematch: { kind: "open", offers: [] } });
    await store.commit([{ writes: [ended] }]);
    const count = async () => (await Array.fromAsync(store.inPlay(0))).length;
    expect(await count()).toBe(1);
    await store.commit([{ writes: [changed(ended, finishedRoom("over"))] }]);
    expect(await count()).toBe(0);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("counts a person's open rooms among her last ones", async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    const store = open();
    const rooms = [
      ...Array.from({ length: recentRooms + 1 }, (_, n) => ({ ...finishedRoom(`f${n}`), createdAt: 10 + n })),
      { ...playingRoom("open"), createdAt: 100 },
    ];
    await store.commit(rooms.map((room) => ({ writes: [created(room)] })));
    const names = (await store.roomsOf(john)).map(({ room }) => room.roomName);
    const over = Array.from({ length: recentRooms - 1 }, (_, n) => `room f${n + 2}`);
    expect(names).toEqual([...over, "room open"]);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("lists rooms of one moment by their ids", async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    const store = open();
    const rooms = Array.from({ length: 9 }, (_, n) => waitingRoom(`r${n}`, asUserId(`${100 + n}`)));
    await store.commit(rooms.map((room) => ({ writes: [created(room)] })));
    const ids = rooms.map(({ roomId }) => roomId).toSorted();
    expect((await store.list(someGame)).map(({ roomId }) => roomId)).toEqual(ids);
    expect((await store.waiting(someGame, 3)).map(({ room }) => room.roomId)).toEqual(ids.slice(0, 3));
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("refuses a second process on the same file, and says so", async () => {
    folder = mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
    const store = open();
    const script = `import { openSqliteRoomStore } from ${JSON.stringify(join(import.meta.dir, "sqlite.ts"))};
      try { openSqliteRoomStore({ path: process.argv[1], rules: { evolve: (room) => room } }); } catch (error) { console.log(error.name); }`;
    const second = Bun.spawn([process.execPath, "-e", script, file()], { stdout: "pipe", stderr: "pipe" });
    expect(await new Response(second.stdout).text()).toBe("StoreInUse\n");
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

describe("the catalogue in SQLite", () => {
  it("is seeded from the games, once, and leaves alone what is there", async () => {
    const catalogue = openSqliteCatalogue(":memory:");
    const seeded = gameTypeOf(biggerDice);
    await catalogue.seed([seeded]);
    await catalogue.seed([{ ...seeded, name: "Another name" }]);
    expect(await catalogue.active()).toEqual([seeded]);
    await catalogue.close();
  });
});
