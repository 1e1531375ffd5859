import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { startCluster, type Cluster, type Member } from "./cluster.ts";
import { runningEngines } from "./engines.ts";
import { join, playOneGame, randomFrom } from "../game-play.ts";

const engines = runningEngines();
const seed = Number(process.env.SEED ?? 20_261_125);
const tables = 6;

describe.skipIf(engines === null)(`members that are killed in the middle of games (seed ${seed})`, () => {
  let cluster: Cluster;
  const random = randomFrom(seed);

  beforeAll(async () => {
    if (engines !== null) cluster = await startCluster(engines);
  });
  afterAll(() => cluster.cleanUp());

  it("lose and double no acknowledged roll: platforms and gateways, and their rebalances", async () => {
    const [one, two] = cluster.platforms.map(({ url }) => url) as [string, string];
    const killing = { isOver: false };
    let games = 0;
    const playing = Array.from({ length: tables }, async (_, table) => {
      const [host, guest] = await Promise.all([join(one), join(two)]);
      for (let game = 1; !killing.isOver || game === 1; game += 1) {
        // The record is asked for where nobody is killed.
        await playOneGame(one, host, guest, `table ${table} game ${game}`);
        games += 1;
      }
      for (const { client } of [host, guest]) client.close();
    });
    const [, secondGateway] = cluster.gateways;
    const [, secondPlatform] = cluster.platforms;
    // Pages of the first platform stay, so that somebody is there to hand out tokens; its services lose and win
    // partitions with each death and return of the second.
    const victims = [secondPlatform, secondGateway, secondPlatform].filter((each) => each !== undefined);
    for (const victim of victims) await killAndRestart(victim);
    killing.isOver = true;
    await Promise.all(playing);
    expect(games).toBeGreaterThanOrEqual(tables);
  }, 180_000);

  async function killAndRestart(member: Member): Promise<void> {
    await Bun.sleep(500 + random() * 1_500);
    await member.kill();
    // Long enough for the group to notice, or too short for it.
    await Bun.sleep(random() * 8_000);
    await member.restart();
  }
});
