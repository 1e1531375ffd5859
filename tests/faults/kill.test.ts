import { expect, it } from "bun:test";
import { join, playOneGame, randomFrom } from "../game-play.ts";
import { startPlatform, type Platform } from "../platform.ts";

const kills = 50;

const seed = Number(process.env.SEED ?? 20_261_125);

it(
  `loses and doubles no acknowledged roll over ${kills} kills of the process (seed ${seed})`,
  async () => {
    const random = randomFrom(seed);
    const platform = await startPlatform();
    try {
      const [host, guest] = [await join(platform.url), await join(platform.url)];
      const killing = killAgainAndAgain(
        platform,
        random,
        () => host.acknowledged.length + guest.acknowledged.length,
      );
      let games = 0;
      while (!killing.isOver || games === 0) {
        await playOneGame(platform.url, host, guest, `game ${(games += 1)}`);
      }
      await killing.done;
      host.client.close();
      guest.client.close();
      expect(killing.count).toBe(kills);
    } finally {
      await platform.cleanUp();
    }
  },
  10 * 60_000,
);

/** Kills the process within a random few milliseconds after a random few rolls, and starts it again. */
function killAgainAndAgain(platform: Platform, random: () => number, rolls: () => number) {
  const killing = { count: 0, isOver: false, done: Promise.resolve() };
  async function run(): Promise<void> {
    while (killing.count < kills) {
      const enough = rolls() + Math.floor(random() * 5);
      while (rolls() < enough && rolls() > 0) await Bun.sleep(1);
      await Bun.sleep(random() * 12);
      await platform.kill();
      killing.count += 1;
      await platform.restart();
    }
    killing.isOver = true;
  }
  killing.done = run();
  return killing;
}
