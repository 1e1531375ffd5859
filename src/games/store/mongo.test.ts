import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { MongoClient, type CommandStartedEvent } from "mongodb";
import {
  biggerDiceRoom,
  changed,
  created,
  finishedRoom,
  idOf,
  keptBiggerDice,
  moved,
  playingRoom,
  waitingRoom,
  someGame,
} from "./contract-fixture.ts";
import { roomStoreContract } from "./contract.ts";
import { biggerDice } from "../bigger-dice/bigger-dice.ts";
import { roomRules } from "../rooms/room-rules.ts";
import { openMongoRoomStore } from "./mongo.ts";
import type { RoomDocument } from "./port.ts";
import { connectMongo, type MongoConnection } from "../../engines/mongo.ts";
import { asUserId } from "../../protocol/index.ts";
import { runningEngines } from "../../../tests/cluster/engines.ts";

const engines = runningEngines();

describe.skipIf(engines === null)("on a real server", () => {
  const url = new URL(engines?.mongodbUrl ?? "mongodb://nowhere");
  url.pathname = `/test_${crypto.randomUUID().replaceAll("-", "")}`;
  let mongo: MongoConnection;
  let second: MongoConnection;

  beforeAll(async () => {
    mongo = await connectMongo(url.href);
    second = await connectMongo(url.href);
  });
  afterAll(async () => {
    await mongo.db.dropDatabase();
    await mongo.close();
    await second.close();
  });

  async function emptyStore() {
    const store = await openMongoRoomStore(mongo.db, roomRules([biggerDice]));
    await Promise.all(["game_states", "game_rooms"].map((name) => mongo.db.collection(name).deleteMany({})));
    return store;
  }

  roomStoreContract("MongoDB", {
    open: emptyStore,
    reopen: () => openMongoRoomStore(mongo.db, roomRules([biggerDice])),
    openSecond: () => openMongoRoomStore(second.db, roomRules([biggerDice])),
    cleanUp: () => Promise.resolve(),
  });

  it("makes its indexes once, also from several processes at the same time", async () => {
    await mongo.db.dropDatabase();
    await Promise.all(
      [mongo, second, mongo, second].map(({ db }) => openMongoRoomStore(db, roomRules([biggerDice]))),
    );
    expect((await mongo.db.collection("game_rooms").indexes()).length).toBe(7);
    expect((await mongo.db.collection("game_states").indexes()).length).toBe(2);
  });

  it("finds everything by an index and in the index's order", async () => {
    const store = await emptyStore();
    const rooms = Array.from({ length: 250 }, (_, n) =>
      created(waitingRoom(`r${n}`, asUserId(`${100 + n}`))),
    );
    await store.commit(rooms.map((write) => ({ writes: [write] })));
    await store.commit([{ writes: [created(playingRoom("playing"))] }]);
    await store.commit([{ writes: [created(finishedRoom("finished"))] }]);

    await mongo.db.command({ profile: 2 });
    await store.load(playingRoom("playing").roomId);
    await store.holderOf("name:room playing");
    await store.roomsOf(asUserId("2"));
    await store.list(someGame);
    await store.waiting(someGame, 10);
    await store.due(1e12, 10);
    await readAll(store.unarchived());
    await readAll(store.inPlay(0));
    await mongo.db.command({ profile: 0 });

    const profile = mongo.db.collection("system.profile");
    const looks = await profile.find({ ns: /game_(rooms|states)$/ }).toArray();
    expect(looks.length).toBeGreaterThan(20);
    const isWasteful = { $or: [{ planSummary: /COLLSCAN/ }, { hasSortStage: true }] };
    expect(await profile.find({ ns: /game_/, ...isWasteful }).toArray()).toEqual([]);
  });

  it("writes the rolls of many rooms in one message, on the disks of a majority", async () => {
    const client = new MongoClient(url.href, { monitorCommands: true }); // with no wish of its own
    const sent: CommandStartedEvent[] = [];
    client.on("commandStarted", (event) => sent.push(event));
    const store = await openMongoRoomStore(client.db(), roomRules([biggerDice]));
    const rooms = Array.from({ length: 256 }, (_, n) =>
      created(playingRoom(`many${n}`, asUserId(`${1000 + n}`), asUserId(`${2000 + n}`))),
    );
    await store.commit(rooms.map((write) => ({ writes: [write] })));
    const durable = { w: "majority", j: true };
    const commits = sent.filter(({ commandName }) => commandName === "commitTransaction");
    expect(commits.length).toBe(rooms.length);
    for (const { command } of commits) expect(command).toMatchObject({ writeConcern: durable });

    sent.length = 0;
    const [rolls, nextRolls] = [rooms.map(moved), rooms.map(moved).map(moved)];
    const results = await store.commit([...rolls, ...nextRolls].map((write) => ({ writes: [write] })));
    expect(results.every(({ kind }) => kind === "saved")).toBe(true);
    expect(sent.map(({ command }) => (command as { writeConcern?: unknown }).writeConcern)).toEqual([
      expect.objectContaining(durable) as unknown,
    ]);
    expect((await store.load(playingRoom("many7").roomId))?.version).toBe(3);
    await client.close();
  });

  it("saves outcomes as platforms of an earlier version, which go on beside this one, read them", async () => {
    const store = await emptyStore();
    const first = created(playingRoom("a"));
    const { document } = first;
    const outcomes = [
      { userId: asUserId("1"), commandIds: "one another ", said: [3, "NOT_YOUR_TURN"] },
    ] as const;
    await store.commit([{ writes: [{ ...first, document: { ...document, outcomes } }] }]);
    const [saved] = await mongo.db.collection<{ outcomes: string }>("game_states").find({}).toArray();
    expect(JSON.parse(saved?.outcomes ?? "")).toEqual({
      "1": [
        ["one", 3],
        ["another", "NOT_YOUR_TURN"],
      ],
    });
    expect((await store.load(document.room.roomId))?.outcomes).toEqual(outcomes);
  });

  it("keeps games in the form that earlier versions read", async () => {
    const store = await emptyStore();
    const first = created(biggerDiceRoom("a"));
    await store.commit([{ writes: [first] }]);
    await store.commit([{ writes: [moved(first)] }]);
    const [saved] = await mongo.db.collection<{ state: { game: string } }>("game_states").find({}).toArray();
    expect(JSON.parse(saved?.state.game ?? "")).toEqual(keptBiggerDice);
  });

  it("can be read by an operator", async () => {
    const store = await emptyStore();
    const first = created({ ...playingRoom("a"), createdAt: 1_000, startedAt: 3_000 });
    const over = changed(first, {
      ...finishedRoom("a"),
      createdAt: 1_000,
      startedAt: 3_000,
      finishedAt: 9_000,
    });
    await store.commit([{ writes: [first] }, { writes: [over] }]);
    expect(await mongo.db.collection("game_rooms").findOne()).toMatchObject({
      _id: idOf(first),
      game_type: someGame,
      room_name: "room a",
      host_id: "1",
      status: "finished",
      players: ["1", "2"],
      created_at: new Date(1_000),
      started_at: new Date(3_000),
      finished_at: new Date(9_000),
    });
    expect(await mongo.db.collection("game_states").findOne()).toMatchObject({
      room_id: idOf(first),
      game_type: someGame,
      version: 2,
      state: { status: "finished", seq: 9, game: '{"nested":[1,{"deep":null}]}' },
      updated_at: expect.any(Date) as unknown,
    });
  });
});

async function readAll(rooms: AsyncIterable<RoomDocument>): Promise<void> {
  for await (const _room of rooms);
}
