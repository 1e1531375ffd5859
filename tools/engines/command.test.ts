/** `npm run engines` on a real engine: Redis, the quickest, in a folder and on a port of this test's own. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedisClient } from "bun";
import * as docker from "./docker.ts";
import { redis } from "./redis.ts";
import { runProgram } from "../program.ts";
import { root } from "../repository.ts";

const folder = mkdtempSync(join(tmpdir(), "engines-command-"));
const pidFile = join(folder, "run", "redis.pid");
let port = 0;

beforeAll(async () => {
  port = await freePort();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function freePort(): Promise<number> {
  const server = await listenOn(0);
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function listenOn(port: number) {
  const server = createServer();
  const listening = new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
  server.listen(port, "127.0.0.1");
  await listening;
  return server;
}

/** What the command says, and whether it did what it was told. */
function engines(...words: readonly string[]) {
  return runProgram([process.execPath, join(root, "tools/engines.ts"), ...words], {
    output: "capture",
    timeLimitMs: 30_000,
    env: { ENGINES_ROOT: folder, ENGINES_REDIS_PORT: String(port) },
  });
}

async function ask<Answer>(question: (client: RedisClient) => Promise<Answer>): Promise<Answer> {
  const client = new RedisClient(`redis://127.0.0.1:${port}`, { autoReconnect: false });
  try {
    return await question(client);
  } finally {
    client.close();
  }
}

it("says how it is used where it is misused", async () => {
  for (const words of [[], ["begin"], ["stop", "redis", "HUP"], ["start", "oracle"], ["up", "--clean"]]) {
    const { succeeded, output } = await engines(...words);
    expect(succeeded).toBe(false);
    expect(output).toContain("npm run engines -- COMMAND");
  }
}, 30_000);

const isPossible = await redis.isInstalled();

// Where a Docker engine runs, the engines are its own.
if (!(await docker.isThere())) {
  describe.skipIf(!isPossible)("an engine on this machine", () => {
    afterEach(async () => {
      await engines("down");
    });

    const pid = () => Number(readFileSync(pidFile, "utf8"));

    it("keeps what it held, ended in order or killed", async () => {
      await engines("start", "redis");
      await ask((client) => client.set("roll", "6"));
      for (const signal of ["TERM", "KILL"]) {
        const before = pid();
        expect((await engines("stop", "redis", signal)).succeeded).toBe(true);
        await engines("start", "redis");
        expect(pid()).not.toBe(before);
        expect(await ask((client) => client.get("roll"))).toBe("6");
      }
    }, 60_000);

    it("is down while it is frozen, and the same process afterwards", async () => {
      await engines("start", "redis");
      const before = pid();
      await engines("stop", "redis", "STOP");
      expect((await engines("status")).output).toContain("redis: down");
      await engines("start", "redis");
      expect((await engines("status")).output).toContain("redis: up");
      expect(pid()).toBe(before);
      await engines("stop", "redis", "STOP");
      expect((await engines("stop", "redis")).succeeded).toBe(true);
      // Its number may stay a while, until somebody has asked how it ended: its port is free at once.
      (await listenOn(port)).close();
    }, 60_000);

    it("is not started on another program's port, and the message says how to choose one", async () => {
      const other = await listenOn(port);
      const { succeeded, output } = await engines("start", "redis");
      other.close();
      expect(succeeded).toBe(false);
      expect(output).toContain(`127.0.0.1:${port}. End it, or choose another port with ENGINES_REDIS_PORT.`);
    }, 30_000);

    it("is not taken for a program that was given its number since", async () => {
      const other = Bun.spawn(["sleep", "600"]);
      mkdirSync(join(folder, "run"), { recursive: true });
      writeFileSync(pidFile, String(other.pid));
      await engines("stop", "redis", "KILL");
      await engines("down");
      expect([other.exitCode, other.signalCode]).toEqual([null, null]);
      other.kill();
      await other.exited;
      expect(other.signalCode).toBe("SIGTERM"); // of this test, not of the command
    }, 30_000);
  });
}
