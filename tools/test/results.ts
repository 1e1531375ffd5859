/** What came of one test file. */
export interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  /** Skipped, or only planned. */
  readonly leftOut: number;
}

/**
 * Reads the JUnit report that `bun test` writes: one top-level `<testsuite … file="…">` a file, with its counts,
 * those of the suites inside it included. Bun writes none when it crashes, and no suite for a file that it could
 * not load: a file that was asked for and is missing here counts as one failure.
 */
export function readReport(report: string, files: readonly string[]): FileResult[] {
  const suites = new Map<string, FileResult>();
  for (const [tag] of report.matchAll(/^ {2}<testsuite [^>]*>/gm)) {
    const file = attribute(tag, "file");
    const failed = count(tag, "failures") + count(tag, "errors");
    const leftOut = count(tag, "skipped");
    suites.set(file, { file, passed: count(tag, "tests") - failed - leftOut, failed, leftOut });
  }
  return files.map((file) => suites.get(file) ?? { file, passed: 0, failed: 1, leftOut: 0 });
}

export function total(results: readonly FileResult[], key: "passed" | "failed" | "leftOut"): number {
  return results.reduce((sum, result) => sum + result[key], 0);
}

function attribute(tag: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
}

function count(tag: string, name: string): number {
  return Number(attribute(tag, name));
}
