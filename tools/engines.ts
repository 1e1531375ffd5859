/** `npm run engines -- …`: what the tests, and a cluster on one's own machine, need beside the packages of `npm ci`. */
import {
  environmentLines,
  services,
  signalEngine,
  startEngine,
  startEngines,
  states,
  stopEngines,
  type EngineKey,
} from "./engines/control.ts";
import { hasApt, installPackages } from "./engines/debian.ts";
import * as docker from "./engines/docker.ts";
import { InstallError, type Installable } from "./engines/installable.ts";
import { keepDebianFromStartingOne } from "./engines/postgresql.ts";
import { installables } from "./engines/registry.ts";

const keys = services.map(({ key }) => key);

const usage = `npm run engines -- COMMAND
  install             bring what tests need and this machine lacks
  status              say what is there, and what runs
  up [--fresh]        start Kafka, MongoDB, PostgreSQL and Redis on loopback, and say where they are;
                      --fresh deletes what they held
  down                stop them; what they hold stays
  start ENGINE        start one: ${keys.join(", ")}
  stop ENGINE [SIG]   stop one, or send it a signal (SIGKILL, SIGSTOP, SIGCONT)`;

async function install(): Promise<number> {
  const missing: Installable[] = [];
  for (const thing of await installables()) {
    if (await thing.isInstalled()) console.log(`${thing.name}: already installed`);
    else missing.push(thing);
  }
  try {
    await installDebianPackages(missing);
    const outcomes = await Promise.allSettled(missing.map(bring));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    return 0;
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    console.error(error.message);
    return 1;
  }
}

/** All at once: each run of apt-get takes its time. */
async function installDebianPackages(things: readonly Installable[]): Promise<void> {
  const wanted = things.flatMap(
    (thing) => services.find((service) => service === thing)?.missingPackages() ?? [],
  );
  if (wanted.length === 0) return;
  if (!hasApt()) {
    throw new InstallError(`There is neither Docker nor apt-get here: bring ${wanted.join(", ")} yourself.`);
  }
  keepDebianFromStartingOne();
  await installPackages(wanted);
}

async function bring(thing: Installable): Promise<void> {
  if (!(await thing.isInstalled())) await thing.install();
  console.log(`${thing.name}: installed`);
}

async function status(): Promise<number> {
  for (const thing of await installables()) {
    const state = (await thing.isInstalled()) ? "installed" : "missing: npm run engines -- install";
    console.log(`${thing.name} (${thing.use}): ${state}`);
  }
  if (await docker.isThere()) console.log("Engines come from Docker: docker compose ps");
  else
    for (const { service, isHealthy } of await states())
      console.log(`${service.key}: ${isHealthy ? "up" : "down"}`);
  return 0;
}

async function up(options: readonly string[]): Promise<number> {
  const missing: string[] = [];
  for (const thing of await installables()) {
    if (thing.use.includes("cluster") && !(await thing.isInstalled())) missing.push(thing.name);
  }
  if (missing.length > 0) {
    console.error(`Missing: ${missing.join(", ")}. Bring them with: npm run engines -- install`);
    return 1;
  }
  await startEngines({ fresh: options.includes("--fresh") });
  console.log(environmentLines());
  return 0;
}

async function run([command, ...rest]: readonly string[]): Promise<number> {
  const [name, signal] = rest;
  const key = keys.find((each) => each === name);
  switch (command) {
    case "install":
      return install();
    case "status":
      return status();
    case "up":
      return up(rest);
    case "down":
      await stopEngines();
      return 0;
    case "start":
    case "stop":
      return key === undefined ? misused() : one(command, key, signal);
    default:
      return misused();
  }
}

function misused(): number {
  console.error(usage);
  return 1;
}

async function one(command: "start" | "stop", key: EngineKey, signal: string | undefined): Promise<number> {
  if (command === "start") await startEngine(key);
  else await signalEngine(key, signal as NodeJS.Signals | undefined); // an unknown one is refused by the system
  return 0;
}

process.exit(await run(process.argv.slice(2)));
