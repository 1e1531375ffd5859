/** Where engines are kept and where they listen. Everything is on loopback, and on ports that nobody else uses. */
import { dirname, join } from "node:path";
import { engineUrlsFile } from "../../tests/cluster/engines.ts";

/** `ENGINES_ROOT`, or a folder beside other temporary files: the user postgres must be able to reach it. */
export const enginesRoot = dirname(engineUrlsFile);
/** Downloads, kept. */
export const cacheFolder = join(enginesRoot, "cache");
/** Data, logs and process ids. */
export const runFolder = join(enginesRoot, "run");

export const host = "127.0.0.1";

export const ports = {
  kafka: port("KAFKA_PORT", 29_092),
  kafkaController: port("KAFKA_CONTROLLER_PORT", 29_093),
  mongodb: port("MONGODB_PORT", 27_117),
  postgresql: port("POSTGRESQL_PORT", 25_432),
  redis: port("REDIS_PORT", 26_379),
} as const;

function port(name: string, fallback: number): number {
  return Number(process.env[`ENGINES_${name}`] ?? fallback);
}
