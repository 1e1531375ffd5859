/** What the programs of a cluster say, and do, when something is wrong at their start (docs/cluster.md). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runningEngines } from "./engines.ts";
import { createTestDatabase, type TestDatabase } from "./postgres-database.ts";
import { ensureKeyPair } from "../../src/accounts/index.ts";
import { withAdmin } from "../../src/event-log/kafka-connection.ts";

const engines = runningEngines();
const root = join(import.meta.dir, "../..");
const gatewayPort = 21_000 + (process.pid % 10_000);
const redisPort = gatewayPort + 10_000;

type Environment = Readonly<Record<string, string>>;

function start(program: "ws-gateway" | "blazing-sun", environment: Environment) {
  return Bun.spawn([process.execPath, join(root, `src/main/${program}.ts`)], {
    env: { PATH: process.env.PATH ?? "", ...environment },
    stdout: "pipe",
    stderr: "pipe",
  });
}

/** How a program ended that does so by itself, and the lines that it said. */
async function ends(program: "ws-gateway" | "blazing-sun", environment: Environment) {
  const child = start(program, environment);
  const said = await new Response(child.stderr).text();
  // What the logger says are lines of JSON; the reason is a sentence.
  const lines = said.split("\n").filter((line) => line !== "" && !line.startsWith("{"));
  return { code: await child.exited, lines };
}

it("says everything that is missing, and ends", async () => {
  const { code, lines } = await ends("ws-gateway", {});
  expect(code).toBe(1);
  expect(lines).toHaveLength(4);
});

describe.skipIf(engines === null)("beside real engines", () => {
  const folder = mkdtempSync(join(tmpdir(), "blazing-sun-programs-"));
  const prefix = `test-${crypto.randomUUID().slice(0, 8)}.`;
  let database: TestDatabase;
  let right: Environment;
  const children: Bun.Subprocess[] = [];

  beforeAll(async () => {
    await ensureKeyPair(folder);
    database = await createTestDatabase(engines?.databaseUrl ?? "");
    right = {
      KAFKA_BROKERS: engines?.kafkaBrokers ?? "",
      KAFKA_TOPIC_PREFIX: prefix,
      REDIS_URL: engines?.redisUrl ?? "",
      REDIS_KEY_PREFIX: `${prefix}:`,
      MONGODB_URL: engines?.mongodbUrl ?? "",
      DATABASE_URL: database.url,
      JWT_PRIVATE_KEY: join(folder, "jwt_private.pem"),
      JWT_PUBLIC_KEYS: folder,
      SOCKET_URL: "ws://127.0.0.1:9998/ws",
      ALLOWED_ORIGINS: "http://127.0.0.1:8080",
      PORT: "0",
      WS_GATEWAY_PORT: String(gatewayPort),
    };
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await database.drop();
    await withAdmin({ brokers: engines?.kafkaBrokers.split(",") ?? [], topicPrefix: "" }, async (admin) => {
      const topics = (await admin.listTopics()).filter((name) => name.startsWith(prefix));
      if (topics.length > 0) await admin.deleteTopics({ topics });
    });
  });

  async function ready(): Promise<{ ready: boolean; reasons: readonly string[] } | null> {
    const response = await fetch(`http://127.0.0.1:${gatewayPort}/ready`).catch(() => null);
    return response === null
      ? null
      : ((await response.json()) as { ready: boolean; reasons: readonly string[] });
  }

  it("waits for an engine that is not there, says which, and serves when it is", async () => {
    children.push(start("ws-gateway", { ...right, REDIS_URL: `redis://127.0.0.1:${redisPort}` }));
    let state = await ready();
    while (!(state?.reasons ?? []).some((reason) => reason.includes("does not answer"))) {
      await Bun.sleep(20);
      state = await ready();
    }
    expect(state?.ready).toBe(false);
    expect(state?.reasons[0]).toStartWith(`Redis: redis://127.0.0.1:${redisPort} does not answer`);
    expect((await fetch(`http://127.0.0.1:${gatewayPort}/health`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${gatewayPort}/ws`)).status).toBe(503);
    const server = [
      "redis-server",
      "--port",
      String(redisPort),
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--dir",
      folder,
    ];
    children.push(Bun.spawn(server, { stdout: "ignore", stderr: "ignore" }));
    while ((await ready())?.ready !== true) await Bun.sleep(50);
  }, 30_000);

  it("ends where only a change of the configuration would help, and says in one line which", async () => {
    const elsewhere = new URL(database.url);
    elsewhere.pathname = "/nowhere";
    const { code, lines } = await ends("blazing-sun", { ...right, DATABASE_URL: elsewhere.href });
    expect(code).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^PostgreSQL: .* has no such database/);
  }, 30_000);

  it("ends where a topic has other partitions than the platform needs", async () => {
    const other = `${prefix}other.`;
    await withAdmin({ brokers: engines?.kafkaBrokers.split(",") ?? [], topicPrefix: "" }, (admin) =>
      admin.createTopics({ topics: [{ topic: `${other}games.commands`, partitions: 1 }] }),
    );
    const { code, lines } = await ends("ws-gateway", { ...right, KAFKA_TOPIC_PREFIX: other });
    expect([code, lines.length]).toEqual([1, 1]);
    expect(lines[0]).toContain("games.commands has 1 partitions, but 6 are needed");
  }, 30_000);

  it("stops in order when it is told to, also while it waits", async () => {
    const child = start("ws-gateway", { ...right, REDIS_URL: `redis://127.0.0.1:${redisPort}` });
    while ((await ready()) === null) await Bun.sleep(20);
    child.kill("SIGTERM");
    expect(await child.exited).toBe(0);
  }, 30_000);
});
