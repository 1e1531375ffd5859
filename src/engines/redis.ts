/** A connection to Redis that says in a line what is wrong, and never lets anybody wait for ever. */
import { createHash } from "node:crypto";
import { EngineProblem, withoutPassword } from "./engine.ts";
import { LastingRedisClient, within } from "./redis-client.ts";

/** A script that runs in Redis at once, with nothing in between. */
export interface RedisScript {
  readonly text: string;
  readonly sha: string;
}

export interface RedisConnection {
  /** @throws EngineProblem `away` where there is no answer in time */
  send(command: string, args: readonly string[]): Promise<unknown>;
  /** @throws EngineProblem `away` where there is no answer in time */
  run(script: RedisScript, keys: readonly string[], args: readonly string[]): Promise<unknown>;
  /** Rejects with an EngineProblem where it cannot be written to now. */
  check(): Promise<void>;
  close(): void;
}

const refusalMs = 3_000;

export function redisScript(text: string): RedisScript {
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}

/**
 * @param url `redis://[user:password@]host:port[/database]`, or `rediss:` for TLS
 * @throws EngineProblem `away` where nobody answers or it takes no writes now; `refused` for an address that is none,
 *   wrong credentials, and a replica
 */
export async function connectRedis(url: string): Promise<RedisConnection> {
  if (!isAddress(url)) {
    const reason = `"${withoutPassword(url)}" is no address of one; it looks like redis://127.0.0.1:6379`;
    throw new EngineProblem("Redis", "refused", reason);
  }
  const client = await LastingRedisClient.open(url).catch(async (error: unknown) => {
    throw explain((await refusalOf(url).catch(() => null)) ?? error, url);
  });
  const connection = new Connection(client, url);
  try {
    await connection.check();
  } catch (error) {
    client.close();
    throw error;
  }
  return connection;
}

function isAddress(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && /^rediss?:$/.test(parsed.protocol) && parsed.hostname !== "";
}

/** What the server itself says to this address, which the client keeps to itself; null where it is content. */
async function refusalOf(url: string): Promise<string | null> {
  const { hostname, port, username, password, pathname, protocol } = new URL(url);
  const credentials = [username, password].filter((part) => part !== "").map(decodeURIComponent);
  const commands = [
    credentials.length === 0 ? ["PING"] : ["AUTH", ...credentials],
    ["SELECT", pathname.slice(1) || "0"],
  ];
  let answers = "";
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const socket = await Bun.connect({
    hostname,
    port: Number(port || 6379),
    tls: protocol === "rediss:",
    socket: {
      open: (opened) => void opened.write(commands.map(encode).join("")),
      data: (_opened, data) => {
        answers += data.toString();
        if (answers.split("\r\n").length > commands.length) resolve(undefined);
      },
      close: () => reject(new Error("closed without an answer")),
      error: (_opened, error) => reject(error),
    },
  });
  try {
    await within(refusalMs, promise);
  } finally {
    socket.end();
  }
  return /^-(.*)$/m.exec(answers)?.[1]?.trim() ?? null;
}

/** A command as it travels (RESP). */
function encode(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;
}

class Connection implements RedisConnection {
  readonly #client: LastingRedisClient;
  readonly #url: string;

  constructor(client: LastingRedisClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  async send(command: string, args: readonly string[]): Promise<unknown> {
    try {
      return await this.#client.send(command, args);
    } catch (error) {
      throw explain(error, this.#url);
    }
  }

  async run({ sha, text }: RedisScript, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await this.send("EVALSHA", [sha, ...rest]);
    } catch (error) {
      // It was restarted, and knows no script any more.
      if (!(error instanceof EngineProblem) || !error.message.includes("NOSCRIPT")) throw error;
      return await this.send("EVAL", [text, ...rest]);
    }
  }

  async check(): Promise<void> {
    const [role] = [await this.send("ROLE", [])].flat();
    if (role !== "master") {
      throw new EngineProblem(
        "Redis",
        "refused",
        `${withoutPassword(this.#url)} is a replica: name its master.`,
      );
    }
    // A server that is full or cannot save answers reads, and refuses this.
    await this.send("SET", ["blazing_sun:check", "1", "EX", "60"]);
  }

  close(): void {
    this.#client.close();
  }
}

/** What passes by itself, or once somebody makes room; whoever asked may ask again. */
const passing =
  /^(OOM|MISCONF|READONLY|NOSCRIPT|LOADING|BUSY|NOREPLICAS|MASTERDOWN|CLUSTERDOWN|ERR max number of clients)/;

/** Redis says in its first word, in capitals, what it minds; all else is about the connection. */
function explain(error: unknown, url: string): EngineProblem {
  if (error instanceof EngineProblem) return error;
  const where = withoutPassword(url);
  const text = (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").trim();
  if (/WRONGPASS|NOAUTH|NOPERM|invalid username-password|AuthenticationFailed|authentication/i.test(text)) {
    return new EngineProblem("Redis", "refused", `${where} refuses the credentials (${text}).`, error);
  }
  if (passing.test(text)) {
    return new EngineProblem("Redis", "away", `${where} takes no writes now (${text}).`, error);
  }
  if (/^[A-Z]{3,} /.test(text)) {
    return new EngineProblem("Redis", "refused", `${where} refuses what it is asked (${text}).`, error);
  }
  return new EngineProblem("Redis", "away", `${where} does not answer (${text}).`, error);
}
