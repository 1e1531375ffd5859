/** What a run came to, by kind of fault. */
import { join } from "node:path";
import type { TrialResult } from "./trial.ts";

export function scorecard(results: readonly TrialResult[], leftOut: readonly string[]): string {
  const byKind = Map.groupBy(results, ({ mode, kind }) => `${mode}: ${kind}`);
  const rows = [...byKind].map(([kind, own]) => row(kind, own));
  return [
    "| Fault | Survived | Back after, p50 | p99 | Acknowledged |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
    row("all", results),
    ...leftOut.map((each) => `\nNot tried: ${each}`),
  ].join("\n");
}

function row(kind: string, results: readonly TrialResult[]): string {
  const survived = results.filter(({ problems }) => problems.length === 0).length;
  const times = results.flatMap(({ recoveryMs }) => recoveryMs ?? []).toSorted((one, other) => one - other);
  const at = (part: number) => {
    const time = times[Math.min(times.length - 1, Math.floor(times.length * part))];
    return time === undefined ? "–" : `${Math.round(time)} ms`;
  };
  const acknowledged = results.reduce((sum, result) => sum + result.acknowledged, 0);
  return `| ${kind} | ${survived} of ${results.length} | ${at(0.5)} | ${at(0.99)} | ${acknowledged} |`;
}

const page = join(import.meta.dir, "../../../docs/reliability.md");
const begin = "<!-- scorecard -->";
const end = "<!-- /scorecard -->";

/** Between its two marks; the rest of the page is written by hand. */
export async function writeScorecard(
  results: readonly TrialResult[],
  leftOut: readonly string[],
  seeds: readonly number[],
): Promise<void> {
  const text = await Bun.file(page).text();
  const day = new Date().toISOString().slice(0, 10);
  const said = `Of ${day}, seeds ${seeds.join(", ")}, Bun ${Bun.version}:`;
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${page} has no place for the scorecard.`);
  await Bun.write(page, `${before}${begin}\n\n${said}\n\n${scorecard(results, leftOut)}\n\n${end}${after}`);
}
