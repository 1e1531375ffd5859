import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureOf, readReport, total, type FileResult } from "./results.ts";
import type { Group } from "./groups.ts";
import { root } from "../repository.ts";
import { runProgram } from "../program.ts";

/** Runs the files in one `bun test`, shown as it goes. A process that ends badly counts as a failure at least. */
export async function runGroup(
  group: Group,
  files: readonly string[],
  bunOptions: readonly string[],
): Promise<FileResult[]> {
  console.log(`\n== ${group.name}: ${files.length} files ==`);
  const folder = await mkdtemp(join(tmpdir(), "test-report-"));
  try {
    const reportPath = join(folder, "junit.xml");
    const options = [`--reporter-outfile=${reportPath}`, `--timeout=${group.testLimitMs}`, ...bunOptions];
    const end = await runProgram(
      [process.execPath, "test", "--reporter=junit", ...options, ...files.map((file) => `./${file}`)],
      { cwd: root, output: "show", timeLimitMs: group.groupLimitMs },
    );
    const report = Bun.file(reportPath);
    if (!(await report.exists())) {
      console.log(
        `${group.name}: bun test ended without a report, ${end.how}: no result of this group counts`,
      );
      return readReport("", files);
    }
    const results = readReport(await report.text(), files);
    if (end.succeeded || total(results, "failed") > 0) return results;
    return [...results, failureOf(`${group.name}: bun test ended with ${end.how}`)];
  } finally {
    await rm(folder, { recursive: true });
  }
}
