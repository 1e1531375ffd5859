/** Breaks ways again and again, as a seed says. */
import type { Fault, FaultProxy } from "./proxy.ts";

export interface Breaking {
  /** Faults so far. */
  readonly inflicted: number;
  stop(): void;
}

/** @param most how many faults at the most: they end, so that what is tried can end */
export function breakAgainAndAgain(
  ways: readonly FaultProxy[],
  random: () => number,
  most = 8 + Math.floor(random() * 12),
): Breaking {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let left = most;
  const breaking = { inflicted: 0, stop: () => clearTimeout(timer) };
  const next = (): void => {
    if ((left -= 1) < 0) return;
    timer = setTimeout(
      () => {
        breaking.inflicted += 1;
        ways[Math.floor(random() * ways.length)]?.inflict(faultOf(random));
        next();
      },
      5 + random() * 100,
    );
  };
  next();
  return breaking;
}

function faultOf(random: () => number): Fault {
  const ms = Math.floor(random() * 300);
  const faults: readonly Fault[] = [
    { kind: "drop" },
    { kind: "half_open", ms },
    { kind: "delay", ms: Math.floor(random() * 30) },
    { kind: "cut_in_a_frame" },
    { kind: "swallow_answers", ms },
    { kind: "refuse", ms },
    { kind: "accept_and_close", ms },
  ];
  return faults[Math.floor(random() * faults.length)] ?? { kind: "drop" };
}
