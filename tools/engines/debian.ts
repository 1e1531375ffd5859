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

/**
 * Servers among the packages are not started on their standard ports, now or at the machine's next start: Debian's
 * scripts ask /usr/sbin/policy-rc.d first (101: no), and PostgreSQL's make no database where its file says so.
 * A service that was there before keeps its ways.
 */
const script = `
set -e
prepare_for_servers() {
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] ||
    echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
  if [ -e /usr/sbin/policy-rc.d ]; then return; fi
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  trap 'exit 143' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
}
case " $* " in *" postgresql "* | *" redis-server "* | *" nginx "* | *" caddy "*) prepare_for_servers ;; esac
apt-get --quiet update || echo 'apt-get update failed; going on with the lists that are there'
apt-get --quiet install --yes --no-install-recommends "$@"
for name in "$@"; do
  case $name in redis-server | nginx | caddy)
    if command -v systemctl > /dev/null; then systemctl disable "$name" || true; fi
  esac
done
`;

/** One at a time: while it runs, apt-get lets no other one in. */
let previous: Promise<unknown> = Promise.resolve();

/** Installs the packages, as root or through a sudo that asks for no password. */
export function installPackages(packages: readonly string[]): Promise<void> {
  const own = previous.then(() => install(packages));
  previous = own.catch(() => undefined); // who asked is told
  return own;
}

async function install(packages: readonly string[]): Promise<void> {
  const asRoot = await waysToBeRoot();
  if (asRoot === null) {
    const install = ["sudo", "apt-get", "install", "--no-install-recommends", ...packages].join(" ");
    throw new InstallError(`Only root may install packages. Run this, then try again:\n  ${install}`);
  }
  console.log(`apt-get install ${packages.join(" ")}`);
  const command = [...asRoot, "env", "DEBIAN_FRONTEND=noninteractive", "sh", "-c", script, "sh", ...packages];
  const end = await runProgram(command, { output: "show", timeLimitMs: installLimitMs });
  if (!end.succeeded) throw new InstallError(`apt-get install ${packages.join(" ")}: ${end.how}, see above`);
}

/** Brings the lists of packages, where that is allowed and possible now. */
export async function updateLists(): Promise<void> {
  const asRoot = await waysToBeRoot();
  if (asRoot === null) return;
  await runProgram([...asRoot, "apt-get", "--quiet", "update"], {
    output: "capture",
    timeLimitMs: installLimitMs,
  });
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
