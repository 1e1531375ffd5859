/** The package @blazing-sun/client as a stranger has it: built, packed, and installed into a folder of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildClient } from "../../tools/client/build.ts";
import { runProgram } from "../../tools/program.ts";
import { root } from "../../tools/repository.ts";

export interface InstalledPackage {
  /** Where programs that use it are put. */
  readonly folder: string;
  /** Where it is itself. */
  readonly path: string;
  cleanUp(): void;
}

const timeLimitMs = 60_000;

/** Asks no registry: what is needed beside the tarball is on this machine. */
export async function installPackage(): Promise<InstalledPackage> {
  const folder = mkdtempSync(join(tmpdir(), "blazing-sun-client-"));
  const built = await buildClient(join(folder, "built"));
  await npm(["pack", "--pack-destination", folder], built);
  const [tarball] = await Array.fromAsync(new Bun.Glob("*.tgz").scan({ cwd: folder, absolute: true }));
  if (tarball === undefined) throw new Error("npm pack packed nothing");
  const user = join(folder, "user");
  await Bun.write(join(user, "package.json"), JSON.stringify({ type: "module", private: true }));
  await npm(["install", tarball, join(root, "node_modules/ws")], user);
  return {
    folder: user,
    path: join(user, "node_modules/@blazing-sun/client"),
    cleanUp: () => rmSync(folder, { recursive: true }),
  };
}

async function npm(words: readonly string[], cwd: string): Promise<void> {
  const command = ["npm", ...words, "--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  const end = await runProgram(command, { cwd, output: "capture", timeLimitMs });
  if (!end.succeeded) throw new Error(`${command.join(" ")}: ${end.how}: ${end.output}`);
}
