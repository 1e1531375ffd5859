import { afterEach, describe, expect, it } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineProblem } from "./engine.ts";
import { connectRedis, redisScript } from "./redis.ts";

const program = Bun.which("redis-server");
const port = 20_000 + (process.pid % 10_000);
const url = `redis://127.0.0.1:${port}`;

async function problem(work: Promise<unknown>): Promise<EngineProblem | null> {
  return work.then(
    () => null,
    (error: unknown) => {
      if (error instanceof EngineProblem) return error;
      throw error;
    },
  );
}

/** Waits for the thing itself, a little between two looks. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await Bun.sleep(20);
}

it("says in one line that nobody is there, and keeps the password to itself", async () => {
  const found = await problem(connectRedis("redis://blazing:secret@127.0.0.1:1"));
  expect(found?.kind).toBe("away");
  expect(found?.message).toStartWith("Redis: redis://blazing:***@127.0.0.1:1 does not answer (");
  expect(found?.message).not.toContain("\n");
});

describe.skipIf(program === null)("a Redis of one's own", () => {
  let folder = "";
  let server: Bun.Subprocess | undefined;

  async function start(...options: readonly string[]): Promise<void> {
    folder ||= mkdtempSync(join(tmpdir(), "redis-test-"));
    const command = [
      program ?? "",
      "--bind",
      "127.0.0.1",
      "--port",
      String(port),
      "--dir",
      folder,
      "--save",
      "",
    ];
    server = Bun.spawn([...command, ...options], { stdout: "ignore", stderr: "ignore" });
    await until(async () => (await problem(connectRedis(url)))?.message.includes("not answer") !== true);
  }

  async function stop(): Promise<void> {
    server?.kill("SIGKILL");
    await server?.exited;
    server = undefined;
  }

  afterEach(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
    folder = "";
  });

  it("refuses credentials that are wrong", async () => {
    await start("--requirepass", "right");
    expect(await problem(connectRedis(url))).toMatchObject({ kind: "refused" });
    expect(await problem(connectRedis(`redis://:wrong@127.0.0.1:${port}`))).toMatchObject({
      kind: "refused",
    });
    (await connectRedis(`redis://:right@127.0.0.1:${port}`)).close();
  });

  it("is connected again by itself after a restart, and knows its scripts again", async () => {
    await start();
    const redis = await connectRedis(url);
    const echo = redisScript("return ARGV[1]");
    expect(await redis.run(echo, [], ["one"])).toBe("one");
    await stop();
    await until(async () => (await problem(redis.check()))?.kind === "away");
    await start();
    await until(async () => (await problem(redis.check())) === null);
    expect(await redis.run(echo, [], ["two"])).toBe("two");
    redis.close();
  });

  it("lets nobody wait for a server that stands still", async () => {
    await start();
    const redis = await connectRedis(url);
    server?.kill("SIGSTOP");
    const asked = Date.now();
    expect(await problem(redis.send("PING", []))).toMatchObject({ kind: "away" });
    expect(Date.now() - asked).toBeLessThan(4_000);
    server?.kill("SIGCONT");
    await until(async () => (await problem(redis.check())) === null);
    redis.close();
  });

  it("says that it takes no writes when it is full", async () => {
    await start("--maxmemory", "100kb", "--maxmemory-policy", "noeviction");
    const found = await problem(connectRedis(url));
    expect(found).toMatchObject({ kind: "away" });
    expect(found?.message).toContain("takes no writes now");
  });
});
