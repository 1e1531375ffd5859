/**
 * What it takes to let somebody in, and to keep an idle socket, beside the least that a server on this runtime does:
 *
 *   npm run bench -- arrivals
 *
 *   floor          a socket opens (floor-server.ts)
 *   and its token  it is welcomed, its token is checked by the same verifier, it is answered (handshake-floor.ts)
 *   platform       all of it: the embedded platform
 *
 * By turns, each in a new process on the first processor; the people are on the second, with tokens that were signed
 * before. All of them then beat their hearts for twenty seconds, and the memory is looked at.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeMachine, median, processorSeconds, stayOnProcessor } from "./machine.ts";
import { arriveAt } from "./arriving.ts";
import { beatHearts } from "./people.ts";
import { tokenMint } from "./players.ts";
import { openRawSocket, type RawSocket } from "./raw-socket.ts";
import { boundTo, launchProgram, residentMb } from "../tests/platform.ts";

const count = 10_000;
const before = 500;
const atOnce = 64;
const turns = 3;
const environment = { WS_GATEWAY_LIMIT_SCALE: "1000000", LOG_LEVEL: "error", PORT: "0" };

interface Contender {
  readonly name: string;
  readonly program: string;
  /** Null where nobody asks who is there. */
  readonly path: string | null;
}

const contenders: readonly Contender[] = [
  { name: "floor", program: "floor-server.ts", path: null },
  { name: "and its token", program: "handshake-floor.ts", path: "/ws" },
  { name: "platform", program: "../src/main/embedded.ts", path: "/ws" },
];

interface Measured {
  /** Arrivals a second. */
  readonly rate: number;
  /** Processor time of the program for each, microseconds. */
  readonly cost: number;
  /** Resident memory of each, KiB. */
  readonly memory: number;
}

export async function benchArrivals(): Promise<void> {
  console.log(`arrivals, ${count.toLocaleString("en")} each: ${describeMachine()}; tokens: jose, Ed25519`);
  stayOnProcessor(1);
  const results = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const contender of contenders) results.get(contender.name)?.push(await measure(contender));
  }
  const middle = (name: string, of: (one: Measured) => number) => median((results.get(name) ?? []).map(of));
  for (const { name } of contenders) {
    const rate = Math.round(middle(name, (one) => one.rate)).toLocaleString("en");
    const cost = middle(name, (one) => one.cost).toFixed(0);
    const memory = middle(name, (one) => one.memory).toFixed(2);
    console.log(`  ${name}: ${rate}/s, ${cost} µs of the processor each, ${memory} KiB each`);
  }
  const rates = middle("platform", ({ rate }) => rate) / middle("and its token", ({ rate }) => rate);
  const costs = middle("and its token", ({ cost }) => cost) / middle("platform", ({ cost }) => cost);
  console.log(`  ${rates.toFixed(2)} of the rate of floor and token, ${costs.toFixed(2)} by the processor`);
}

async function measure({ program, path }: Contender): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "blazing-sun-bench-"));
  const command = [...boundTo(0), process.execPath, join(import.meta.dir, program)];
  const { child, url } = await launchProgram(command, { ...environment, DATA_DIR: folder });
  const sockets: RawSocket[] = [];
  try {
    const socketUrl = url.replace("http", "ws");
    const tokens = path === null ? [] : await mintTokens(folder);
    const arrive = (n: number) =>
      path === null
        ? openRawSocket(`${socketUrl}/echo/all`)
        : arriveAt(`${socketUrl}${path}`, tokens[n] ?? "");
    const all = async (from: number, to: number) => {
      let next = from;
      const one = async () => {
        while (next < to) sockets.push(await arrive(next++));
      };
      await Promise.all(Array.from({ length: atOnce }, one));
    };
    await all(0, before);
    const [memory, processor, start] = [
      residentMb(child.pid),
      processorSeconds(child.pid),
      performance.now(),
    ];
    await all(before, before + count);
    const rate = (1_000 * count) / (performance.now() - start);
    const cost = (1e6 * (processorSeconds(child.pid) - processor)) / count;
    const stop = path === null ? () => undefined : beatHearts(sockets);
    await Bun.sleep(20_000);
    stop();
    return { rate, cost, memory: (1024 * (residentMb(child.pid) - memory)) / count };
  } finally {
    for (const socket of sockets) socket.close();
    child.kill("SIGKILL");
    await child.exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function mintTokens(folder: string): Promise<readonly string[]> {
  const mint = await tokenMint(join(folder, "keys", "jwt_private.pem"));
  return Promise.all(Array.from({ length: before + count }, (_, n) => mint(5_000_000 + n)));
}
