/** An engine as a process of its own, that lives on when the command that started it has ended. */
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runFolder } from "./places.ts";
import type { Installable } from "./installable.ts";

export type EngineKey = "kafka" | "mongodb" | "postgresql" | "redis";

export interface Service extends Installable {
  readonly key: EngineKey;
  /** Debian packages that it needs, and this machine lacks. */
  missingPackages(): readonly string[];
  /** Makes its data folder where it is missing. */
  prepare(): Promise<void>;
  /** The command that runs it in the foreground. */
  command(): readonly string[];
  /** Its process, where the command hands over to another one. */
  readonly pidFile?: string;
  /** It answers, and can be written to. */
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

/** Starts it unless it runs, and waits until it is healthy. */
export async function startService(service: Service): Promise<void> {
  const { key } = service;
  if (pidOf(service) === null) {
    mkdirSync(runFolder, { recursive: true, mode: 0o755 });
    await service.prepare();
    const log = openSync(logFile(key), "w", 0o644);
    const child = Bun.spawn([...service.command()], {
      stdin: "ignore",
      stdout: log,
      stderr: log,
      detached: true,
    });
    child.unref();
    writeFileSync(ownPidFile(key), String(child.pid));
  }
  const deadline = Date.now() + startMs;
  while (!(await service.isHealthy())) {
    if (Date.now() > deadline)
      throw new Error(`${service.name} is not healthy after ${startMs / 1000} s: ${logTail(key)}`);
    await Bun.sleep(lookMs);
  }
}

/** Sends a signal; for one that ends it, waits until it has ended. Does nothing where it does not run. */
export async function signalService(
  service: Service,
  signal: NodeJS.Signals = service.stopSignal,
): Promise<void> {
  const pid = pidOf(service);
  if (pid === null) return;
  process.kill(pid, signal);
  if (signal === "SIGSTOP" || signal === "SIGCONT") return;
  const deadline = Date.now() + stopMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) process.kill(pid, "SIGKILL");
    await Bun.sleep(lookMs);
  }
  rmSync(ownPidFile(service.key), { force: true });
}

/** Asks it to end, without waiting: for a program that is at its own end. */
export function abandonService(service: Service): void {
  const pid = pidOf(service);
  if (pid !== null) process.kill(pid, service.stopSignal);
}

/** The process that runs it; null where none does. A number that was given to another program since does not count. */
export function pidOf(service: Service): number | null {
  for (const file of [service.pidFile, ownPidFile(service.key)]) {
    if (file === undefined || !existsSync(file)) continue;
    const pid = Number(readFileSync(file, "utf8").split("\n", 1)[0]);
    if (pid > 0 && isAlive(pid) && isOurs(pid)) return pid;
  }
  return null;
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
  return existsSync(logFile(key))
    ? readFileSync(logFile(key), "utf8").split("\n").slice(-15).join("\n")
    : "no log";
}
