/** One kind of fault, one seed: people play, it breaks, it goes on, and then the checker looks. */
import { judge } from "./judge.ts";
import type { Kind } from "./kinds.ts";
import type { Stage } from "./stage.ts";
import { setTable, type Table } from "./workload.ts";
import { randomFrom } from "../../game-play.ts";
import type { RoomSnapshot } from "../../../src/protocol/index.ts";

const tables = 4;
/** All tables must go on within so long after everything is mended. */
const recoverWithinMs = 60_000;
/** Presence must agree with the sockets within so long (R6). */
const presenceWithinMs = 60_000;
const finishWithinMs = 120_000;

export interface TrialResult {
  readonly kind: string;
  readonly mode: Stage["mode"];
  readonly seed: number;
  /** Nothing: survived. */
  readonly problems: readonly string[];
  /** From everything mended to every table having done something new, milliseconds. */
  readonly recoveryMs: number | null;
  readonly acknowledged: number;
}

/** Takes the stage down. */
export async function runTrial(kind: Kind, seed: number, stage: Stage): Promise<TrialResult> {
  const random = randomFrom(seed);
  const problems: string[] = [];
  let recoveryMs: number | null = null;
  let playing: readonly Table[] = [];
  try {
    playing = await Promise.all(Array.from({ length: tables }, (_, n) => setTable(`t${n}`, stage.doors)));
    const games = playing.map((table) => table.play(random));
    // A table that throws is a finding, not the end of the runner.
    const ended = Promise.allSettled(games);
    await inTime(
      "the tables did not begin",
      recoverWithinMs,
      () => playing.every(({ acts }) => acts > 10),
      problems,
    );
    await kind.inflict(stage, random);
    const mendedAt = performance.now();
    const before = playing.map(({ acts }) => acts);
    const isBack = () => playing.every(({ acts }, index) => acts >= (before[index] ?? 0) + 3);
    if (await inTime("a table did not go on", recoverWithinMs, isBack, problems)) {
      recoveryMs = performance.now() - mendedAt;
    }
    for (const table of playing) table.finish();
    let isOver = false;
    void ended.then(() => (isOver = true));
    if (await inTime("a game did not come to its end", finishWithinMs, () => isOver, problems)) {
      for (const { status, ...result } of await ended)
        if (status === "rejected")
          problems.push(`a table gave up: ${String((result as { reason?: unknown }).reason)}`);
      problems.push(...(await presenceProblems(playing)));
    }
    const journals = playing.flatMap((table) => table.journals);
    for (const table of playing) table.close();
    const stored = await stage.stopAndRead();
    problems.push(...judge(journals, stored));
    const acknowledged = journals.reduce((sum, journal) => sum + journal.acknowledged.length, 0);
    return { kind: kind.name, mode: kind.mode, seed, problems, recoveryMs, acknowledged };
  } catch (error) {
    problems.push(
      `the trial broke: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    for (const table of playing) table.close();
    return { kind: kind.name, mode: kind.mode, seed, problems, recoveryMs, acknowledged: 0 };
  }
}

/** All are connected, so that is what every room must say, and that one person watches. The games are played out. */
async function presenceProblems(playing: readonly Table[]): Promise<string[]> {
  const problems: string[] = [];
  await Promise.all(
    playing.map(async (table) => {
      const roomId = await table.begin();
      let room: RoomSnapshot = await table.see(roomId);
      const deadline = performance.now() + presenceWithinMs;
      const agrees = () => room.players.every(({ connected }) => connected) && room.spectatorCount === 1;
      while (!agrees() && performance.now() < deadline) {
        await Bun.sleep(100);
        room = await table.see(roomId);
      }
      if (!agrees()) {
        const shown = room.players.map(({ connected }) => connected);
        problems.push(`${roomId}: presence says ${shown.join(", ")} and ${room.spectatorCount} watching`);
      }
      await table.giveUp(roomId);
    }),
  );
  return problems;
}

async function inTime(
  sentence: string,
  limitMs: number,
  isSo: () => boolean,
  problems: string[],
): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > deadline) {
      problems.push(`${sentence} within ${limitMs / 1000} s`);
      return false;
    }
    await Bun.sleep(5);
  }
  return true;
}
