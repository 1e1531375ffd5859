/** Packages of Debian and its relatives. */
import { InstallError } from "./installable.ts";
import { runProgram } from "../program.ts";

const queryLimitMs = 30_000;
const installLimitMs = 15 * 60_000;

/** Which of the packages are not installed. */
export async function missingPackages(packages: readonly string[]): Promise<string[]> {
  const query = ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n", ...packages];
  // It says what it knows and exits with 1 where it knows nothing of a package.
  const { output } = await runProgram(query, { output: "capture", timeLimitMs: queryLimitMs });
  const lines = new Set(output.split("\n"));
  return packages.filter((name) => !lines.has(`${name} installed`));
}

export function hasApt(): boolean {
  return Bun.which("apt-get") !== null && Bun.which("dpkg-query") !== null;
}

/** Installs the packages, as root or through a sudo that asks for no password. */
export async function installPackages(packages: readonly string[]): Promise<void> {
  const aptGet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"];
  const update = [...aptGet, "update"];
  const install = [...aptGet, "install", "--yes", "--no-install-recommends", ...packages];

  const asRoot = await waysToBeRoot();
  if (asRoot === null) {
    const commands = [update, install].map((command) => `sudo ${command.join(" ")}`).join(" && ");
    throw new InstallError(`Only root may install packages. Run this, then try again:\n  ${commands}`);
  }
  const options = { output: "show", timeLimitMs: installLimitMs } as const;
  const updated = await runProgram([...asRoot, ...update], options);
  if (!updated.succeeded)
    console.log(`apt-get update: ${updated.how}; going on with the lists that are there`);
  const end = await runProgram([...asRoot, ...install], options);
  if (!end.succeeded) throw new InstallError(`apt-get install ${packages.join(" ")}: ${end.how}, see above`);
}

/** What to put before a command; null where there is no way. */
async function waysToBeRoot(): Promise<readonly string[] | null> {
  if (process.getuid?.() === 0) return [];
  if (Bun.which("sudo") === null) return null;
  const sudo = ["sudo", "--non-interactive"];
  const end = await runProgram([...sudo, "true"], { output: "capture", timeLimitMs: queryLimitMs });
  return end.succeeded ? sudo : null;
}

/** The packages of those programs that this machine lacks. @param packages by program */
export function packagesFor(packages: Readonly<Record<string, string>>): string[] {
  return Object.entries(packages).flatMap(([program, name]) => (Bun.which(program) === null ? [name] : []));
}
