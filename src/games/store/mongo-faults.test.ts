import { afterAll, afterEach, beforeAll, describe, expect, it } from "bun:test";
import { changed, created, idOf, moved, playingRoom, waitingRoom } from "./contract-fixture.ts";
import { biggerDice } from "../bigger-dice/bigger-dice.ts";
import { roomRules } from "../rooms/room-rules.ts";
import { openMongoRoomStore } from "./mongo.ts";
import type { RoomStore, UnitResult, Write } from "./port.ts";
import { findMongod, ownMongod, type OwnMongod } from "../../engines/mongo-fixture.ts";
import { connectMongo, type MongoConnection } from "../../engines/mongo.ts";
import { asUserId } from "../../protocol/index.ts";

const program = findMongod();
const options = ["--replSet", "own", "--setParameter", "enableTestCommands=1"];
const limitMs = 60_000;

describe.skipIf(program === null)("rooms in a mongod of one's own", () => {
  let mongod: OwnMongod;
  let mongo: MongoConnection;
  let store: RoomStore;

  beforeAll(async () => {
    mongod = ownMongod(program ?? "");
    await mongod.start(...options);
    await mongod.initiate();
    mongo = await connectMongo(mongod.url);
    store = await openMongoRoomStore(mongo.db, roomRules([biggerDice]));
  }, limitMs);
  afterAll(async () => {
    await mongo.close();
    await mongod.cleanUp();
  });
  afterEach(() => mongod.run({ configureFailPoint: "failCommand", mode: "off" }));

  function commit(...writes: readonly Write[]): Promise<readonly UnitResult[]> {
    return store.commit(writes.map((write) => ({ writes: [write] })));
  }

  /** Lets the next such commands go wrong, in the server itself. */
  async function fail(command: string, data: Readonly<Record<string, unknown>>, times = 1): Promise<void> {
    const failure = { failCommands: [command], appName: "blazing_sun", ...data };
    await mongod.run({ configureFailPoint: "failCommand", mode: { times }, data: failure });
  }

  function rooms(name: string, count: number): readonly Write[] {
    const base = Math.floor(Math.random() * 1e9);
    return Array.from({ length: count }, (_, n) =>
      created(playingRoom(`${name}${n}`, asUserId(`${base + 2 * n}`), asUserId(`${base + 2 * n + 1}`))),
    );
  }

  it("does not call saved what no majority has acknowledged", async () => {
    const [one, two, three] = rooms("majority", 3) as [Write, Write, Write]; // as many as were asked for
    await commit(one, two, three);
    // Done on this server, and nothing known about others.
    const unacknowledged = { writeConcernError: { code: 64, errmsg: "waiting for replication timed out" } };
    await fail("update", unacknowledged);
    expect(await commit(moved(one)).then(String, String)).toContain("replication timed out");
    expect(await commit(moved(one))).toEqual([{ kind: "conflict" }]);

    await fail("update", unacknowledged);
    expect(await commit(moved(one), moved(two), moved(three)).then(String, String)).toContain("timed out");
    expect(await commit(moved(one), moved(two))).toEqual([{ kind: "conflict" }, { kind: "conflict" }]);
  });

  it("finds out what became of a save of which the answer was lost", async () => {
    const made = rooms("lost", 3);
    await fail("commitTransaction", { writeConcernError: { code: 91, errmsg: "shutting down" } });
    expect(await commit(...made)).toEqual(made.map(() => ({ kind: "saved" })));
    await fail("commitTransaction", { closeConnection: true });
    const begun = rooms("begun", 1);
    expect(await commit(...begun)).toEqual([{ kind: "saved" }]);
    await fail("update", { closeConnection: true });
    expect(await commit(...made.map(moved))).toEqual(made.map(() => ({ kind: "saved" })));
    for (const write of made) expect((await store.load(idOf(write)))?.version).toBe(2);
  });

  it(
    "takes a room back within seconds from a program that died in a transaction",
    async () => {
      const [room] = rooms("orphaned", 1) as [Write]; // one was asked for
      await commit(room);
      const script = `import { MongoClient } from "mongodb";
        const client = new MongoClient(process.argv[1]);
        const session = client.startSession();
        session.startTransaction();
        const states = client.db().collection("game_states");
        await states.updateOne({ _id: process.argv[2] }, { $set: { version: 7 } }, { session });
        process.kill(process.pid, "SIGKILL");`;
      const victim = Bun.spawn([process.execPath, "-e", script, mongod.url, idOf(room)], {
        cwd: import.meta.dir,
        stderr: "inherit",
      });
      await victim.exited;
      expect(victim.signalCode).toBe("SIGKILL");
      const died = performance.now();
      let results: readonly UnitResult[] = [];
      while (results[0]?.kind !== "saved" && performance.now() - died < 30_000)
        results = await commit(moved(room)).catch(() => []);
      expect(results).toEqual([{ kind: "saved" }]);
      expect(performance.now() - died).toBeLessThan(20_000);
    },
    limitMs,
  );

  it("begins a transaction again that met another one", async () => {
    const [room] = rooms("transient", 1) as [Write]; // one was asked for
    await fail("insert", { errorCode: 112, errorLabels: ["TransientTransactionError"] }, 3);
    expect(await commit(room)).toEqual([{ kind: "saved" }]);
    expect(await store.holderOf("name:room transient0")).toBe(idOf(room));
  });

  it("leaves nothing behind of a unit that went wrong in the middle", async () => {
    const [old] = rooms("half", 1) as [Write]; // one was asked for
    await commit(old);
    const next = created(waitingRoom("half next", asUserId("77")));
    await fail("insert", { errorCode: 8 });
    const unit = { writes: [moved(old), next] };
    expect(await store.commit([unit]).then(String, String)).toContain("failCommand");
    expect((await store.load(idOf(old)))?.version).toBe(1);
    expect(await store.load(idOf(next))).toBeNull();
    expect(await store.commit([unit])).toEqual([{ kind: "saved" }]);
  });

  it(
    "goes on after the server was killed, with everything that it had called saved",
    async () => {
      const made = rooms("killed", 20);
      await commit(...made);
      const killing = { isOver: false };
      const saved = new Map(made.map((write) => [idOf(write), write]));

      async function play(first: Write): Promise<number> {
        let last = first;
        let count = 0;
        while (!killing.isOver) {
          // Some change the room itself, and are transactions.
          const next = count % 5 === 4 ? { ...moved(last), roomChanged: true } : moved(last);
          const result = await commit(next).catch(() => null);
          const there = result?.[0]?.kind === "saved" ? next.document : await whatIsThere(last);
          if (there === null) continue;
          expect(there.version).toBeOneOf(
            result === null ? [last.document.version, next.document.version] : [next.document.version],
          );
          last = changed(last, last.document.room, there.version);
          saved.set(idOf(last), last);
          count += 1;
        }
        return count;
      }
      async function whatIsThere(write: Write) {
        return store.load(idOf(write)).catch(() => null);
      }

      const playing = made.map(play);
      const total = () => [...saved.values()].reduce((sum, { document }) => sum + document.version, 0);
      const enough = async (more: number) => {
        const before = total();
        while (total() < before + more) await Bun.sleep(5);
      };
      for (let kill = 0; kill < 3; kill += 1) {
        await enough(200);
        await mongod.stop();
        await mongod.start(...options);
        await enough(200);
      }
      killing.isOver = true;
      await Promise.all(playing);
      for (const write of saved.values()) {
        expect((await store.load(idOf(write)))?.version).toBe(write.document.version);
      }
    },
    limitMs,
  );
});
