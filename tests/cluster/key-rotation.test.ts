import { afterAll, beforeAll, describe, it } from "bun:test";
import { dirname } from "node:path";
import { startCluster, type Cluster } from "./cluster.ts";
import { runningEngines } from "./engines.ts";
import { rotateUnderAGame } from "../key-rotation.ts";

const engines = runningEngines();

describe.skipIf(engines === null)("two gateways and two platforms", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    if (engines !== null) cluster = await startCluster(engines);
  });
  afterAll(() => cluster.cleanUp());

  it("change their keys under a game, and no socket ends", async () => {
    const urls = cluster.platforms.map(({ url }) => url) as [string, string];
    await rotateUnderAGame(urls, dirname(cluster.privateKey));
  }, 90_000);
});
