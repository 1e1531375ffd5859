import { join } from "node:path";
import { verdictOn, type Check } from "./check.ts";
import { root } from "../repository.ts";

/** The lock file names no registry: every machine installs from the one that it is set up for. */
export const lockFile: Check = {
  name: "lock file",
  async run() {
    const text = await Bun.file(join(root, "package-lock.json")).text();
    if (!text.includes('"integrity"')) return { passed: false, output: "package-lock.json pins nothing" };
    const resolved = text.split("\n").filter((line) => line.includes('"resolved"')).length;
    const mend = "npm install with this folder's .npmrc takes them out";
    return verdictOn(resolved > 0 ? [`package-lock.json: ${resolved} "resolved" addresses; ${mend}`] : []);
  },
};
