import { verdictOn, type Check } from "./check.ts";
import { repositoryFiles } from "./files.ts";

const vague = /(^|[/._-])(utils?|helpers?|managers?|common|misc)([/._-]|$)/i;

/** A name that says nothing about what is inside. */
export function isVague(path: string): boolean {
  return vague.test(path);
}

export const names: Check = {
  name: "names",
  async run() {
    const paths = (await repositoryFiles()).filter((path) => path.startsWith("src/"));
    const found = paths.filter(isVague).map((path) => `${path}: name it after what it knows`);
    return verdictOn(found, `${paths.length} files`);
  },
};
