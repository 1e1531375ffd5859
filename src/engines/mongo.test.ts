import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { EngineProblem } from "./engine.ts";
import { findMongod, ownMongod, type OwnMongod } from "./mongo-fixture.ts";
import { connectMongo, type MongoConnection } from "./mongo.ts";

async function problem(work: Promise<unknown>): Promise<EngineProblem | null> {
  return work.then(
    () => null,
    (error: unknown) => {
      if (error instanceof EngineProblem) return error;
      throw error;
    },
  );
}

it("says in one line that nobody is there, and keeps the password to itself", async () => {
  const found = await problem(connectMongo("mongodb://blazing:secret@127.0.0.1:1/rooms?replicaSet=rs0"));
  expect(found?.kind).toBe("away");
  expect(found?.message).toStartWith(
    "MongoDB: mongodb://blazing:***@127.0.0.1:1/rooms?replicaSet=rs0 does not ",
  );
  expect(found?.message).not.toContain("\n");
}, 15_000);

it.each(["http://127.0.0.1:1", "mongodb://", "mongodb://127.0.0.1:1/?replicaSett=rs0"])(
  "refuses the address %s",
  async (url) => {
    const found = await problem(connectMongo(url));
    expect(found?.kind).toBe("refused");
    expect(found?.message).toStartWith("MongoDB: MONGODB_URL cannot be used (");
  },
);

const program = findMongod();

describe.skipIf(program === null)("a mongod of one's own", () => {
  let mongod: OwnMongod;

  beforeAll(() => {
    mongod = ownMongod(program ?? "");
  });
  afterAll(() => mongod.cleanUp());

  it("says what it needs, step by step, until it can be used; and what is wrong afterwards", async () => {
    await mongod.start();
    for (const url of [mongod.url, `mongodb://${mongod.host}/own`]) {
      const alone = await problem(connectMongo(url));
      expect(alone?.kind).toBe("refused");
      expect(alone?.message).toContain("is no replica set");
    }

    await mongod.stop("SIGTERM");
    await mongod.start("--replSet", "own");
    const waiting = await problem(connectMongo(mongod.url));
    expect(waiting?.kind).toBe("away");
    expect(waiting?.message).toContain("rs.initiate()");

    await mongod.initiate();
    const other = await problem(connectMongo(mongod.url.replace("replicaSet=own", "replicaSet=rs0")));
    expect(other?.kind).toBe("refused");
    expect(other?.message).toContain("write replicaSet=own.");

    const connection = await connectMongo(mongod.url);
    expect(connection.db.databaseName).toBe("own");
    await connection.db.collection("things").insertOne({ some: 1 });
    await seesARestart(connection);
    await connection.close();

    const unnamed = await connectMongo(`mongodb://${mongod.host}/?replicaSet=own`);
    expect(unnamed.db.databaseName).toBe("blazing_sun");
    await unnamed.close();
  }, 60_000);

  async function seesARestart(connection: MongoConnection): Promise<void> {
    await connection.check();
    await mongod.stop();
    const gone = await problem(connection.check());
    expect([gone?.kind, gone?.message.includes("\n")]).toEqual(["away", false]);
    await mongod.start("--replSet", "own");
    while ((await problem(connection.check())) !== null) await Bun.sleep(20);
    expect(await connection.db.collection("things").countDocuments()).toBe(1);
  }

  it("answers everybody when the server dies or freezes, and goes on afterwards", async () => {
    const connection = await connectMongo(mongod.url);
    const things = connection.db.collection("things");
    const manyReads = () => Promise.allSettled(Array.from({ length: 100 }, () => things.findOne()));
    const failed = (results: readonly PromiseSettledResult<unknown>[]) =>
      results.filter(({ status }) => status === "rejected").length;

    // Three times, since it depends on what of the end is seen first; a connection that is lost each time would show.
    for (let death = 0; death < 3; death += 1) {
      expect(failed(await manyReads())).toBe(0);
      await mongod.stop();
      expect(failed(await manyReads())).toBe(100);
      await mongod.start("--replSet", "own");
      while ((await problem(connection.check())) !== null) await Bun.sleep(20);
    }

    mongod.signal("SIGSTOP");
    const asked = performance.now();
    expect((await problem(connection.check()))?.message).toContain("no answer within");
    expect(performance.now() - asked).toBeLessThan(3_000);
    expect(failed(await manyReads())).toBe(100);
    expect(performance.now() - asked).toBeLessThan(20_000);
    mongod.signal("SIGCONT");
    expect(failed(await manyReads())).toBe(0);
    await connection.close();
  }, 90_000);

  it("refuses who has no credentials, or wrong ones", async () => {
    const createUser = { createUser: "blazing", pwd: "sun", roles: [{ role: "readWrite", db: "own" }] };
    await mongod.run(createUser);
    await mongod.stop("SIGTERM");
    await mongod.start("--replSet", "own", ...mongod.withAccess());

    const withUser = (user: string) => mongod.url.replace("//", `//${user}@`) + "&authSource=admin";
    for (const url of [mongod.url, withUser("blazing:moon")]) {
      const found = await problem(connectMongo(url));
      expect(found?.kind).toBe("refused");
      expect(found?.message).toContain("refuses the credentials");
    }
    const connection = await connectMongo(withUser("blazing:sun"));
    await connection.close();
  }, 60_000);
});
