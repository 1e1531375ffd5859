import { statSync } from "node:fs";
import { join } from "node:path";
import { root } from "../repository.ts";
import { runProgram } from "../program.ts";

/** The files of the repository, tracked or about to be, as paths from its root. */
export async function repositoryFiles(): Promise<string[]> {
  const git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const end = await runProgram(git, { cwd: root, output: "capture", timeLimitMs: 30_000 });
  if (!end.succeeded) throw new Error(`git ls-files: ${end.how}: ${end.output}`);
  const paths = end.output.split("\0").filter((path) => path !== "" && isFile(path));
  if (paths.length === 0) throw new Error("git ls-files names no file");
  return paths;
}

/** Not deleted meanwhile, and no link to a folder. */
function isFile(path: string): boolean {
  return statSync(join(root, path), { throwIfNoEntry: false })?.isFile() ?? false;
}
