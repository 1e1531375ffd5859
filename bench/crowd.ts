/**
 * A crowd that watches rooms, as a process of its own so that the players' clock does not wait for it.
 * It parses no frame of the game: each spectator's next one must be byte for byte what the first of them had in that
 * place, which holds order, loss and doubling together.
 *
 *   bun bench/crowd.ts SOCKET_URL KEY_FILE SPECTATORS ROOM_ID...
 *
 * Prints one line of JSON when everybody watches everything, and one more when a line comes on its standard input.
 */
import { connectPlayer, tokenMint } from "./players.ts";

/** What a crowd says when everybody is in. */
export interface CrowdArrived {
  readonly seconds: number;
}

/** What a crowd saw of the games, from the arrival of the last one on. */
export interface CrowdSaw {
  /** Frames of the game that one spectator should have. */
  readonly events: number;
  readonly deliveries: number;
  /** Frames that were not the next ones of the line. */
  readonly outOfLine: number;
  /** Spectators who have fewer than all. */
  readonly short: number;
}

const firstUserId = 2_000_000;
const atOnce = 100;
const isOfGame = (frame: string): boolean => frame.startsWith('{"type":"games.event.bigger_dice.');

async function watch(
  socketUrl: string,
  keyFile: string,
  size: number,
  rooms: readonly string[],
): Promise<void> {
  const mint = await tokenMint(keyFile);
  const line: string[] = [];
  const seen = new Uint32Array(size);
  let outOfLine = 0;
  const enter = async (index: number): Promise<void> => {
    const userId = firstUserId + index;
    const spectator = await connectPlayer(socketUrl, userId, await mint(userId));
    for (const roomId of rooms) {
      const isIn = Promise.withResolvers<void>();
      spectator.onFrame = ({ type }) => {
        if (type === "games.event.bigger_dice.state_sync") isIn.resolve();
        if (type === "system.error") isIn.reject(new Error(`Spectator ${index} was refused.`));
      };
      spectator.send({ type: "games.command.spectate", roomId, commandId: crypto.randomUUID() });
      await isIn.promise;
    }
    spectator.onText = (frame) => {
      if (!isOfGame(frame)) return;
      const place = seen[index] ?? 0;
      seen[index] = place + 1;
      if (place === line.length) line.push(frame);
      else if (line[place] !== frame) outOfLine += 1;
    };
  };
  const start = performance.now();
  for (let next = 0; next < size; next += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, size - next) }, (_, i) => enter(next + i)));
  }
  say({ seconds: (performance.now() - start) / 1000 } satisfies CrowdArrived);
  for await (const _ of console) {
    say({
      events: line.length,
      deliveries: seen.reduce((sum, count) => sum + count, 0),
      outOfLine,
      short: seen.filter((count) => count !== line.length).length,
    } satisfies CrowdSaw);
    process.exit(0);
  }
}

function say(what: CrowdArrived | CrowdSaw): void {
  console.log(JSON.stringify(what));
}

if (import.meta.main) {
  const [socketUrl = "", keyFile = "", size = "", ...rooms] = process.argv.slice(2);
  await watch(socketUrl, keyFile, Number(size), rooms);
}
