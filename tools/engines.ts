/** `npm run engines -- …`: what the tests, and a cluster on one's own machine, need beside the packages of `npm ci`. */
import {
  EngineError,
  environmentLines,
  isHealthy,
  services,
  signalEngine,
  startEngine,
  startEngines,
  stopEngines,
  type EngineKey,
} from "./engines/control.ts";
import { hasApt, installPackages } from "./engines/debian.ts";
import { InstallError, type Installable } from "./engines/installable.ts";
import { installables } from "./engines/registry.ts";

const keys = services.map(({ key }) => key);

const signals: readonly NodeJS.Signals[] = ["SIGTERM", "SIGKILL", "SIGSTOP", "SIGCONT"];

const usage = `npm run engines -- COMMAND
  install             bring what tests need and this machine lacks
  status              say what is there, and what runs
  up [--fresh]        start Kafka, MongoDB, PostgreSQL and Redis on loopback, and say where they are;
                      --fresh deletes what they held
  down                stop them; what they hold stays
  start ENGINE        start one: ${keys.join(", ")}
  stop ENGINE [SIG]   stop one in order, or with TERM or KILL; freeze it with STOP until CONT
The lines of up for the environment go to the standard output: eval "$(npm run --silent engines -- up)"`;

async function install(): Promise<void> {
  const missing: Installable[] = [];
  for (const thing of await installables()) {
    if (await thing.isInstalled()) console.log(`${thing.name}: already installed`);
    else missing.push(thing);
  }
  await installDebianPackages(missing);
  const outcomes = await Promise.allSettled(missing.map(bring));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
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
  await installPackages(wanted);
}

async function bring(thing: Installable): Promise<void> {
  const begin = performance.now();
  if (!(await thing.isInstalled())) await thing.install();
  console.log(`${thing.name}: installed (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
}

async function status(): Promise<void> {
  for (const thing of await installables()) {
    const state = (await thing.isInstalled()) ? "installed" : "missing: npm run engines -- install";
    console.log(`${thing.name} (${thing.use}): ${state}`);
  }
  const healthy = await Promise.all(keys.map(isHealthy));
  for (const [index, key] of keys.entries()) console.log(`${key}: ${healthy[index] ? "up" : "down"}`);
}

async function up(options: readonly string[]): Promise<void> {
  const missing: string[] = [];
  for (const thing of await installables()) {
    if (thing.use.includes("cluster") && !(await thing.isInstalled())) missing.push(thing.name);
  }
  if (missing.length > 0) {
    throw new EngineError(`Missing: ${missing.join(", ")}. Bring them with: npm run engines -- install`);
  }
  await startEngines({ fresh: options.includes("--fresh"), report: console.error });
  console.log(environmentLines());
}

/** @returns the exit code */
async function run([command, ...rest]: readonly string[]): Promise<number> {
  const perform = commandOf(command, rest);
  if (perform === null) {
    console.error(usage);
    return 1;
  }
  try {
    await perform();
    return 0;
  } catch (error) {
    if (!(error instanceof InstallError) && !(error instanceof EngineError)) throw error;
    console.error(error.message);
    return 1;
  }
}

/** null where it is misused. */
function commandOf(command: string | undefined, rest: readonly string[]): (() => Promise<void>) | null {
  const [first, second] = rest;
  if (command === "up") return rest.every((word) => word === "--fresh") ? () => up(rest) : null;
  if (command === "start" || command === "stop") return commandForOne(command, first, second);
  if (first !== undefined) return null;
  if (command === "install") return install;
  if (command === "status") return status;
  return command === "down" ? stopEngines : null;
}

function commandForOne(
  command: "start" | "stop",
  name?: string,
  word?: string,
): (() => Promise<void>) | null {
  const key: EngineKey | undefined = keys.find((each) => each === name);
  const signal = signals.find((each) => word !== undefined && (each === word || each === `SIG${word}`));
  if (key === undefined || (word !== undefined && signal === undefined)) return null;
  if (command === "stop") return () => signalEngine(key, signal);
  return word === undefined ? () => startEngine(key) : null;
}

process.exit(await run(process.argv.slice(2)));
