/** A redis-server of a test's own, to be stopped, emptied, locked and held still. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineProblem } from "./engine.ts";
import { connectRedis } from "./redis.ts";

const program = Bun.which("redis-server");

/** Tests of a server of their own are left out where there is none on the PATH. */
export const hasRedisServer = program !== null;

export interface OwnRedis {
  readonly port: number;
  readonly url: string;
  /** With the data of before, where the options make it keep any. */
  start(...options: readonly string[]): Promise<void>;
  kill(): Promise<void>;
  /** It takes connections, and answers nothing until `goOn`. */
  standStill(): void;
  goOn(): void;
  /** Kills it and removes its data. */
  end(): Promise<void>;
}

export function ownRedis(): OwnRedis {
  const port = freePort();
  const url = `redis://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), "redis-test-"));
  let server: Bun.Subprocess | undefined;

  async function kill(): Promise<void> {
    server?.kill("SIGKILL");
    await server?.exited;
    server = undefined;
  }

  return {
    port,
    url,
    async start(...options) {
      const where = ["--bind", "127.0.0.1", "--port", String(port), "--dir", folder, "--save", ""];
      server = Bun.spawn([program ?? "", ...where, ...options], { stdout: "ignore", stderr: "ignore" });
      await until(async () => !(await problemOf(greet(url)))?.message.includes("not answer"));
    },
    kill,
    standStill: () => server?.kill("SIGSTOP"),
    goOn: () => server?.kill("SIGCONT"),
    async end() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function greet(url: string): Promise<void> {
  (await connectRedis(url)).close();
}

/** Nobody else listens there: the system has just given it away. */
function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => undefined } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

/** null where it did what was asked. */
export async function problemOf(work: Promise<unknown>): Promise<EngineProblem | null> {
  return work.then(
    () => null,
    (error: unknown) => {
      if (error instanceof EngineProblem) return error;
      throw error;
    },
  );
}

/** Waits for the thing itself, a little between two looks. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await Bun.sleep(20);
}
