/**
 * Two people finish their games on ways that break. `npm test -- ways` runs a hundred games, `RUNS=5000 npm test --
 * ways` more; a failure names the seed of its game, and `SEED=… RUNS=1 npm test -- ways` plays that game again.
 */
import { afterAll, beforeAll, expect, it } from "bun:test";
import { breakAgainAndAgain } from "./breaking.ts";
import { startFaultProxy, type FaultProxy } from "./proxy.ts";
import { join, playOneGame, randomFrom, type Player } from "../game-play.ts";
import { startPlatform, type Platform } from "../platform.ts";
import { openRoomFeed, type RoomFeed } from "../../src/sockets/index.ts";
import type { RoomId } from "../../src/protocol/index.ts";

const runs = Number(process.env.RUNS ?? 100);
const firstSeed = Number(process.env.SEED ?? 20_261_125);
const atOnce = 25;

let platform: Platform;
let inflicted = 0;
beforeAll(async () => {
  platform = await startPlatform({ WS_GATEWAY_LIMIT_SCALE: "100", LOG_LEVEL: "fatal" });
});
afterAll(() => platform.cleanUp());

it(
  `every roll that is acknowledged is played once, and every client sees the same line (seeds ${firstSeed} to ${firstSeed + runs - 1})`,
  async () => {
    const seeds = Array.from({ length: runs }, (_, n) => firstSeed + n);
    const failures: string[] = [];
    await Promise.all(
      Array.from({ length: Math.min(atOnce, runs) }, async () => {
        const pair = await openWays();
        for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
          const failure = await playOnBrokenWays(pair, seed).catch((error: unknown) => String(error));
          if (failure !== null) failures.push(`SEED=${seed}: ${failure}`);
        }
        for (const { client } of pair.players) client.close();
        for (const way of pair.ways) way.close();
      }),
    );
    console.log(`${runs} games, ${inflicted} faults`);
    expect(failures).toEqual([]);
    expect(inflicted).toBeGreaterThan(runs);
  },
  Math.max(120_000, runs * 3_000),
);

interface Pair {
  readonly ways: readonly FaultProxy[];
  readonly players: readonly [Player, Player];
}

/** Two people, each with a way of her own; they play one game after the other. */
async function openWays(): Promise<Pair> {
  const socketUrl = `${platform.url.replace("http", "ws")}/ws`;
  const [one, two] = [startFaultProxy(socketUrl), startFaultProxy(socketUrl)];
  const players = await Promise.all([join(platform.url, one.url), join(platform.url, two.url)]);
  return { ways: [one, two], players };
}

/** null, or what went wrong. */
async function playOnBrokenWays({ ways, players }: Pair, seed: number): Promise<string | null> {
  const random = randomFrom(seed);
  const [host, guest] = players;
  const lines = players.map((player) => new Line(player));
  const faults = breakAgainAndAgain(ways, random);
  try {
    await playOneGame(platform.url, host, guest, `game ${seed}`, (roomId) => {
      for (const line of lines) line.follow(roomId);
    });
    return lines.map((line) => line.fault()).find((fault) => fault !== null) ?? null;
  } finally {
    faults.stop();
    inflicted += faults.inflicted;
    for (const line of lines) line.close();
  }
}

/** What a page of this player would have shown of a room: snapshots, and the events after them, one by one. */
class Line {
  private readonly player: Player;
  private readonly seqs: number[] = [];
  private holes: string[] = [];
  private feed: RoomFeed | null = null;

  constructor(player: Player) {
    this.player = player;
  }

  follow(roomId: RoomId): void {
    this.feed = openRoomFeed(this.player.client, roomId, {
      onSnapshot: ({ seq }) => void this.seqs.push(seq),
      onEvent: ({ seq, type }) => {
        if (typeof seq !== "number") return;
        const before = this.seqs.at(-1);
        if (before !== undefined && seq !== before + 1) this.holes.push(`${type} ${seq} after ${before}`);
        this.seqs.push(seq);
      },
      onGone: () => {},
    });
  }

  close(): void {
    this.feed?.close();
  }

  fault(): string | null {
    if (this.seqs.length === 0) return `${this.player.userId} saw nothing`;
    return this.holes.length === 0 ? null : `${this.player.userId} saw ${this.holes.join(", ")}`;
  }
}
