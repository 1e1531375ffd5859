/** Connections to MongoDB: writes by majority and journal, and in a line what is wrong. */
import { MongoClient, MongoServerError, type Db } from "mongodb";
import { EngineProblem, withoutPassword } from "./engine.ts";

export interface MongoConnection {
  readonly client: MongoClient;
  /** The database that the URL names. */
  readonly db: Db;
  /** Rejects with an EngineProblem where it cannot be written to now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const selectionMs = 4_000;
const checkMs = 2_500;
const socketMs = 30_000;

/**
 * @param url `mongodb://host:port/database?replicaSet=name`
 * @throws EngineProblem
 */
export async function connectMongo(url: string): Promise<MongoConnection> {
  const client = newClient(url);
  try {
    await client.connect();
    const connection: MongoConnection = {
      client,
      db: client.db(),
      check: () => check(client, url),
      close: () => client.close(),
    };
    await connection.check();
    return connection;
  } catch (error) {
    await client.close();
    throw explain(error, url);
  }
}

function newClient(url: string): MongoClient {
  try {
    return new MongoClient(url, {
      appName: "blazing_sun",
      maxPoolSize: 32,
      serverSelectionTimeoutMS: selectionMs,
      connectTimeoutMS: selectionMs,
      socketTimeoutMS: socketMs,
      // What is acknowledged is on the disks of a majority, and only such things are read.
      writeConcern: { w: "majority", journal: true },
      readConcern: { level: "majority" },
      readPreference: "primary",
      retryWrites: true,
      retryReads: true,
      ignoreUndefined: true,
    });
  } catch (error) {
    throw new EngineProblem("MongoDB", "refused", `MONGODB_URL cannot be used (${textOf(error)}).`, error);
  }
}

async function check(client: MongoClient, url: string): Promise<void> {
  try {
    const hello = await client.db("admin").command({ hello: 1 }, { timeoutMS: checkMs });
    if (hello["setName"] === undefined) {
      throw new EngineProblem(
        "MongoDB",
        "refused",
        `${withoutPassword(url)} is no replica set, which transactions need: start mongod with --replSet and run ` +
          "rs.initiate() once; a set of one is enough.",
      );
    }
    if (hello["isWritablePrimary"] !== true) throw new Error("it has no primary now");
  } catch (error) {
    throw explain(error, url);
  }
}

/** https://www.mongodb.com/docs/manual/reference/error-codes/ */
const credentialCodes: readonly unknown[] = [13, 18, 8000];

function explain(error: unknown, url: string): EngineProblem {
  if (error instanceof EngineProblem) return error;
  const where = withoutPassword(url);
  const text = textOf(error);
  if (error instanceof MongoServerError && credentialCodes.includes(error.code)) {
    return new EngineProblem("MongoDB", "refused", `${where} refuses the credentials (${text}).`, error);
  }
  return new EngineProblem("MongoDB", "away", `${where} does not answer (${text}).`, error);
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ");
}
