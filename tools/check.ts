/** `npm run check`: types, lint, format, import rules, links, and small rules of the house. Exit code 1 on any failure. */
import { advisories, pinned } from "./check/advisories.ts";
import { programCheck, type Check, type Verdict } from "./check/check.ts";
import { importRules } from "./check/import-rules.ts";
import { links } from "./check/links.ts";
import { lockFile } from "./check/lock-file.ts";
import { names } from "./check/names.ts";
import { openEnds } from "./check/open-ends.ts";

const checks: readonly Check[] = [
  programCheck("types", "tsc", "--pretty", "false"),
  programCheck("lint", "oxlint", "--type-aware", "--deny-warnings", "--report-unused-disable-directives"),
  programCheck("format", "prettier", "--check", "--log-level", "warn", "."),
  importRules,
  names,
  openEnds,
  links,
  lockFile,
  pinned,
  advisories,
];

async function report(check: Check): Promise<Verdict> {
  const start = performance.now();
  const verdict = await check
    .run()
    .catch((error: unknown) => ({ passed: false, output: String(error) }) as const);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const note = verdict.passed ? (verdict.note ?? "") : "FAILED";
  console.log(
    `${check.name.padEnd(10)} ${seconds.padStart(5)} s  ${verdict.passed ? "ok" : "--"}  ${note}`.trimEnd(),
  );
  return verdict;
}

const reports = await Promise.all(checks.map(async (check) => ({ check, verdict: await report(check) })));
for (const { check, verdict } of reports) {
  if (!verdict.passed) console.log(`\n== ${check.name} ==\n${verdict.output.trimEnd()}`);
}
process.exit(reports.every(({ verdict }) => verdict.passed) ? 0 : 1);
