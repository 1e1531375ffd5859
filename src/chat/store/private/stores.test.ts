import { afterAll, beforeAll, describe } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { privateStoreContract } from "./contract.ts";
import { openMongoPrivateStore } from "./mongo.ts";
import { openSqlitePrivateStore } from "./sqlite.ts";
import { connectMongo, type MongoConnection } from "../../../engines/mongo.ts";
import { runningEngines } from "../../../../tests/cluster/engines.ts";

describe("in SQLite", () => {
  const folder = mkdtempSync(join(tmpdir(), "blazing-sun-private-"));
  let count = 0;
  afterAll(() => rmSync(folder, { recursive: true }));
  privateStoreContract("SQLite", {
    open: async () => openSqlitePrivateStore(join(folder, `${++count}.sqlite`)),
    openAgain: async () => openSqlitePrivateStore(join(folder, `${count}.sqlite`)),
  });
});

const engines = runningEngines();

describe.skipIf(engines === null)("on a real server", () => {
  let mongo: MongoConnection;

  beforeAll(async () => {
    const url = new URL(engines?.mongodbUrl ?? "");
    url.pathname = `/test_${crypto.randomUUID().replaceAll("-", "")}`;
    mongo = await connectMongo(url.href);
  });
  afterAll(async () => {
    await mongo.db.dropDatabase();
    await mongo.close();
  });

  privateStoreContract("MongoDB", {
    async open() {
      const store = await openMongoPrivateStore(mongo.db);
      await Promise.all(
        ["private_chats", "private_messages"].map((name) => mongo.db.collection(name).deleteMany({})),
      );
      return store;
    },
    openAgain: () => openMongoPrivateStore(mongo.db),
  });
});
