/** Starts and stops the engines, and says where they are. Also for tests that take one away. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as docker from "./docker.ts";
import { kafka } from "./kafka.ts";
import { mongodb } from "./mongodb.ts";
import { host, ports, runFolder } from "./places.ts";
import { databaseName, postgresql } from "./postgresql.ts";
import { redis } from "./redis.ts";
import {
  abandonService,
  isServiceHealthy,
  pidOf,
  signalService,
  startService,
  type EngineKey,
  type Service,
} from "./service.ts";
import { engineUrlsFile, type EngineUrls } from "../../tests/cluster/engines.ts";

export { EngineError, type EngineKey } from "./service.ts";

export const services: readonly Service[] = [kafka, mongodb, postgresql, redis];

const urls: EngineUrls = {
  kafkaBrokers: `${host}:${ports.kafka}`,
  redisUrl: `redis://${host}:${ports.redis}`,
  mongodbUrl: `mongodb://${host}:${ports.mongodb}/${databaseName}?replicaSet=rs0`,
  databaseUrl: `postgres://postgres@${host}:${ports.postgresql}/${databaseName}`,
};

/** What an operator sets, line by line. */
export function environmentLines(): string {
  return [
    `export KAFKA_BROKERS=${urls.kafkaBrokers}`,
    `export REDIS_URL=${urls.redisUrl}`,
    `export MONGODB_URL='${urls.mongodbUrl}'`,
    `export DATABASE_URL=${urls.databaseUrl}`,
  ].join("\n");
}

/** Whether all of them can be started here. */
export async function canStartEngines(): Promise<boolean> {
  if (await docker.isThere()) return true;
  const installed = await Promise.all(services.map((service) => service.isInstalled()));
  return installed.every(Boolean);
}

export interface StartOptions {
  /** Deletes what they held. */
  readonly fresh?: boolean;
  /** Is told of each that has become healthy, in a line. */
  readonly report?: (line: string) => void;
}

/** Starts those that do not run, waits until all are healthy, and writes down where they are. @throws EngineError */
export async function startEngines({ fresh = false, report = () => {} }: StartOptions = {}): Promise<void> {
  if (fresh) await wipeEngines();
  if (await docker.isThere()) await docker.up();
  else await Promise.all(services.map((service) => startAndReport(service, report)));
  mkdirSync(runFolder, { recursive: true, mode: 0o755 });
  writeFileSync(engineUrlsFile, JSON.stringify(urls), { mode: 0o644 });
}

async function startAndReport(service: Service, report: (line: string) => void): Promise<void> {
  const begin = performance.now();
  const didRun = pidOf(service) !== null;
  await startService(service);
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  report(`${service.name}: ${didRun ? "was up already" : `up after ${seconds} s`}`);
}

/** What they hold stays. */
export async function stopEngines(): Promise<void> {
  rmSync(engineUrlsFile, { force: true });
  if (await docker.isThere()) await docker.down();
  else await Promise.all(services.map((service) => signalService(service)));
}

async function wipeEngines(): Promise<void> {
  await stopEngines();
  if (await docker.isThere()) await docker.wipe();
  rmSync(runFolder, { recursive: true, force: true });
}

/** For a program that is interrupted: nothing can be waited for. */
export async function prepareToAbandonEngines(): Promise<() => void> {
  const fromDocker = await docker.isThere();
  return () => {
    rmSync(engineUrlsFile, { force: true });
    if (fromDocker) docker.abandon();
    else for (const service of services) abandonService(service);
  };
}

/** Whether somebody has started them, be it that one has ended since, or the machine was restarted. */
export function wereEnginesStarted(): boolean {
  return existsSync(engineUrlsFile) || services.some((service) => pidOf(service) !== null);
}

/** Whether they were started on these ports, and are healthy. */
export async function areEnginesUp(): Promise<boolean> {
  if (!existsSync(engineUrlsFile)) return false;
  if (readFileSync(engineUrlsFile, "utf8") !== JSON.stringify(urls)) return false;
  return (await Promise.all(services.map(({ key }) => isHealthy(key)))).every(Boolean);
}

/** Whether it runs, and answers. */
export async function isHealthy(key: EngineKey): Promise<boolean> {
  return (await docker.isThere()) ? docker.isHealthy(key) : isServiceHealthy(serviceOf(key));
}

/** Starts one that was stopped or frozen, and waits until it is healthy. @throws EngineError */
export async function startEngine(key: EngineKey): Promise<void> {
  if (await docker.isThere()) return docker.start(key);
  await startService(serviceOf(key));
}

/** Ends one (in order, unless a signal says otherwise), or freezes it with SIGSTOP until SIGCONT or its start. */
export async function signalEngine(key: EngineKey, signal?: NodeJS.Signals): Promise<void> {
  if (await docker.isThere()) return docker.signal(key, signal);
  await signalService(serviceOf(key), signal);
}

function serviceOf(key: EngineKey): Service {
  const service = services.find((each) => each.key === key);
  if (service === undefined) throw new Error(`There is no engine ${key}.`);
  return service;
}
