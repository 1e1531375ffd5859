/**
 * One process on one processor, with 10,000 people connected and 500 games in play for ten minutes: does its memory
 * stay flat, is every heartbeat answered, how long does an event take? Then twice the commands that it can carry:
 * what does it refuse, do those who ask for little still get it, and how soon is all as before?
 *
 *   npm run bench -- load [seconds]      600 for the whole; from 60 on it says something
 *
 * The platform is bound to one processor where `taskset` is there; everybody else is this process, on the others.
 */
import { join } from "node:path";
import { describeMachine, percentile, processorSeconds, summary } from "./machine.ts";
import { connectPlayer, tokenMint, type BenchPlayer } from "./players.ts";
import { Load, seatEveryone } from "./tables.ts";
import { residentMb, startPlatform, type Platform } from "../tests/platform.ts";

const people = 10_000;
const games = 500;
const rollsASecond = 500;
const limitScale = 1_000;
const atOnce = 100;
const firstIdleId = 3_000_000;
const overloadSeconds = 20;
/** Commands that are under way while the most that it can carry is measured. */
const outstanding = 2_000;

export async function benchLoad(seconds = 600): Promise<void> {
  console.log(`load, embedded: ${describeMachine()}; WS_GATEWAY_LIMIT_SCALE=${limitScale}`);
  const platform = await startPlatform(
    { WS_GATEWAY_LIMIT_SCALE: String(limitScale), TURN_CLOCK_MS: "3600000", LOG_LEVEL: "error" },
    { onProcessor: 0 },
  );
  try {
    const keyFile = join(platform.dataDir, "keys", "jwt_private.pem");
    const socketUrl = `${platform.url.replace("http", "ws")}/ws`;
    const empty = residentMb(platform.pid);
    const tables = await seatEveryone(keyFile, [socketUrl], games);
    const crowd = await gather(keyFile, socketUrl, people - 2 * games);
    console.log(
      `  ${people} people, ${games} games: ${((1024 * (residentMb(platform.pid) - empty)) / people).toFixed(1)} KiB of memory each`,
    );
    await steady(platform, new Load(tables, outstanding), crowd, seconds);
    await overload(platform, crowd, socketUrl, keyFile);
  } finally {
    await platform.cleanUp();
  }
}

interface Crowd {
  readonly people: readonly BenchPlayer[];
  /** Heartbeats answered so far; each person sends one in 15 s. */
  answered: number;
  lost: number;
}

async function gather(keyFile: string, socketUrl: string, size: number): Promise<Crowd> {
  const mint = await tokenMint(keyFile);
  const all: BenchPlayer[] = [];
  const crowd: Crowd = { people: all, answered: 0, lost: 0 };
  for (let next = 0; next < size; next += atOnce) {
    const arriving = Array.from({ length: Math.min(atOnce, size - next) }, async (_, index) => {
      const userId = firstIdleId + next + index;
      const person = await connectPlayer(socketUrl, userId, await mint(userId), () => mint(userId));
      person.onFrame = ({ type }) => {
        if (type === "system.heartbeat_ack") crowd.answered += 1;
      };
      person.onClose = () => (crowd.lost += 1);
      all.push(person);
    });
    await Promise.all(arriving);
  }
  return crowd;
}

async function steady(platform: Platform, load: Load, crowd: Crowd, seconds: number): Promise<void> {
  const memory: { readonly at: number; readonly mb: number }[] = [];
  const start = performance.now();
  const sampling = setInterval(
    () => memory.push({ at: (performance.now() - start) / 1000, mb: residentMb(platform.pid) }),
    1_000,
  );
  const processor = processorSeconds(platform.pid);
  const answered = crowd.answered;
  const { rolls, times, elapsed } = await load.openLoop(rollsASecond, seconds);
  clearInterval(sampling);
  const share = (100 * (processorSeconds(platform.pid) - processor)) / elapsed;
  console.log(
    `  ${elapsed.toFixed(0)} s at ${(rolls / elapsed).toFixed(0)} rolls/s: an event after ${summary(times)}; ` +
      `server ${share.toFixed(0)} % of a processor`,
  );
  const expected = Math.floor(crowd.people.length * (elapsed / 15));
  console.log(
    `  heartbeats: ${crowd.answered - answered} answered, about ${expected} sent; ${crowd.lost} sockets lost`,
  );
  const last = memory.filter(({ at }) => at > elapsed / 2);
  const [from, to] = [last[0]?.mb ?? 0, last.at(-1)?.mb ?? 0];
  const slope = slopeOf(last) * (elapsed / 2);
  console.log(
    `  memory in the second half: ${from.toFixed(0)} to ${to.toFixed(0)} MiB, ` +
      `its line rises by ${((100 * slope) / from).toFixed(2)} %`,
  );
}

/** Of the line of least squares through the samples, MiB a second. */
function slopeOf(samples: readonly { readonly at: number; readonly mb: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [at, mb] = [mean(samples.map((each) => each.at)), mean(samples.map((each) => each.mb))];
  const over = samples.reduce((sum, each) => sum + (each.at - at) * (each.mb - mb), 0);
  const under = samples.reduce((sum, each) => sum + (each.at - at) ** 2, 0);
  return under === 0 ? 0 : over / under;
}

/** Everybody asks to be shown all her rooms, which is answered to her alone: as many as can be, then twice as many. */
async function overload(platform: Platform, crowd: Crowd, socketUrl: string, keyFile: string): Promise<void> {
  const asking = new Asking(crowd.people.slice(0, 4_000));
  const most = await asking.closedLoop(5);
  console.log(`  it carries ${most.toFixed(0)} commands/s with ${outstanding} under way`);
  const witness = startWitness(socketUrl, keyFile);
  try {
    await Bun.sleep(3_000);
    const calm = witness.take();
    console.log(`  somebody who asks for little, before: ${said(calm)}`);
    const { sent, answered, refused } = await asking.openLoop(2 * most, overloadSeconds);
    console.log(
      `  ${overloadSeconds} s at ${(sent / overloadSeconds).toFixed(0)} sent a second: ${answered} answered, ` +
        `${refused} refused with a code, ${sent - answered - refused} still under way, ${crowd.lost} sockets cut`,
    );
    console.log(`  she, meanwhile: ${said(witness.take())}`);
    const usual =
      2 *
        percentile(
          calm.map(({ ms }) => ms).toSorted((a, b) => a - b),
          0.5,
        ) +
      2;
    const ended = performance.now();
    let quick = 0;
    while (quick < 5 && performance.now() - ended < 60_000) {
      for (const { ms, isServed } of witness.take()) quick = isServed && ms <= usual ? quick + 1 : 0;
      await Bun.sleep(20);
    }
    console.log(`  all as before ${((performance.now() - ended) / 1000).toFixed(1)} s after its end`);
    console.log(`  memory then: ${residentMb(platform.pid).toFixed(0)} MiB`);
  } finally {
    witness.end();
  }
}

interface Answer {
  readonly ms: number;
  readonly isServed: boolean;
}

function said(answers: readonly Answer[]): string {
  const served = answers.filter(({ isServed }) => isServed);
  const refused = answers.length - served.length;
  return `${summary(served.map(({ ms }) => ms))}${refused === 0 ? "" : `, ${refused} refused`}`;
}

function startWitness(socketUrl: string, keyFile: string) {
  const program = join(import.meta.dir, "witness.ts");
  const child = Bun.spawn([process.execPath, program, socketUrl, keyFile], {
    stdout: "pipe",
    stderr: "inherit",
  });
  let answers: Answer[] = [];
  const read = async (): Promise<void> => {
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) {
      const lines = (text + decoder.decode(chunk, { stream: true })).split("\n");
      text = lines.pop() ?? "";
      answers.push(...lines.map((line) => JSON.parse(line) as Answer));
    }
  };
  void read();
  return {
    /** Those since it was asked last. */
    take(): readonly Answer[] {
      const taken = answers;
      answers = [];
      return taken;
    },
    end: () => child.kill(),
  };
}

class Asking {
  readonly #askers: readonly BenchPlayer[];
  #next = 0;
  #sent = 0;
  #answered = 0;
  #refused = 0;
  #onAnswer = (): void => {};

  constructor(askers: readonly BenchPlayer[]) {
    this.#askers = askers;
    for (const asker of askers) {
      asker.onText = (text) => {
        if (text.startsWith('{"type":"system.heartbeat')) return;
        if (text.startsWith('{"type":"system.error')) this.#refused += 1;
        else this.#answered += 1;
        this.#onAnswer();
      };
    }
  }

  /** Commands a second, with so many under way. */
  async closedLoop(seconds: number): Promise<number> {
    this.#onAnswer = () => this.#ask();
    for (let n = 0; n < outstanding; n += 1) this.#ask();
    await Bun.sleep(1_000);
    const before = this.#answered;
    await Bun.sleep(seconds * 1000);
    const done = this.#answered - before;
    this.#onAnswer = () => {};
    while (this.#answered + this.#refused < this.#sent) await Bun.sleep(5);
    return done / seconds;
  }

  async openLoop(rate: number, seconds: number) {
    this.#sent = this.#answered = this.#refused = 0;
    const start = performance.now();
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const passed = (performance.now() - start) / 1000;
        for (const due = passed * rate; this.#sent < due;) this.#ask();
        if (passed < seconds) return;
        clearInterval(timer);
        resolve();
      }, 2);
    });
    return { sent: this.#sent, answered: this.#answered, refused: this.#refused };
  }

  #ask(): void {
    this.#sent += 1;
    const asker = this.#askers[(this.#next += 1) % this.#askers.length];
    asker?.send({ type: "system.command.sync_state", commandId: crypto.randomUUID() });
  }
}
