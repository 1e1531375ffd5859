import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ICruiseResult } from "dependency-cruiser";
import { verdictOn, type Check } from "./check.ts";
import { allowedImports, forbiddenImports, withFixture } from "./import-rules-fixture.ts";
import { installed, root } from "../repository.ts";
import { runProgram } from "../program.ts";

/** First sees every rule catch what it forbids, then looks at the real code. */
export const importRules: Check = {
  name: "imports",
  async run() {
    const blind = await withFixture(async (folder) => blindSpots(await cruise(folder)));
    if (blind.length > 0) return verdictOn(blind);
    const result = await cruise(root);
    const seen = importsWithinSrc(result);
    if (seen === 0) return { passed: false, output: "not one import among the files of src was seen" };
    return verdictOn(sentences(result), `${seen} imports within src`);
  },
};

async function cruise(folder: string): Promise<ICruiseResult> {
  const folders = ["src", "tests", "bench", "tools"].filter((name) => existsSync(join(folder, name)));
  const config = join(root, ".dependency-cruiser.mjs");
  const command = [installed("depcruise"), "--config", config, "--output-type", "json", ...folders];
  const end = await runProgram(command, { cwd: folder, output: "capture", timeLimitMs: 120_000 });
  if (!end.output.startsWith("{")) throw new Error(`dependency-cruiser: ${end.how}: ${end.output}`);
  // The tool's own type of its own output.
  return JSON.parse(end.output) as ICruiseResult;
}

function blindSpots(result: ICruiseResult): string[] {
  const { violations } = result.summary;
  const missed = forbiddenImports.filter(
    ({ rule, from, to }) =>
      !violations.some((it) => it.rule.name === rule && it.from === from && it.to === to),
  );
  const wronged = violations.filter((it) =>
    allowedImports.some(({ from, to }) => it.from === from && it.to === to),
  );
  return [
    ...missed.map(({ rule, from, to }) => `the rule ${rule} does not see ${from} → ${to}`),
    ...wronged.map((it) => `the rule ${it.rule.name} forbids ${it.from} → ${it.to}, which is allowed`),
  ];
}

function importsWithinSrc(result: ICruiseResult): number {
  const ofSrc = result.modules.filter((module) => module.source.startsWith("src/"));
  return ofSrc.flatMap((module) => module.dependencies).filter((it) => it.resolved.startsWith("src/")).length;
}

function sentences(result: ICruiseResult): string[] {
  const rules = result.summary.ruleSetUsed?.forbidden ?? [];
  const why = new Map(rules.map((rule) => [rule.name, rule.comment]));
  return result.summary.violations.map((it) => {
    const way = it.cycle?.map((step) => step.name).join(" → ") ?? it.to;
    return `${it.from} → ${way}\n    ${it.rule.name}: ${why.get(it.rule.name) ?? ""}`;
  });
}
