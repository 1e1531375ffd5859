import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { roomStoreContract } from "./contract.ts";
import { openMongoRoomStore } from "./mongo.ts";
import { connectMongo, type MongoConnection } from "../../engines/mongo.ts";
import { runningEngines } from "../../../tests/cluster/engines.ts";

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

  roomStoreContract("MongoDB", {
    async open() {
      const store = await openMongoRoomStore(mongo.db);
      await Promise.all(
        ["game_states", "game_rooms"].map((name) => mongo.db.collection(name).deleteMany({})),
      );
      return store;
    },
    reopen: () => openMongoRoomStore(mongo.db),
    cleanUp: () => Promise.resolve(),
  });

  it("makes its indexes once, also from several processes at the same time, and uses them", async () => {
    await Promise.all(Array.from({ length: 4 }, () => openMongoRoomStore(mongo.db)));
    const plans = await Promise.all([
      mongo.db
        .collection("game_states")
        .find({ due_at: { $lte: new Date() } })
        .sort({ due_at: 1 })
        .explain(),
      mongo.db.collection("game_rooms").find({ claims: "name:a" }).explain(),
      mongo.db.collection("game_rooms").find({ members: "1" }).sort({ created_at: 1, _id: 1 }).explain(),
      mongo.db.collection("game_rooms").find({ unarchived: true }).explain(),
      mongo.db
        .collection("game_rooms")
        .find({ game_type: "g", status: "waiting" })
        .sort({ created_at: 1 })
        .explain(),
      mongo.db
        .collection("game_rooms")
        .find({ game_type: "g", listing: { $exists: true } })
        .explain(),
    ]);
    for (const plan of plans) {
      const { queryPlanner } = plan as { queryPlanner: { parsedQuery: object; winningPlan: object } };
      const isScan = JSON.stringify(queryPlanner.winningPlan).includes("COLLSCAN");
      expect([queryPlanner.parsedQuery, isScan]).toEqual([queryPlanner.parsedQuery, false]);
    }
  });
});
