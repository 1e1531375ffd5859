/** Tests that run together, in one process of their own, so that no group can hide what another found. */
export interface Group {
  readonly name: string;
  /** Paths from the root that begin so; the last group that fits has the file. */
  readonly under: string;
  /** For one test, unless it sets its own. */
  readonly testLimitMs: number;
  readonly groupLimitMs: number;
}

export const groups: readonly Group[] = [
  { name: "unit", under: "", testLimitMs: 10_000, groupLimitMs: 10 * 60_000 },
  { name: "browser", under: "tests/browser/", testLimitMs: 60_000, groupLimitMs: 15 * 60_000 },
  { name: "faults", under: "tests/faults/", testLimitMs: 120_000, groupLimitMs: 20 * 60_000 },
  { name: "cluster", under: "tests/cluster/", testLimitMs: 60_000, groupLimitMs: 15 * 60_000 },
];

/** The group's own files: those under it that no group after it has. */
export function filesOf(group: Group, files: readonly string[]): string[] {
  return files.filter((file) => groups.findLast(({ under }) => file.startsWith(under)) === group);
}
