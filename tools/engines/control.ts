/** Starts and stops the engines, and says where they are. Also for tests that take one away. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as docker from "./docker.ts";
import { kafka } from "./kafka.ts";
import { mongodb } from "./mongodb.ts";
import { host, ports, runFolder } from "./places.ts";
import { databaseName, postgresql } from "./postgresql.ts";
import { redis } from "./redis.ts";
import { abandonService, signalService, startService, type EngineKey, type Service } from "./service.ts";
import { engineUrlsFile, type EngineUrls } from "../../tests/cluster/engines.ts";

export type { EngineKey } from "./service.ts";

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

/** Starts those that do not run, waits until all are healthy, and writes down where they are. */
export async function startEngines({ fresh = false } = {}): Promise<void> {
  if (fresh) {
    await stopEngines();
    rmSync(runFolder, { recursive: true, force: true });
  }
  mkdirSync(runFolder, { recursive: true, mode: 0o755 });
  if (await docker.isThere()) await docker.up();
  else await Promise.all(services.map(startService));
  writeFileSync(engineUrlsFile, JSON.stringify(urls), { mode: 0o644 });
}

/** Data stays. */
export async function stopEngines(): Promise<void> {
  rmSync(engineUrlsFile, { force: true });
  if (await docker.isThere()) await docker.down();
  else await Promise.all(services.map((service) => signalService(service)));
}

/** For a program that is interrupted: nothing can be waited for. */
export function abandonEngines(): void {
  rmSync(engineUrlsFile, { force: true });
  for (const service of services) abandonService(service);
}

/** Whether they were started and are healthy: a file that says so may be older than the machine's last start. */
export async function areEnginesUp(): Promise<boolean> {
  if (!existsSync(engineUrlsFile)) return false;
  const isOurs = readFileSync(engineUrlsFile, "utf8") === JSON.stringify(urls);
  if (!isOurs || (await docker.isThere())) return isOurs;
  return (await states()).every(({ isHealthy }) => isHealthy);
}

export async function states(): Promise<
  readonly { readonly service: Service; readonly isHealthy: boolean }[]
> {
  return Promise.all(services.map(async (service) => ({ service, isHealthy: await service.isHealthy() })));
}

/** Starts one that was stopped, and waits until it is healthy. */
export async function startEngine(key: EngineKey): Promise<void> {
  if (await docker.isThere()) return docker.start(key);
  await startService(serviceOf(key));
}

/** Ends one (in order, unless a signal says otherwise), or freezes it with SIGSTOP until SIGCONT. */
export async function signalEngine(key: EngineKey, signal?: NodeJS.Signals): Promise<void> {
  if (await docker.isThere()) return docker.signal(key, signal ?? "SIGTERM");
  await signalService(serviceOf(key), signal);
}

function serviceOf(key: EngineKey): Service {
  const service = services.find((each) => each.key === key);
  if (service === undefined) throw new Error(`There is no engine ${key}.`);
  return service;
}
