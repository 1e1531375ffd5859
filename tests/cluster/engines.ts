/** The engines that `npm run engines -- up` has started, for tests that need real ones. */
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** As the programs read them: KAFKA_BROKERS, REDIS_URL, MONGODB_URL, DATABASE_URL. */
export interface EngineUrls {
  readonly kafkaBrokers: string;
  readonly redisUrl: string;
  /** Its path names the database; tests may use another one of the same server. */
  readonly mongodbUrl: string;
  readonly databaseUrl: string;
}

/** Where `up` writes the addresses and `down` removes them. */
export const engineUrlsFile = resolve(
  process.env.ENGINES_ROOT ?? join(tmpdir(), "blazing-sun-engines"),
  "urls.json",
);

/** null where no engines were started: tests of adapters are left out then, and said to be. */
export function runningEngines(): EngineUrls | null {
  if (!existsSync(engineUrlsFile)) return null;
  return JSON.parse(readFileSync(engineUrlsFile, "utf8")) as EngineUrls; // written by tools/engines
}
