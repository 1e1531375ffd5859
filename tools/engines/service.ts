/** An engine as a process of its own, that lives on when the command that started it has ended. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { host, runFolder } from "./places.ts";
import type { Installable } from "./installable.ts";

export type EngineKey = "kafka" | "mongodb" | "postgresql" | "redis";

export interface Service extends Installable {
  readonly key: EngineKey;
  /** Where it listens on loopback, by the variable that chooses the port. */
  readonly ports: Readonly<Record<string, number>>;
  /** Debian packages that it needs, and this machine lacks. */
  missingPackages(): readonly string[];
  /** Makes its data folder where it is missing. */
  prepare(): Promise<void>;
  /** The command that runs it in the foreground. */
  command(): readonly string[];
  /** Its process, where the command hands over to another one. */
  readonly pidFile?: string;
  /** Its port answers, and can be written to. Ask `isServiceHealthy`: the port may be another program's. */
  isHealthy(): Promise<boolean>;
  /** How it is asked to end quickly and in order. */
  readonly stopSignal: "SIGTERM" | "SIGINT";
}

const startMs = 60_000;
const stopMs = 15_000;
const lookMs = 100;

export const dataFolder = (key: EngineKey): string => join(runFolder, `${key}-data`);
export const logFile = (key: EngineKey): string => join(runFolder, `${key}.log`);
const ownPidFile = (key: EngineKey): string => join(runFolder, `${key}.pid`);

/** An engine does not start; the message says why, and what to do. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

/** Starts it unless it runs, lets it go on where it is frozen, and waits until it is healthy. @throws EngineError */
export async function startService(service: Service): Promise<void> {
  const pid = pidOf(service);
  const child = pid === null ? await spawnService(service) : null;
  if (pid !== null) thaw(service);
  // A child that has only just begun does not yet show its command line.
  const hasEnded = (): boolean =>
    child === null ? pidOf(service) === null : child.exitCode !== null || child.signalCode !== null;
  const deadline = Date.now() + startMs;
  while (!(await isServiceHealthy(service))) {
    if (hasEnded()) throw new EngineError(`${service.name} has ended by itself. ${logTail(service.key)}`);
    if (Date.now() > deadline)
      throw new EngineError(
        `${service.name} is not healthy after ${startMs / 1000} s. ${logTail(service.key)}`,
      );
    await Bun.sleep(lookMs);
  }
}

async function spawnService(service: Service): Promise<Bun.Subprocess> {
  const { key, name, ports } = service;
  for (const [variable, port] of Object.entries(ports)) {
    if (!(await isTaken(port))) continue;
    throw new EngineError(
      `${name}: another program listens on ${host}:${port}. End it, or choose another port with ${variable}.`,
    );
  }
  mkdirSync(runFolder, { recursive: true, mode: 0o755 });
  await service.prepare();
  const log = openSync(logFile(key), "w", 0o644);
  // Detached: it has a session of its own, and lives on when this command and its terminal are gone.
  const child = Bun.spawn([...service.command()], {
    stdin: "ignore",
    stdout: log,
    stderr: log,
    detached: true,
  });
  closeSync(log);
  child.unref();
  writeFileSync(ownPidFile(key), String(child.pid));
  return child;
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const answer = (isTaken: boolean) => () => {
      socket.destroy();
      resolve(isTaken);
    };
    socket.once("connect", answer(true)).once("error", answer(false));
  });
}

/** Whether it runs, and does its work. */
export async function isServiceHealthy(service: Service): Promise<boolean> {
  return pidOf(service) !== null && (await service.isHealthy());
}

/** Sends a signal; for one that ends it, waits until it has ended. Does nothing where it does not run. */
export async function signalService(
  service: Service,
  signal: NodeJS.Signals = service.stopSignal,
): Promise<void> {
  const pid = pidOf(service);
  if (pid === null) return;
  send(pid, signal);
  if (signal === "SIGSTOP" || signal === "SIGCONT") return;
  // One that is frozen would not hear it.
  thaw(service);
  const deadline = Date.now() + stopMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) send(pid, "SIGKILL");
    await Bun.sleep(lookMs);
  }
  rmSync(ownPidFile(service.key), { force: true });
}

/** Asks it to end, without waiting: for a program that is at its own end. */
export function abandonService(service: Service): void {
  const pid = pidOf(service);
  if (pid !== null) send(pid, service.stopSignal);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has just ended.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** `runuser` stops with the program that it has started, and takes no notice of its end until it goes on itself. */
function thaw(service: Service): void {
  for (const pid of pidsOf(service)) send(pid, "SIGCONT");
}

/** The process that runs it; null where none does. A number that was given to another program since does not count. */
export function pidOf(service: Service): number | null {
  return pidsOf(service)[0] ?? null;
}

/** Its own process first, then the one that we have started, where that is another. */
function pidsOf({ key, pidFile }: Service): number[] {
  return [pidFile, ownPidFile(key)].flatMap((file) => {
    if (file === undefined || !existsSync(file)) return [];
    const pid = Number(readFileSync(file, "utf8").split("\n", 1)[0]);
    return pid > 0 && isAlive(pid) && isOurs(pid) ? [pid] : [];
  });
}

function isOurs(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(runFolder);
  } catch {
    return false; // it has just ended
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie is over, only nobody has asked how.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function logTail(key: EngineKey): string {
  if (!existsSync(logFile(key))) return "It left no log.";
  const lines = readFileSync(logFile(key), "utf8").trimEnd().split("\n");
  return `The end of ${logFile(key)}:\n${lines.slice(-15).join("\n")}`;
}
