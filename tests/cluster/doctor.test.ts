/** `npm run doctor` against real engines, with things broken on purpose; those that all tests share stay as they are. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SQL } from "bun";
import { runningEngines } from "./engines.ts";
import { createTestDatabase, type TestDatabase } from "./postgres-database.ts";
import { ensureKeyPair } from "../../src/accounts/index.ts";
import { findMongod, ownMongod } from "../../src/engines/mongo-fixture.ts";
import { migratePostgres } from "../../src/engines/postgres-migrations.ts";
import { hasRedisServer, ownRedis } from "../../src/engines/redis-fixture.ts";
import { withAdmin } from "../../src/event-log/kafka-connection.ts";
import { deadLetters, ensureTopics } from "../../src/event-log/kafka-topics.ts";
import { checkKafka } from "../../src/main/doctor/engine-kafka.ts";
import { checkMongo } from "../../src/main/doctor/engine-mongodb.ts";
import { checkPostgres } from "../../src/main/doctor/engine-postgresql.ts";
import { checkRedis } from "../../src/main/doctor/engine-redis.ts";
import type { Finding } from "../../src/main/doctor/finding.ts";
import { postgresMigrations } from "../../src/main/migrations.ts";
import { faketimeLibrary, shiftableClock, shiftClock } from "../faults/runner/clock.ts";

const engines = runningEngines();
const program = join(import.meta.dir, "../../src/main/doctor.ts");

/** Level and sentence of what is not well; each says how to mend it. */
function complaints(findings: readonly Finding[]): string[] {
  return findings.flatMap((finding) => {
    if (finding.level === "ok") return [];
    expect(finding.mend.length).toBeGreaterThan(10);
    return [`${finding.level}: ${finding.says}`];
  });
}

async function doctor(environment: Readonly<Record<string, string>>, ...words: readonly string[]) {
  const child = Bun.spawn([process.execPath, program, ...words], {
    env: { PATH: process.env.PATH ?? "", ...environment },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [said, complaint] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, said, complaint };
}

describe("the command", () => {
  const folder = mkdtempSync(join(tmpdir(), "doctor-command-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("finds the embedded program well on a bare machine, with nothing to configure", async () => {
    const { code, said } = await doctor({ DATA_DIR: folder, PORT: "0" });
    expect(said).toContain("0 errors");
    expect(code).toBe(0);
  });

  it("says in one line each what is wrong with a cluster of which nothing is there, and keeps passwords", async () => {
    const environment = {
      KAFKA_BROKERS: "127.0.0.1:1",
      REDIS_URL: "redis://blazing:secret@127.0.0.1:1",
      MONGODB_URL: "mongodb://blazing:secret@127.0.0.1:1/x",
      DATABASE_URL: "postgres://blazing:secret@127.0.0.1:1/x",
      ALLOWED_ORIGINS: "https://play.example",
    };
    const { code, said } = await doctor(environment);
    expect(code).toBe(1);
    for (const engine of ["Kafka", "Redis", "MongoDB", "PostgreSQL"]) {
      const lines = said.split("\n").filter((line) => line.startsWith(`error    ${engine} `));
      expect([engine, lines.length]).toEqual([engine, 1]);
      expect(lines[0]).toMatch(/127\.0\.0\.1:1.* does not answer .* Mend: start the/);
    }
    expect(said).not.toContain("secret");
    const json = JSON.parse((await doctor(environment, "--json")).said) as {
      errors: number;
      findings: Finding[];
    };
    expect(json.errors).toBe(json.findings.filter(({ level }) => level === "error").length);
    expect(json.errors).toBeGreaterThan(4);
  }, 60_000);

  it("says how it is used", async () => {
    const { code, complaint } = await doctor({}, "everything");
    expect([code, complaint.split(" ")[0]]).toEqual([2, "npm"]);
  });
});

describe.skipIf(engines === null)("the engines as they should be", () => {
  const folder = mkdtempSync(join(tmpdir(), "doctor-cluster-"));
  let database: TestDatabase;
  beforeAll(async () => {
    await ensureKeyPair(folder);
    database = await createTestDatabase(engines?.databaseUrl ?? "");
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await database.drop();
  });

  it("are found well, for both programs", async () => {
    const { code, said } = await doctor({
      KAFKA_BROKERS: engines?.kafkaBrokers ?? "",
      KAFKA_TOPIC_PREFIX: `test-${crypto.randomUUID().slice(0, 8)}.`,
      REDIS_URL: engines?.redisUrl ?? "",
      MONGODB_URL: engines?.mongodbUrl ?? "",
      DATABASE_URL: database.url,
      JWT_PRIVATE_KEY: join(folder, "jwt_private.pem"),
      JWT_PUBLIC_KEYS: folder,
      SOCKET_URL: "ws://127.0.0.1:9998/ws",
      ALLOWED_ORIGINS: "http://127.0.0.1:8080",
      PORT: "0",
      WS_GATEWAY_PORT: "0",
    });
    expect(
      said.split("\n").filter((line) => /^(error|warning)/.test(line) && !line.includes("open files")),
    ).toEqual([]);
    expect(code).toBe(0);
  }, 30_000);
});

describe.skipIf(engines === null)("Kafka", () => {
  const ofAll = { brokers: engines?.kafkaBrokers.split(",") ?? [], topicPrefix: "" };
  const ofThisRun = `test-${crypto.randomUUID().slice(0, 8)}.`;
  let [address, prefix, tests] = [ofAll, "", 0];
  beforeEach(() => {
    // A topic that was deleted a moment ago may still be seen.
    prefix = `${ofThisRun}${(tests += 1)}.`;
    address = { ...ofAll, topicPrefix: prefix };
  });
  afterAll(async () => {
    await withAdmin(ofAll, async (admin) => {
      const topics = (await admin.listTopics()).filter((name) => name.startsWith(ofThisRun));
      if (topics.length > 0) await admin.deleteTopics({ topics });
    });
  });

  it("is well with the topics that a program makes", async () => {
    await ensureTopics(address, -1);
    const findings = await checkKafka(address);
    expect(complaints(findings)).toEqual([]);
    expect(findings.at(-1)?.says).toStartWith("7 topics have the partitions and the retention");
  }, 30_000);

  it("is not with a topic of too few partitions, that forgets too soon, or that forgets what it should keep", async () => {
    const make = (name: string, partitions: number, settings: Readonly<Record<string, string>>) => {
      const configs = Object.entries(settings).map(([setting, value]) => ({ name: setting, value }));
      const topics = [{ topic: prefix + name, partitions, replicas: -1 }];
      return withAdmin(ofAll, (admin) => admin.createTopics({ topics, configs }));
    };
    await make("games.commands", 1, { "message.timestamp.type": "LogAppendTime" });
    await make("games.events", 6, { "message.timestamp.type": "LogAppendTime", "retention.ms": "60000" });
    await make("chat.events", 3, { "message.timestamp.type": "LogAppendTime", "retention.ms": "86400000" });
    await make("chat.commands", 3, {
      "message.timestamp.type": "LogAppendTime",
      "cleanup.policy": "compact",
    });
    await make("system.events", 3, {});
    const found = complaints(await checkKafka(address)).join("\n");
    expect(found).toContain(`error: ${prefix}games.commands has 1 partitions, but 6 are needed`);
    expect(found).toContain(`error: ${prefix}games.events keeps records for 60000 ms`);
    expect(found).toContain(
      `warning: ${prefix}chat.events keeps records for 86400000 ms, less than the 604800000`,
    );
    expect(found).toContain(`error: ${prefix}chat.commands is compacted`);
    expect(found).toContain(`error: ${prefix}system.events has times of its writers`);
  }, 30_000);

  it("has records that could not be read, where something was set aside", async () => {
    const { Producer, stringSerializers } = await import("@platformatic/kafka");
    await ensureTopics(address, -1);
    const producer = new Producer({
      clientId: "test",
      bootstrapBrokers: [...address.brokers],
      serializers: stringSerializers,
    });
    await producer.send({ messages: [{ topic: prefix + deadLetters.name, key: "a", value: "{}" }] });
    await producer.close();
    expect(complaints(await checkKafka(address)).join()).toContain("warning: 1 records could not be read");
  }, 30_000);
});

describe.skipIf(!hasRedisServer)("Redis", () => {
  const server = ownRedis();
  afterEach(() => server.kill());
  afterAll(() => server.end());
  const kept = ["--appendonly", "yes"];

  const lookAt = async (...options: readonly string[]) => {
    await server.start(...options);
    return complaints(await checkRedis(server.url)).join("\n");
  };

  it("is well where it keeps what it holds and throws nothing away", async () => {
    expect(await lookAt(...kept)).toBe("");
  });

  it("is not where it would forget who is there", async () => {
    expect(await lookAt(...kept, "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")).toStartWith(
      "error: maxmemory-policy is allkeys-lru: who is there would be forgotten",
    );
    await server.kill();
    expect(await lookAt(...kept, "--maxmemory-policy", "volatile-lru")).toContain(
      "(there is no maxmemory now)",
    );
  });

  it("is not where it keeps nothing, or snapshots alone", async () => {
    expect(await lookAt()).toContain("warning: It keeps nothing over a restart");
    await server.kill();
    expect(await lookAt("--save", "3600 1")).toContain("warning: It saves snapshots alone (save 3600 1)");
  });

  it("is not where it is full", async () => {
    expect(await lookAt(...kept, "--maxmemory", "100kb")).toContain("takes no writes now");
  });

  it("is not as a replica, or with another password", async () => {
    expect(await lookAt(...kept, "--replicaof", "127.0.0.1 1")).toContain("is a replica: name its master");
    await server.kill();
    expect(await lookAt(...kept, "--requirepass", "right")).toStartWith("error: ");
  });

  it("is a Redis Cluster, which the scripts do not know", async () => {
    expect(await lookAt(...kept, "--cluster-enabled", "yes")).not.toBe("");
  });
});

describe.skipIf(engines === null || faketimeLibrary() === null)("a clock that is wrong", () => {
  it("is told of, and which way", async () => {
    const clock = shiftableClock(faketimeLibrary() ?? "");
    shiftClock(clock.file, 90);
    const { code, said } = await doctor(
      {
        ...clock.environment,
        REDIS_URL: engines?.redisUrl ?? "",
        MONGODB_URL: engines?.mongodbUrl ?? "",
        DATABASE_URL: engines?.databaseUrl ?? "",
      },
      "blazing-sun",
    );
    for (const engine of ["Redis", "MongoDB", "PostgreSQL"]) {
      expect(said).toMatch(
        new RegExp(`^error +clocks +${engine} is (89|90)\\d{3} ms behind this machine`, "m"),
      );
    }
    expect(code).toBe(1);
  }, 30_000);
});

const mongod = findMongod();
describe.skipIf(mongod === null)("MongoDB", () => {
  const server = ownMongod(mongod ?? "");
  afterEach(() => server.stop());
  afterAll(() => server.cleanUp());

  it("is not well as no replica set, which transactions need", async () => {
    await server.start();
    const found = complaints(await checkMongo(`mongodb://${server.host}/own`));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^error: .* is no replica set, which transactions need/);
  }, 30_000);

  it("is not before the set is made, is then, and says which write concern is not heeded", async () => {
    await server.start("--replSet", "own");
    expect(complaints(await checkMongo(server.url)).join()).toContain("waits for rs.initiate()");
    await server.initiate();
    expect(complaints(await checkMongo(server.url))).toEqual([]);
    expect(complaints(await checkMongo(`${server.url}&w=1`)).join()).toContain(
      "warning: MONGODB_URL says w=1",
    );
    const config = await server.run({ replSetGetConfig: 1 });
    const { writeConcernMajorityJournalDefault: _, ...set } = config["config"] as {
      version: number;
      writeConcernMajorityJournalDefault: boolean;
    };
    await server.run({
      replSetReconfig: { ...set, version: set.version + 1, writeConcernMajorityJournalDefault: false },
    });
    expect(complaints(await checkMongo(server.url)).join()).toContain(
      "writeConcernMajorityJournalDefault is false",
    );
  }, 60_000);

  it("is not with another name of the set", async () => {
    await server.start("--replSet", "own");
    const url = server.url.replace("replicaSet=own", "replicaSet=other");
    expect(complaints(await checkMongo(url)).join()).toContain(
      "is of the replica set own: write replicaSet=own",
    );
  }, 30_000);
});

describe.skipIf(engines === null)("PostgreSQL", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase(engines?.databaseUrl ?? "");
  });
  afterAll(() => database.drop());
  const look = async (url = database.url) =>
    complaints(await checkPostgres(url, postgresMigrations)).join("\n");

  it("is well empty, with the tables of this version, and with those of an older one", async () => {
    expect(await look()).toBe("");
    await migratePostgres(database.sql, postgresMigrations);
    expect(await look()).toBe("");
    await database.sql`DELETE FROM migrations WHERE component = 'accounts'`;
    const findings = await checkPostgres(database.url, postgresMigrations);
    expect(findings.map(({ says }) => says).join()).toMatch(/\d+ migrations will be done at the start/);
  });

  it("is not with the tables of a newer version", async () => {
    await database.sql`INSERT INTO migrations (component, number) VALUES ('accounts', 99)`;
    expect(await look()).toContain(
      "error: The database was written by a newer version (accounts 99, this version",
    );
    await database.sql`DELETE FROM migrations WHERE number = 99`;
  });

  it("is not where it loses what was acknowledged, for whoever uses this database", async () => {
    const name = new URL(database.url).pathname.slice(1);
    await database.sql.unsafe(`ALTER DATABASE ${name} SET synchronous_commit = off`);
    expect(await look()).toContain("warning: synchronous_commit is off");
    await database.sql.unsafe(`ALTER DATABASE ${name} RESET synchronous_commit`);
  });

  it("is not for a user who may make no tables, and in no such database", async () => {
    const name = new URL(database.url).pathname.slice(1);
    const user = `${name}_user`;
    await database.sql.unsafe(`CREATE USER ${user}`);
    try {
      const url = new URL(database.url);
      url.username = user;
      expect(await look(url.href)).toContain("error: The user may make no tables");
    } finally {
      await database.sql.unsafe(`DROP USER ${user}`);
    }
    expect(await look(database.url.replace(name, "nowhere"))).toContain("has no such database");
  });

  it("is not where it cannot hold what people write", async () => {
    const server = new SQL({ url: engines?.databaseUrl ?? "", adapter: "postgres", max: 1 });
    const name = `test_latin_${crypto.randomUUID().slice(0, 8)}`;
    await server.unsafe(
      `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'`,
    );
    try {
      const url = new URL(engines?.databaseUrl ?? "");
      url.pathname = `/${name}`;
      expect(await look(url.href)).toContain("error: The database is in LATIN1");
    } finally {
      await server.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.close();
    }
  });
});
