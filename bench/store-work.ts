/** What the stores of a cluster are asked, as the engines themselves count it. */
import { SQL } from "bun";
import { MongoClient } from "mongodb";
import type { Cluster } from "../tests/cluster/cluster.ts";
import type { EngineUrls } from "../tests/cluster/engines.ts";
import { connectKafkaLog } from "../src/event-log/kafka.ts";

export interface StoreWork {
  /** For services, in the log. */
  readonly commands: number;
  /** Reads and writes of this cluster's database in MongoDB. */
  readonly mongodb: number;
  /** Statements of this cluster's database in PostgreSQL. */
  readonly postgresql: number;
}

/** PostgreSQL's sessions say what they did a second later. */
const statisticsMs = 1_500;

export async function workSoFar(cluster: Cluster, engines: EngineUrls): Promise<StoreWork> {
  await Bun.sleep(statisticsMs);
  const [commands, mongodb, postgresql] = await Promise.all([
    commandsIn(cluster, engines),
    askedOfMongo(cluster, engines),
    askedOfPostgres(cluster, engines),
  ]);
  return { commands, mongodb, postgresql };
}

export function difference(before: StoreWork, after: StoreWork): StoreWork {
  return {
    commands: after.commands - before.commands,
    mongodb: after.mongodb - before.mongodb,
    postgresql: after.postgresql - before.postgresql,
  };
}

export function describeWork({ commands, mongodb, postgresql }: StoreWork): string {
  return `${commands} commands for services, ${mongodb} questions to MongoDB, ${postgresql} to PostgreSQL`;
}

async function commandsIn(cluster: Cluster, engines: EngineUrls): Promise<number> {
  const log = await connectKafkaLog({
    brokers: engines.kafkaBrokers.split(","),
    topicPrefix: cluster.topicPrefix,
    logger: { warn: () => {}, error: () => {} },
  });
  const ends = await log.ends(["games.commands", "chat.commands"]);
  await log.close();
  return Object.values(ends).reduce((sum, end) => sum + end + 1, 0);
}

async function askedOfMongo(cluster: Cluster, engines: EngineUrls): Promise<number> {
  const database = new URL(cluster.mongodbUrl).pathname.slice(1);
  const mongo = new MongoClient(engines.mongodbUrl);
  const { totals } = (await mongo.db("admin").command({ top: 1 })) as unknown as {
    totals: Readonly<Record<string, { total?: { count: number } }>>; // as the manual of `top` has it
  };
  await mongo.close();
  return Object.entries(totals)
    .filter(([collection]) => collection.startsWith(`${database}.`))
    .reduce((sum, [, { total }]) => sum + (total?.count ?? 0), 0);
}

async function askedOfPostgres(cluster: Cluster, engines: EngineUrls): Promise<number> {
  const database = new URL(cluster.databaseUrl).pathname.slice(1);
  const sql = new SQL(engines.databaseUrl, { max: 1 });
  const [row] = (await sql`
    SELECT xact_commit + xact_rollback AS count FROM pg_stat_database WHERE datname = ${database}
  `) as { count: string }[];
  await sql.close();
  return Number(row?.count ?? 0);
}
