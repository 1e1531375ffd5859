/** Tokens, deadlines and "who is there" are times: clocks that differ make them wrong. */
import { about, type Finding } from "./finding.ts";

const noticeableMs = 1_000;
/** A third of the time after which a command is too old to be done (L5). */
const harmfulMs = 5_000;

export interface ClockReading {
  readonly engine: string;
  /** Its clock, milliseconds since 1970. */
  readonly engineMs: number;
  /** Ours, before and after we asked. */
  readonly before: number;
  readonly after: number;
}

/** Asks an engine what time it is. @param ask answers milliseconds since 1970 */
export async function readClock(engine: string, ask: () => Promise<number>): Promise<ClockReading> {
  const before = Date.now();
  const engineMs = await ask();
  return { engine, engineMs, before, after: Date.now() };
}

/** As far as they differ surely: what it took to ask is no difference. */
export function skewOf({ engineMs, before, after }: ClockReading): number {
  if (engineMs < before) return engineMs - before;
  return engineMs > after ? engineMs - after : 0;
}

export function checkClock(reading: ClockReading): Finding {
  const { ok, warning, error } = about("clocks");
  const skew = Math.round(skewOf(reading));
  const difference = `${reading.engine} is ${Math.abs(skew)} ms ${skew > 0 ? "ahead of" : "behind"} this machine`;
  if (Math.abs(skew) < noticeableMs) return ok(`${reading.engine} has the time of this machine.`);
  const mend =
    "let every machine set its clock by the network: systemctl enable --now systemd-timesyncd, or chrony.";
  return Math.abs(skew) < harmfulMs
    ? warning(`${difference}.`, mend)
    : error(`${difference}: tokens and deadlines would be wrong.`, mend);
}
