import { chownSync, chmodSync, appendFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { SQL } from "bun";
import { enginesRoot, host, ports } from "./places.ts";
import { dataFolder, EngineError, type Service } from "./service.ts";
import { runProgram } from "../program.ts";

const versions = "/usr/lib/postgresql";
const folder = dataFolder("postgresql");
export const databaseName = "blazing_sun";

/** Debian's packages keep the server's programs out of the PATH. */
function programFolder(): string | null {
  if (!existsSync(versions)) return null;
  const [newest] = readdirSync(versions).toSorted((a, b) => Number(b) - Number(a));
  return newest === undefined ? null : join(versions, newest, "bin");
}

/** It refuses to run as root. */
function asItsUser(...command: readonly string[]): readonly string[] {
  return process.getuid?.() === 0 ? ["runuser", "-u", "postgres", "--", ...command] : command;
}

async function insistOnReach(): Promise<void> {
  const look = asItsUser("test", "-x", enginesRoot);
  if ((await runProgram(look, { output: "capture", timeLimitMs: 5_000 })).succeeded) return;
  throw new EngineError(
    `The user postgres cannot reach ${enginesRoot}: choose a folder that everybody may enter with ENGINES_ROOT.`,
  );
}

async function numberOf(option: "-u" | "-g"): Promise<number> {
  const { output } = await runProgram(["id", option, "postgres"], { output: "capture", timeLimitMs: 5_000 });
  return Number(output.trim());
}

export const postgresql: Service = {
  key: "postgresql",
  name: "PostgreSQL",
  use: "tests of the cluster",
  ports: { ENGINES_POSTGRESQL_PORT: ports.postgresql },
  missingPackages: () => (programFolder() === null ? ["postgresql"] : []),
  stopSignal: "SIGINT", // a fast shutdown
  pidFile: join(folder, "postmaster.pid"),

  async isInstalled() {
    return programFolder() !== null;
  },

  async install() {
    // The package is all that it takes.
  },

  async prepare() {
    if (existsSync(join(folder, "PG_VERSION"))) return;
    mkdirSync(folder, { recursive: true });
    await insistOnReach();
    if (process.getuid?.() === 0) chownSync(folder, await numberOf("-u"), await numberOf("-g"));
    chmodSync(folder, 0o700);
    const initdb = join(programFolder() ?? "", "initdb");
    const options = [
      "--auth=trust",
      "--encoding=UTF8",
      "--locale=C.UTF-8",
      "--username=postgres",
      "--no-sync",
    ];
    const command = asItsUser(initdb, "--pgdata", folder, ...options);
    const end = await runProgram(command, { output: "capture", timeLimitMs: 60_000 });
    if (!end.succeeded) throw new EngineError(`initdb failed (${end.how}):\n${end.output.slice(-2000)}`);
    const lines = [
      `listen_addresses = '${host}'`,
      `port = ${ports.postgresql}`,
      "unix_socket_directories = ''",
    ];
    appendFileSync(join(folder, "postgresql.conf"), `${lines.join("\n")}\n`);
  },

  command: () => asItsUser(join(programFolder() ?? "", "postgres"), "-D", folder),

  async isHealthy() {
    const sql = new SQL({
      url: `postgres://postgres@${host}:${ports.postgresql}/postgres`,
      max: 1,
      connectionTimeout: 1,
    });
    try {
      const found = (await sql`SELECT 1 FROM pg_database WHERE datname = ${databaseName}`) as unknown[];
      if (found.length === 0) await sql.unsafe(`CREATE DATABASE ${databaseName}`);
      return true;
    } catch {
      return false; // not yet
    } finally {
      await sql.close({ timeout: 0 });
    }
  },
};
