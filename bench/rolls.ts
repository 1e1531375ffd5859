/**
 * Rolls of the embedded platform, each saved on disk before it is acknowledged: how many a second with 256
 * outstanding over 1,000 rooms, and how long one takes at 1,000 a second.
 *
 *   npm run bench -- rolls [seconds]
 *
 * The platform runs as its own process, bound to one processor where `taskset` is there; the players are in this
 * one, on another. A roll's time is from the send to the player's own `rolled` frame. Before and after it the least that
 * the runtime does (floor.ts) is measured on the same processors: messages that go back to their senders.
 */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { measureEchoes } from "./floor.ts";
import { describeMachine, percentile, processorSeconds, stayOnProcessor, summary } from "./machine.ts";
import { Load, seatEveryone } from "./tables.ts";
import { startPlatform } from "../tests/platform.ts";

const rooms = 1_000;
const outstanding = 256;
const steadyRate = 1_000;
const limitScale = 1_000;
const floorSeconds = 3;
/** The compiler is at work for some seconds, and all first games end at about the same time. */
const warmSeconds = 6;

export async function benchRolls(seconds = 10): Promise<void> {
  stayOnProcessor(1);
  console.log(`rolls, embedded: ${describeMachine()}; WS_GATEWAY_LIMIT_SCALE=${limitScale}`);
  const floors = [await measureEchoes(floorSeconds)];
  const platform = await startPlatform(
    { WS_GATEWAY_LIMIT_SCALE: String(limitScale), TURN_CLOCK_MS: "3600000", LOG_LEVEL: "warn" },
    { onProcessor: 0 },
  );
  try {
    console.log(
      `  disk: ${singleCommits(platform.dataDir).toFixed(0)} single durable commits a second (SQLite, FULL)`,
    );
    const socketUrl = `${platform.url.replace("http", "ws")}/ws`;
    const tables = await seatEveryone(join(platform.dataDir, "keys", "jwt_private.pem"), [socketUrl], rooms);
    const load = new Load(tables, outstanding);
    await load.closedLoop(warmSeconds);
    const before = processorSeconds(platform.pid);
    const { rolls, elapsed, times } = await load.closedLoop(seconds);
    const rate = rolls / elapsed;
    const processor = (processorSeconds(platform.pid) - before) / elapsed;
    console.log(
      `  ${outstanding} outstanding, ${rooms} rooms: ${rate.toFixed(0)} acknowledged rolls/s ` +
        `(server ${(processor * 100).toFixed(0)} % of a processor); ${summary(times)}`,
    );
    const steady = await load.openLoop(steadyRate, seconds);
    const steadily = (steady.rolls / steady.elapsed).toFixed(0);
    console.log(`  at ${steadyRate} rolls/s (got ${steadily}): ${summary(steady.times)}`);
    for (const { players } of tables) for (const player of players) player.close();
    await platform.stop();
    floors.push(await measureEchoes(floorSeconds));
    const rates = floors.map((floor) => floor.rate);
    console.log(
      `  the floor: ${rates.map((each) => each.toFixed(0)).join(" and ")} messages/s back to their senders; ` +
        `rolls at ${((rate * rates.length) / rates.reduce((one, other) => one + other)).toFixed(3)} of it`,
    );
  } finally {
    await platform.cleanUp();
  }
}

/** What the disk gives without any of our code: the baseline. */
function singleCommits(folder: string): number {
  const database = new Database(join(folder, "baseline.sqlite"), { create: true });
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA synchronous = FULL");
  database.run("CREATE TABLE t (v TEXT)");
  const insert = database.prepare("INSERT INTO t VALUES (?)");
  const times: number[] = [];
  for (let number = 0; number < 500; number += 1) {
    const start = performance.now();
    insert.run("x".repeat(100));
    times.push(performance.now() - start);
  }
  database.close();
  return (
    1000 /
    percentile(
      times.toSorted((a, b) => a - b),
      0.5,
    )
  );
}
