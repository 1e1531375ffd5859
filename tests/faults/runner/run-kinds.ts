/** Trials one after the other, each on a stage of its own, and the clean-up behind them. */
import { faketimeLibrary, shiftableClock } from "./clock.ts";
import type { Kind } from "./kinds.ts";
import { openClusterStage, openEmbeddedStage, type Stage } from "./stage.ts";
import { runTrial, type TrialResult } from "./trial.ts";
import { runningEngines } from "../../cluster/engines.ts";

export interface Run {
  readonly results: readonly TrialResult[];
  /** What could not be tried here, and what it needs. */
  readonly leftOut: readonly string[];
}

export async function runKinds(
  kinds: readonly Kind[],
  seeds: readonly number[],
  report: (result: TrialResult) => void,
): Promise<Run> {
  const results: TrialResult[] = [];
  const leftOut: string[] = [];
  for (const kind of kinds) {
    const open = stageFor(kind);
    if (typeof open === "string") {
      leftOut.push(`${kind.mode}: ${kind.name} needs ${open}`);
      continue;
    }
    for (const seed of seeds) {
      const stage = await open();
      try {
        const result = await runTrial(kind, seed, stage);
        results.push(result);
        report(result);
      } finally {
        // What a stage leaves behind harms no other one.
        await stage.cleanUp().catch((error: unknown) => console.warn("the stage was not cleaned up:", error));
      }
    }
  }
  return { results, leftOut };
}

/** Opens a stage, or what is missing for one. */
function stageFor({ mode, environment = {}, needsClock }: Kind): (() => Promise<Stage>) | string {
  if (mode === "cluster") {
    const engines = runningEngines();
    return engines === null ? "the engines: npm run engines -- up" : () => openClusterStage(engines);
  }
  if (needsClock !== true) return () => openEmbeddedStage(environment, null);
  const library = faketimeLibrary();
  if (library === null) return "libfaketime: npm run engines -- install";
  return () => openEmbeddedStage(environment, shiftableClock(library));
}
