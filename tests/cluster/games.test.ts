import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { startCluster, type Cluster } from "./cluster.ts";
import { runningEngines } from "./engines.ts";
import { join, playOneGame } from "../game-play.ts";

const engines = runningEngines();

describe.skipIf(engines === null)("two gateways and two platforms", () => {
  let cluster: Cluster;

  beforeAll(async () => {
    if (engines !== null) cluster = await startCluster(engines);
  });
  afterAll(() => cluster.cleanUp());

  const urls = () => cluster.platforms.map(({ url }) => url) as [string, string];

  it("let two people on different gateways play whole games, with one truth on both platforms", async () => {
    const [one, two] = urls();
    const [host, guest] = await Promise.all([join(one), join(two)]);
    await playOneGame(one, host, guest, "across");
    await playOneGame(two, guest, host, "and back");
    for (const { client } of [host, guest]) client.close();
  });

  it("are ready, each with its engines", async () => {
    for (const member of [...cluster.gateways, ...cluster.platforms]) {
      expect(await member.ready()).toMatchObject({ ready: true, reasons: [] });
    }
  });

  it("serve many games at once", async () => {
    const [one, two] = urls();
    const tables = Array.from({ length: 10 }, async (_, n) => {
      const [host, guest] = await Promise.all([join(n % 2 === 0 ? one : two), join(n % 3 === 0 ? one : two)]);
      await playOneGame(n % 2 === 0 ? two : one, host, guest, `table ${n}`);
      for (const { client } of [host, guest]) client.close();
    });
    await Promise.all(tables);
  });
});
