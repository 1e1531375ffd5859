import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { startCluster, type Cluster } from "./cluster.ts";
import { runningEngines } from "./engines.ts";
import { join, playOneGame, type Player } from "../game-play.ts";
import { signalEngine, startEngine, type EngineKey } from "../../tools/engines/control.ts";

const engines = runningEngines();
const tables = 4;
const awayMs = 10_000;
const backWithinMs = 10_000;

describe.skipIf(engines === null)("an engine that is away for ten seconds, under games", () => {
  let cluster: Cluster;
  const playing = { isOver: false, acknowledged: 0, games: 0 };
  let done: Promise<unknown>;

  beforeAll(async () => {
    if (engines === null) return;
    cluster = await startCluster(engines);
    done = Promise.all(Array.from({ length: tables }, (_, n) => playOn(n)));
  });
  afterAll(() => cluster.cleanUp());

  async function playOn(table: number): Promise<void> {
    const [one, two] = cluster.platforms.map(({ url }) => url) as [string, string];
    const [host, guest] = [counted(await join(one)), counted(await join(two))];
    for (let game = 1; !playing.isOver; game += 1) {
      await playOneGame(one, host, guest, `table ${table} game ${game}`);
      playing.games += 1;
    }
    for (const { client } of [host, guest]) client.close();
  }

  /** Notes each outcome that a command of this player gets. */
  function counted(player: Player): Player {
    player.client.onAny(({ type }) => {
      if (type === "games.event.bigger_dice.rolled") playing.acknowledged += 1;
    });
    return player;
  }

  async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isSo())) await Bun.sleep(50);
  }

  const members = () => [...cluster.gateways, ...cluster.platforms];
  const areReady = async (): Promise<boolean> =>
    (await Promise.all(members().map((member) => member.ready()))).every(({ ready }) => ready);

  for (const key of ["redis", "mongodb", "kafka", "postgresql"] as const satisfies readonly EngineKey[]) {
    it(`${key}: what was acknowledged is there, and all goes on soon after its return`, async () => {
      const before = playing.acknowledged;
      await until(() => playing.acknowledged > before + 20);
      await signalEngine(key);
      await Bun.sleep(awayMs);
      await startEngine(key);
      const returned = Date.now();
      const atReturn = playing.acknowledged;
      await until(areReady);
      await until(() => playing.acknowledged >= atReturn + 20);
      const ms = Date.now() - returned;
      console.log(`${key}: everything was back ${ms} ms after its return`);
      expect(ms).toBeLessThan(backWithinMs);
    }, 120_000);
  }

  it("let every game come to its end with a record that has each acknowledged roll once", async () => {
    playing.isOver = true;
    await done;
    expect(playing.games).toBeGreaterThan(0);
  }, 120_000);
});
