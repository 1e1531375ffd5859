/** Redis as presence wants it: nothing is thrown away behind its back, and a restart finds what was there. */
import { checkClock, readClock } from "./clocks.ts";
import { about, messageOf, type Finding } from "./finding.ts";
import { EngineProblem } from "../../engines/engine.ts";
import { connectRedis, type RedisConnection } from "../../engines/redis.ts";

const { ok, warning, error } = about("Redis");
const leastVersion = 6;

export async function checkRedis(url: string): Promise<Finding[]> {
  let redis: RedisConnection;
  try {
    redis = await connectRedis(url);
  } catch (problem) {
    if (!(problem instanceof EngineProblem)) throw problem;
    return [error(messageOf(problem).replace("Redis: ", ""), mendOf(problem))];
  }
  try {
    return await look(redis);
  } finally {
    redis.close();
  }
}

function mendOf(problem: EngineProblem): string {
  if (problem.message.includes("takes no writes"))
    return "make room: raise maxmemory, or see why it cannot save (redis-cli INFO persistence).";
  return problem.kind === "refused"
    ? "set REDIS_URL to the master, with a user who may do all but administer: redis://user:password@host:port"
    : "start the server, or mend the host and port in REDIS_URL.";
}

async function look(redis: RedisConnection): Promise<Finding[]> {
  const info = parseInfo(String(await redis.send("INFO", [])));
  const version = info.get("redis_version") ?? "unknown";
  const findings: Finding[] = [
    Number.parseInt(version, 10) >= leastVersion
      ? ok(`${version} answers, and takes writes.`)
      : error(`${version} is too old.`, "use Redis 6 or newer; 7.0 is what is tested."),
  ];
  if (info.get("redis_mode") === "cluster") {
    const mend = "use one primary, with replicas where it must outlive a machine.";
    findings.push(error("It is a Redis Cluster, whose slots the platform's scripts do not know.", mend));
  }
  const clock = await readClock("Redis", async () => timeOf(await redis.send("TIME", [])));
  return [
    ...findings,
    ...checkMemory(info, await configOf(redis, "maxmemory-policy")),
    ...(await checkPersistence(redis, info)),
    checkClock(clock),
  ];
}

/** `CONFIG` may be forbidden, as hosted ones do; then INFO knows some of it. */
async function configOf(redis: RedisConnection, name: string): Promise<string | null> {
  try {
    // A list in RESP 2, a map in RESP 3.
    const answer = (await redis.send("CONFIG", ["GET", name])) as readonly string[] | Record<string, string>;
    return (Array.isArray(answer) ? (answer as readonly string[])[1] : Object.values(answer)[0]) ?? null;
  } catch (problem) {
    if (problem instanceof EngineProblem) return null;
    throw problem;
  }
}

function checkMemory(info: ReadonlyMap<string, string>, asked: string | null): Finding[] {
  const limit = Number(info.get("maxmemory") ?? 0);
  const used = Number(info.get("used_memory") ?? 0);
  const policy = asked ?? info.get("maxmemory_policy") ?? "unknown";
  const mend = "CONFIG SET maxmemory-policy noeviction, and the same in redis.conf.";
  if (policy === "unknown") {
    return [warning("maxmemory-policy cannot be read.", "see to it that it is noeviction.")];
  }
  // Without a limit nothing is thrown away; it is wrong all the same as soon as somebody sets one.
  if (policy !== "noeviction") {
    const says = `maxmemory-policy is ${policy}${limit === 0 ? " (there is no maxmemory now)" : ""}: who is there would be forgotten when memory is short.`;
    const isAtOnce = limit > 0 && policy.startsWith("allkeys");
    return [isAtOnce ? error(says, mend) : warning(says, mend)];
  }
  if (limit > 0 && used > 0.9 * limit) {
    const says = `${Math.round((100 * used) / limit)} % of maxmemory is used: when it is full, nobody can come in.`;
    return [warning(says, "raise maxmemory; a connection takes about 1 KiB.")];
  }
  return [ok("maxmemory-policy is noeviction.")];
}

/** It may be lost, and is rebuilt; but until then nobody knows who is there. */
async function checkPersistence(
  redis: RedisConnection,
  info: ReadonlyMap<string, string>,
): Promise<Finding[]> {
  const isAppending = info.get("aof_enabled") === "1";
  const failed = ["aof_last_write_status", "aof_last_bgrewrite_status", "rdb_last_bgsave_status"].filter(
    (name) => info.get(name) === "err",
  );
  if (failed.length > 0) {
    return [
      error(`It cannot write to its disk (${failed.join(", ")}).`, "make room there, and see its log."),
    ];
  }
  if (isAppending) return [ok("It keeps what it holds over a restart (appendonly).")];
  const save = await configOf(redis, "save");
  if (save !== null && save !== "") {
    const mend = "CONFIG SET appendonly yes, and the same in redis.conf.";
    return [warning(`It saves snapshots alone (save ${save}): a crash forgets the last minutes.`, mend)];
  }
  const says = "It keeps nothing over a restart: everybody connects anew, and deadlines wait for a minute.";
  return [warning(says, "CONFIG SET appendonly yes, and the same in redis.conf.")];
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const at = line.indexOf(":");
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : [];
    }),
  );
}

/** Seconds and microseconds, as milliseconds. */
function timeOf(answer: unknown): number {
  const [seconds, micros] = Array.isArray(answer) ? answer.map(Number) : [];
  return (seconds ?? Number.NaN) * 1000 + (micros ?? 0) / 1000;
}
