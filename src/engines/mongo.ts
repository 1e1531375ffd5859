/** Connections to MongoDB: writes by majority and journal, and in a line what is wrong. */
import { MongoClient, MongoServerError, MongoServerSelectionError, type Db } from "mongodb";
import { EngineProblem, withoutPassword } from "./engine.ts";
import { endWritesWithConnections } from "./mongo-writes.ts";

export interface MongoConnection {
  readonly client: MongoClient;
  /** The database that the URL names, or `blazing_sun`. */
  readonly db: Db;
  /** Rejects with an EngineProblem where it cannot be written to now. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const defaultDatabase = "blazing_sun";
const selectionMs = 4_000;
const checkMs = 2_500;
const lookMs = 1_000;
const heartbeatMs = 2_000;
const socketMs = 30_000;

/**
 * @param url `mongodb://user:password@host:port/database?replicaSet=name`
 * @throws EngineProblem `refused`: a wrong URL, wrong credentials, no replica set; `away`: anything else
 */
export async function connectMongo(url: string): Promise<MongoConnection> {
  endWritesWithConnections();
  const client = newClient(url);
  const db = client.db(/\/\/[^/]+\/[^?]/.test(url) ? undefined : defaultDatabase);
  const connection: MongoConnection = {
    client,
    db,
    check: () => check(db, url),
    close: () => client.close(),
  };
  try {
    await client.connect();
    await connection.check();
    return connection;
  } catch (error) {
    await client.close();
    const known = explain(error, url);
    throw known.kind === "away" ? ((await lookWhy(url)) ?? known) : known;
  }
}

function newClient(url: string): MongoClient {
  try {
    return new MongoClient(url, {
      appName: "blazing_sun",
      maxPoolSize: 32,
      serverSelectionTimeoutMS: selectionMs,
      connectTimeoutMS: selectionMs,
      // A server that is there and says nothing is given up after both together.
      heartbeatFrequencyMS: heartbeatMs,
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

/** A server that is full, that lost its majority or that knows nobody still answers what only reads. */
async function check(db: Db, url: string): Promise<void> {
  try {
    const hello = await within(checkMs / 2, db.command({ hello: 1 }));
    if (hello["setName"] === undefined) throw noReplicaSet(url);
    const checks = db.collection<{ _id: string; at: Date }>("engine_checks");
    const written = checks.updateOne({ _id: "written" }, { $set: { at: new Date() } }, { upsert: true });
    await within(checkMs / 2, written);
  } catch (error) {
    throw explain(error, url);
  }
}

async function within<Answer>(ms: number, work: Promise<Answer>): Promise<Answer> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the first server of the URL says of itself, where it is none of those that the URL asks for. */
async function lookWhy(url: string): Promise<EngineProblem | null> {
  const [, host] = /^mongodb:\/\/(?:[^@/]*@)?([^,/?]+)/.exec(url) ?? [];
  if (host === undefined) return null;
  const client = new MongoClient(`mongodb://${host}/?directConnection=true`, {
    serverSelectionTimeoutMS: lookMs,
  });
  try {
    const hello = await client.db("admin").command({ hello: 1 });
    const isUninitiated = hello["isreplicaset"] === true;
    if (isUninitiated) return away(url, "waits for rs.initiate(), which makes it a replica set");
    const setName: unknown = hello["setName"];
    if (typeof setName !== "string") return noReplicaSet(url);
    const [, wanted = setName] = /[?&]replicaSet=([^&]+)/.exec(url) ?? [];
    if (wanted !== setName)
      return refused(url, `is of the replica set ${setName}: write replicaSet=${setName}`);
    return hello["isWritablePrimary"] === true ? null : away(url, "has no primary now");
  } catch {
    return null; // it does not answer, as was known before
  } finally {
    await client.close();
  }
}

function noReplicaSet(url: string): EngineProblem {
  return refused(
    url,
    "is no replica set, which transactions need: start mongod with --replSet and run rs.initiate() once " +
      "(a set of one is enough)",
  );
}

const refused = (url: string, why: string, cause?: unknown) =>
  new EngineProblem("MongoDB", "refused", `${withoutPassword(url)} ${why}.`, cause);

const away = (url: string, why: string, cause?: unknown) =>
  new EngineProblem("MongoDB", "away", `${withoutPassword(url)} ${why}.`, cause);

/** https://www.mongodb.com/docs/manual/reference/error-codes/ */
const credentialCodes: readonly unknown[] = [13, 18, 8000];

function explain(error: unknown, url: string): EngineProblem {
  if (error instanceof EngineProblem) return error;
  const cause = error instanceof MongoServerSelectionError ? (error.cause ?? error) : error;
  if (cause instanceof MongoServerError && credentialCodes.includes(cause.code)) {
    return refused(url, `refuses the credentials (${textOf(cause)})`, error);
  }
  return away(url, `does not answer (${textOf(error)})`, error);
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ");
}
