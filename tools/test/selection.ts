/** What `npm test -- …` asks for: parts of paths first, then, from the first option on, words for `bun test`. */
export interface Selection {
  readonly patterns: readonly string[];
  readonly bunOptions: readonly string[];
}

export function parseSelection(words: readonly string[]): Selection {
  const firstOption = words.findIndex((word) => word.startsWith("-"));
  const end = firstOption === -1 ? words.length : firstOption;
  return { patterns: words.slice(0, end), bunOptions: words.slice(end) };
}

export function isSelected(file: string, { patterns }: Selection): boolean {
  return patterns.length === 0 || patterns.some((pattern) => file.includes(pattern.replace(/^\.\//, "")));
}

/** With a filter on names, bun reports what the filter left out like what a test left out itself. */
export function filtersNames({ bunOptions }: Selection): boolean {
  return bunOptions.some((option) => /^(-t|--test-name-pattern)/.test(option));
}

const folders = ["src", "tests", "tools", "bench"];

/** All test files of the repository, sorted, as paths from its root. */
export async function testFiles(root: string): Promise<string[]> {
  const found: string[] = [];
  for await (const path of new Bun.Glob(`{${folders.join(",")}}/**/*.test.{ts,tsx}`).scan({ cwd: root })) {
    found.push(path);
  }
  return found.sort();
}
