/** Prometheus' own check of rules, taken out of Debian's package: its server is not installed. */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasApt } from "./debian.ts";
import { InstallError, type Installable } from "./installable.ts";
import { runProgram } from "../program.ts";
import { keptPromtool, promtoolPath } from "../../tests/monitoring/promtool.ts";

const limitMs = 5 * 60_000;

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
      await run(["apt-get", "--quiet", "download", "prometheus"], folder);
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

async function run(command: readonly string[], cwd: string): Promise<void> {
  const end = await runProgram(command, { cwd, output: "capture", timeLimitMs: limitMs });
  if (!end.succeeded) throw new InstallError(`${command.join(" ")}: ${end.how}: ${end.output}`);
}
