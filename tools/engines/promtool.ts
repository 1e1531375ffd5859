/** Prometheus' own check of rules, taken out of Debian's package: its server is not installed. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasApt, updateLists } from "./debian.ts";
import { InstallError, type Installable } from "./installable.ts";
import { runProgram } from "../program.ts";
import { keptPromtool, promtoolPath } from "../../tests/monitoring/promtool.ts";

const limitMs = 5 * 60_000;
const attempts = 10;
const pauseMs = 3_000;

export const promtool: Installable = {
  name: "promtool",
  use: "the test of the rules for Prometheus",

  isInstalled() {
    return Promise.resolve(promtoolPath() !== null);
  },

  async install() {
    if (!hasApt())
      throw new InstallError("There is no apt-get here: put promtool of Prometheus on the PATH.");
    const folder = mkdtempSync(join(tmpdir(), "promtool-"));
    try {
      await download(folder);
      const found = readdirSync(folder).find((name) => name.endsWith(".deb"));
      if (found === undefined) throw new InstallError("apt-get download prometheus brought nothing.");
      await run(["dpkg-deb", "--extract", found, "."], folder);
      mkdirSync(join(keptPromtool, ".."), { recursive: true });
      copyFileSync(join(folder, "usr/bin/promtool"), keptPromtool);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Where the lists of packages are not there yet, or are being brought by another one of these, after a while. */
async function download(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run(["apt-get", "--quiet", "download", "prometheus"], folder);
    } catch (error) {
      if (attempt === attempts) throw error;
      await updateLists();
      await Bun.sleep(pauseMs);
    }
  }
}

async function run(command: readonly string[], cwd: string): Promise<void> {
  const end = await runProgram(command, { cwd, output: "capture", timeLimitMs: limitMs });
  if (!end.succeeded) throw new InstallError(`${command.join(" ")}: ${end.how}: ${end.output}`);
}
