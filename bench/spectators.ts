/**
 * One game of the embedded platform with 5,000 people watching it: whether each of them gets every event, in order,
 * and what the crowd costs the players, at one roll a second.
 *
 *   npm run bench -- spectators [seconds]
 *
 * The platform is bound to one processor where `taskset` is there; the crowd and the players are processes of their
 * own on the others. A roll's time is from the send to the roller's own `rolled` frame.
 */
import { join } from "node:path";
import type { CrowdArrived, CrowdSaw } from "./crowd.ts";
import { describeMachine, processorSeconds, summary } from "./machine.ts";
import { Load, seatEveryone, type Table } from "./tables.ts";
import { startPlatform, type Platform } from "../tests/platform.ts";

const spectators = 5_000;
const limitScale = 1_000;
/** The shortest game is ten rounds of two rolls, and no rematch should come into it. */
const rollsOfOneGame = 19;

export async function benchSpectators(seconds = 60): Promise<void> {
  console.log(`spectators, embedded: ${describeMachine()}; WS_GATEWAY_LIMIT_SCALE=${limitScale}`);
  const platform = await startPlatform(
    { WS_GATEWAY_LIMIT_SCALE: String(limitScale), TURN_CLOCK_MS: "3600000", LOG_LEVEL: "warn" },
    { onProcessor: 0 },
  );
  try {
    const keyFile = join(platform.dataDir, "keys", "jwt_private.pem");
    const socketUrl = `${platform.url.replace("http", "ws")}/ws`;
    const games = Math.ceil(seconds / rollsOfOneGame);
    const tables = await seatEveryone(keyFile, [socketUrl], 2 * games);
    console.log(`  alone, 1 roll/s: ${await playAtOneRollASecond(platform, tables.slice(0, games))}`);

    const watched = tables.slice(games);
    const told = countCrowdNews(watched);
    const crowd = await gather(socketUrl, keyFile, watched);
    console.log(
      `  ${spectators} people came to ${games} games in ${crowd.seconds.toFixed(1)} s; a player was told ` +
        `${(told() / games).toFixed(0)} times for each game`,
    );
    console.log(`  watched, 1 roll/s: ${await playAtOneRollASecond(platform, watched)}`);
    const { events, deliveries, outOfLine, short } = await crowd.ask();
    console.log(
      `  each should have ${events} events: ${deliveries} deliveries, ${outOfLine} out of line, ` +
        `${short} people short of any`,
    );
    if (outOfLine + short > 0) throw new Error("The crowd did not see the games as they were.");
  } finally {
    await platform.cleanUp();
  }
}

/** One game after the other; answers what a roll took, and the server's part of a processor. */
async function playAtOneRollASecond(platform: Platform, tables: readonly Table[]): Promise<string> {
  const times: number[] = [];
  const before = processorSeconds(platform.pid);
  const start = performance.now();
  for (const table of tables) {
    times.push(...(await new Load([table], 1).openLoop(1, rollsOfOneGame - 0.5)).times);
  }
  const elapsed = (performance.now() - start) / 1000;
  const processor = (100 * (processorSeconds(platform.pid) - before)) / elapsed;
  return `${summary(times)}; server ${processor.toFixed(0)} % of a processor`;
}

/** How often the first player of each table was told that people came or went. */
function countCrowdNews(tables: readonly Table[]): () => number {
  let told = 0;
  for (const { players } of tables) {
    players[0].onFrame = ({ type }) => {
      if (type.startsWith("games.event.spectator_")) told += 1;
    };
  }
  return () => told;
}

async function gather(socketUrl: string, keyFile: string, tables: readonly Table[]) {
  const rooms = tables.map(({ roomId }) => roomId);
  const program = join(import.meta.dir, "crowd.ts");
  // Behind the players, with whom it shares what is left of the machine: their clock should not count its work.
  const behind = Bun.which("nice") === null ? [] : ["nice", "-n", "19"];
  const line = [...behind, process.execPath, program, socketUrl, keyFile, String(spectators), ...rooms];
  const child = Bun.spawn(line, {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const lines = linesOf(child.stdout);
  const arrived = JSON.parse(await lines()) as CrowdArrived; // as crowd.ts says it
  return {
    seconds: arrived.seconds,
    async ask(): Promise<CrowdSaw> {
      void child.stdin.write("now\n");
      void child.stdin.flush();
      return JSON.parse(await lines()) as CrowdSaw; // as crowd.ts says it
    },
  };
}

function linesOf(stream: ReadableStream<Uint8Array>): () => Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  return async () => {
    while (!text.includes("\n")) {
      const { done, value } = await reader.read();
      if (done) throw new Error("The crowd has ended before its time.");
      text += decoder.decode(value, { stream: true });
    }
    const [line = "", ...rest] = text.split("\n");
    text = rest.join("\n");
    return line;
  };
}
