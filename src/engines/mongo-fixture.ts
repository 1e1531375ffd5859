/** A mongod of a test's own, which it may kill; left out where there is none on this machine. */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { MongoClient } from "mongodb";
import { engineUrlsFile } from "../../tests/cluster/engines.ts";

export interface OwnMongod {
  readonly host: string;
  /** Of a database `own`, by the name of the set. */
  readonly url: string;
  /** Starts it with what was there before, and waits until it answers. */
  start(...options: readonly string[]): Promise<void>;
  /** Ends it, and waits until it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** SIGSTOP freezes it, SIGCONT lets it go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  /** Makes it a replica set of one, and waits until it may be written to. */
  initiate(): Promise<void>;
  /** An administrative command, as nobody in particular. */
  run(command: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  /** Options with which it asks everybody for credentials. */
  withAccess(): readonly string[];
  cleanUp(): Promise<void>;
}

/** The program: of this machine, or one that was brought for the engines; null where there is none. */
export function findMongod(): string | null {
  const cache = join(dirname(engineUrlsFile), "cache");
  const brought = existsSync(cache) ? readdirSync(cache).map((folder) => join(cache, folder, "mongod")) : [];
  return Bun.which("mongod") ?? brought.find(existsSync) ?? null;
}

export function ownMongod(program: string): OwnMongod {
  const folder = mkdtempSync(join(tmpdir(), "own-mongod-"));
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  const host = `127.0.0.1:${port}`;
  let server: Bun.Subprocess | undefined;

  async function run(command: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
    const client = new MongoClient(`mongodb://${host}/?directConnection=true`, {
      serverSelectionTimeoutMS: 500,
    });
    try {
      return await client.db("admin").command(command);
    } finally {
      await client.close();
    }
  }

  async function until(isSo: (hello: Readonly<Record<string, unknown>>) => boolean): Promise<void> {
    for (;;) {
      if (server === undefined || server.exitCode !== null) throw new Error("mongod has ended by itself.");
      const hello = await run({ hello: 1 }).catch(() => null);
      if (hello !== null && isSo(hello)) return;
      await Bun.sleep(20);
    }
  }

  async function stop(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    server?.kill(signal);
    await server?.exited;
    server = undefined;
  }

  return {
    host,
    url: `mongodb://${host}/own?replicaSet=own`,
    run,
    stop,
    signal(signal) {
      server?.kill(signal);
    },
    async start(...options) {
      const fixed = ["--dbpath", folder, "--bind_ip", "127.0.0.1", "--port", String(port), "--nounixsocket"];
      const small = [
        "--wiredTigerCacheSizeGB",
        "0.25",
        "--setParameter",
        "diagnosticDataCollectionEnabled=false",
        "--setParameter",
        "transactionLifetimeLimitSeconds=5",
      ];
      server = Bun.spawn([program, ...fixed, ...small, ...options], { stdout: "ignore", stderr: "ignore" });
      await until(() => true);
    },
    async initiate() {
      await run({ replSetInitiate: { _id: "own", members: [{ _id: 0, host }] } });
      await until((hello) => hello["isWritablePrimary"] === true);
    },
    withAccess() {
      const file = join(folder, "key");
      writeFileSync(file, Buffer.from(crypto.getRandomValues(new Uint8Array(96))).toString("base64"), {
        mode: 0o600,
      });
      return ["--auth", "--keyFile", file];
    },
    async cleanUp() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
