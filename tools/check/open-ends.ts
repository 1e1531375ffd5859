import { join } from "node:path";
import { verdictOn, type Check } from "./check.ts";
import { repositoryFiles } from "./files.ts";
import { root } from "../repository.ts";

// Written so that it does not find itself.
const mark = /\b(TO[D]O|FIX[M]E)\b/;

/** The numbers of the lines, from 1, that put something off. */
export function linesWithMarks(text: string): number[] {
  return text.split("\n").flatMap((line, index) => (mark.test(line) ? [index + 1] : []));
}

export const openEnds: Check = {
  name: "open ends",
  async run() {
    const paths = await repositoryFiles();
    const found = await Promise.all(
      paths.map(async (path) => {
        const lines = linesWithMarks(await Bun.file(join(root, path)).text());
        return lines.map((line) => `${path}:${line}: do it, or write down why it is not done`);
      }),
    );
    return verdictOn(found.flat(), `${paths.length} files`);
  },
};
