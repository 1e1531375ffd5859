/** A connection to Redis that says in a line what is wrong, and never lets anybody wait for ever. */
import { createHash } from "node:crypto";
import { RedisClient } from "bun";
import { EngineProblem, withoutPassword } from "./engine.ts";

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

const answerMs = 2_000;
const connectMs = 3_000;

export function redisScript(text: string): RedisScript {
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}

/**
 * @param url `redis://[user:password@]host:port[/database]`, or `rediss:` for TLS
 * @throws EngineProblem
 */
export async function connectRedis(url: string): Promise<RedisConnection> {
  await tryOnce(url);
  const client = new RedisClient(url, {
    connectionTimeout: connectMs,
    autoReconnect: true,
    maxRetries: 0xffff_ffff,
    // A command that finds nobody fails at once; whoever sent it knows whether to send it again.
    enableOfflineQueue: false,
  });
  const connection = new Connection(client, url);
  try {
    await within(connectMs, client.connect());
    await connection.check();
  } catch (error) {
    client.close();
    throw explain(error, url);
  }
  return connection;
}

/** A client that connects again by itself does not say why it cannot. */
async function tryOnce(url: string): Promise<void> {
  const client = new RedisClient(url, { connectionTimeout: connectMs, autoReconnect: false });
  try {
    await within(connectMs, client.connect());
  } catch (error) {
    throw explain((await within(connectMs, refusalOf(url)).catch(() => null)) ?? error, url);
  } finally {
    client.close();
  }
}

/** What the server itself answers to these credentials, which the client keeps to itself; null where it is content. */
async function refusalOf(url: string): Promise<string | null> {
  const { hostname, port, username, password, protocol } = new URL(url);
  const credentials = [username, password].filter((part) => part !== "").map(decodeURIComponent);
  const command = credentials.length === 0 ? ["PING"] : ["AUTH", ...credentials];
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = await Bun.connect({
    hostname,
    port: Number(port || 6379),
    tls: protocol === "rediss:",
    socket: {
      open: (opened) => void opened.write(encode(command)),
      data: (_opened, data) => resolve(data.toString()),
      close: () => reject(new Error("closed without an answer")),
      error: (_opened, error) => reject(error),
    },
  });
  const answer = await promise;
  socket.end();
  return answer.startsWith("-") ? answer.slice(1).trim() : null;
}

/** A command as it travels (RESP). */
function encode(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;
}

class Connection implements RedisConnection {
  readonly #client: RedisClient;
  readonly #url: string;

  constructor(client: RedisClient, url: string) {
    this.#client = client;
    this.#url = url;
  }

  async send(command: string, args: readonly string[]): Promise<unknown> {
    try {
      return await within(answerMs, this.#client.send(command, [...args]));
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

async function within<Answer>(ms: number, work: Promise<Answer>): Promise<Answer> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** What Redis says in its first word, and how long it stays so. */
function explain(error: unknown, url: string): EngineProblem {
  if (error instanceof EngineProblem) return error;
  const where = withoutPassword(url);
  const text = error instanceof Error ? error.message : String(error);
  if (/WRONGPASS|NOAUTH|NOPERM|invalid username-password|AuthenticationFailed|authentication/i.test(text)) {
    return new EngineProblem("Redis", "refused", `${where} refuses the credentials (${text}).`, error);
  }
  if (/^(OOM|MISCONF|READONLY|NOSCRIPT|LOADING|BUSY)/.test(text)) {
    return new EngineProblem("Redis", "away", `${where} takes no writes now (${text}).`, error);
  }
  return new EngineProblem("Redis", "away", `${where} does not answer (${text}).`, error);
}
