/**
 * A cluster as its operators run it: the real programs in processes of their own, on loopback, on the engines that
 * are up, with topics, keys and databases of this run.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MongoClient } from "mongodb";
import type { EngineUrls } from "./engines.ts";
import { createTestDatabase } from "./postgres-database.ts";
import { freePort } from "../free-port.ts";
import { launchProgram } from "../platform.ts";
import { ensureKeyPair } from "../../src/accounts/index.ts";
import { connectRedis } from "../../src/engines/redis.ts";
import { withAdmin } from "../../src/event-log/kafka-connection.ts";

export interface Member {
  /** Of a platform: its pages. Of a gateway: its socket. */
  readonly url: string;
  readonly pid: number;
  /** Where it would be scraped, with `withMetrics`. */
  readonly metricsPort: number;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Ends it in order; answers its exit code. */
  stop(): Promise<number>;
  restart(): Promise<void>;
  /** Whether it can serve, and what it says of its engines. */
  ready(): Promise<{ readonly ready: boolean; readonly reasons: readonly string[] }>;
}

export interface Cluster {
  readonly gateways: readonly Member[];
  /** Each sends its people to the gateway of the same number. */
  readonly platforms: readonly Member[];
  /** The file of the key by which its tokens are signed. */
  readonly privateKey: string;
  readonly topicPrefix: string;
  readonly databaseUrl: string;
  readonly mongodbUrl: string;
  /** Kills what still runs, and removes what it left in the engines. */
  cleanUp(): Promise<void>;
}

export interface ClusterOptions {
  readonly members?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly withMetrics?: boolean;
  /** The way by which the members reach an engine, where it is not the straight one. */
  readonly by?: (url: string) => string;
  /** The origin of a proxy with TLS through which browsers come: https://localhost:8443. */
  readonly behind?: string;
}

const programs = {
  gateway: join(import.meta.dir, "../../src/main/ws-gateway.ts"),
  platform: join(import.meta.dir, "../../src/main/blazing-sun.ts"),
};

const cleanUpMs = 20_000;

export async function startCluster(
  engines: EngineUrls,
  { members = 2, environment = {}, withMetrics = false, by = (url) => url, behind }: ClusterOptions = {},
): Promise<Cluster> {
  const run = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
  const folder = mkdtempSync(join(tmpdir(), "blazing-sun-cluster-"));
  await ensureKeyPair(folder);
  const database = await createTestDatabase(engines.databaseUrl);
  const mongodbUrl = new URL(engines.mongodbUrl);
  mongodbUrl.pathname = `/test_${run}`;
  const prefix = `test-${run}`;
  const ports = Array.from({ length: members }, () => ({ gateway: freePort(), platform: freePort() }));
  const shared = {
    ...environment,
    KAFKA_BROKERS: engines.kafkaBrokers,
    KAFKA_TOPIC_PREFIX: `${prefix}.`,
    REDIS_URL: by(engines.redisUrl),
    REDIS_KEY_PREFIX: `${prefix}:`,
    MONGODB_URL: by(mongodbUrl.href),
    DATABASE_URL: by(database.url),
    JWT_PUBLIC_KEYS: folder,
    JWT_PRIVATE_KEY: join(folder, "jwt_private.pem"),
    ALLOWED_ORIGINS: behind ?? ports.map(({ platform }) => `http://127.0.0.1:${platform}`).join(","),
  };
  // Together: topics and tables are made once, whoever comes first.
  const started = await Promise.all(
    ports.map(async ({ gateway, platform }) =>
      Promise.all([
        launchMember(programs.gateway, withMetrics, { ...shared, WS_GATEWAY_PORT: String(gateway) }),
        launchMember(programs.platform, withMetrics, {
          ...shared,
          PORT: String(platform),
          SOCKET_URL: `${behind?.replace("https:", "wss:") ?? `ws://127.0.0.1:${gateway}`}/ws`,
        }),
      ]),
    ),
  );
  const gateways = started.map(([gateway]) => gateway);
  const platforms = started.map(([, platform]) => platform);

  return {
    gateways,
    platforms,
    privateKey: shared.JWT_PRIVATE_KEY,
    topicPrefix: shared.KAFKA_TOPIC_PREFIX,
    databaseUrl: database.url,
    mongodbUrl: mongodbUrl.href,
    async cleanUp() {
      await Promise.all([...gateways, ...platforms].map((member) => member.kill()));
      rmSync(folder, { recursive: true, force: true });
      await Promise.all([
        inTime("PostgreSQL", database.drop()),
        inTime("MongoDB", dropMongoDatabase(mongodbUrl.href)),
        inTime("Redis", deleteRedisKeys(engines.redisUrl, `${prefix}:*`)),
        inTime("Kafka", deleteTopics(engines.kafkaBrokers.split(","), shared.KAFKA_TOPIC_PREFIX)),
      ]);
    },
  };
}

/** What a run leaves in an engine harms no other run: an engine that is slow to forget it fails none. */
async function inTime(engine: string, work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(() => {
    console.warn(`${engine}: what the test left there was not removed within ${cleanUpMs} ms`);
    late.resolve();
  }, cleanUpMs);
  await Promise.race([work, late.promise]);
  clearTimeout(timer);
}

async function dropMongoDatabase(url: string): Promise<void> {
  const mongo = new MongoClient(url);
  await mongo.db().dropDatabase();
  await mongo.close();
}

async function deleteRedisKeys(url: string, pattern: string): Promise<void> {
  const redis = await connectRedis(url);
  const keys = (await redis.send("KEYS", [pattern])) as string[]; // the answer of KEYS
  if (keys.length > 0) await redis.send("DEL", keys);
  redis.close();
}

async function deleteTopics(brokers: readonly string[], prefix: string): Promise<void> {
  await withAdmin({ brokers, topicPrefix: "" }, async (admin) => {
    const topics = (await admin.listTopics()).filter((name) => name.startsWith(prefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  });
}

async function launchMember(
  program: string,
  withMetrics: boolean,
  environment: Readonly<Record<string, string>>,
): Promise<Member> {
  const metricsPort = freePort();
  const ofMetrics = withMetrics ? { METRICS_PORT: String(metricsPort) } : {};
  const launch = () => launchProgram([process.execPath, program], { ...environment, ...ofMetrics });
  let running = await launch();
  async function end(signal: "SIGKILL" | "SIGTERM"): Promise<number> {
    running.child.kill(signal);
    return running.child.exited;
  }
  const { url } = running;
  const http = url.replace(/^ws/, "http").replace(/\/ws$/, "");
  return {
    url,
    metricsPort,
    get pid() {
      return running.child.pid;
    },
    async kill() {
      await end("SIGKILL");
    },
    stop: () => end("SIGTERM"),
    async restart() {
      running = await launch();
    },
    async ready() {
      const response = await fetch(`${http}/ready`).catch(() => null);
      if (response === null) return { ready: false, reasons: ["it does not answer"] };
      return (await response.json()) as { ready: boolean; reasons: readonly string[] };
    },
  };
}
