/** What came of one test file. */
export interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  /** Skipped, or only planned. */
  readonly leftOut: number;
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly test: string;
  /** What was expected, what came and where: several lines; empty where bun says nothing. */
  readonly text: string;
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
    const passed = count(tag, "tests") - failed - leftOut;
    suites.set(file, { file, passed, failed, leftOut, failures: failuresOf(report, file) });
  }
  return files.map((file) => suites.get(file) ?? failureOf(file));
}

/** The result of something that failed as a whole. */
export function failureOf(file: string): FileResult {
  return { file, passed: 0, failed: 1, leftOut: 0, failures: [] };
}

function failuresOf(report: string, file: string): Failure[] {
  const failed = report.matchAll(/(<testcase [^>]*[^/>]>)\s*<failure ([^>]*)>(?:([^<]*)<\/failure>)?/g);
  return [...failed]
    .filter(([, testCase = ""]) => attribute(testCase, "file") === file)
    .map(([, testCase = "", failure = "", text]) => ({
      test: unescaped(attribute(testCase, "name")),
      text: unescaped(text ?? attribute(` ${failure}`, "message")).trim(),
    }));
}

export function total(results: readonly FileResult[], key: "passed" | "failed" | "leftOut"): number {
  return results.reduce((sum, result) => sum + result[key], 0);
}

function attribute(tag: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
}

function unescaped(text: string): string {
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code?: string, name: string = "") =>
    code === undefined ? (named[name] ?? whole) : String.fromCodePoint(Number(code)),
  );
}

function count(tag: string, name: string): number {
  return Number(attribute(tag, name));
}
