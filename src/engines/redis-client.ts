/**
 * Bun's client of Redis, for as long as a program wants one.
 *
 * Its own reconnecting ends for ever ("Connection has failed") as soon as somebody takes the connection and then
 * does not answer, or refuses: a server that stands still, an address whose server is being replaced. So it is
 * switched off, and a client that was lost is replaced by a new one.
 */
import { RedisClient } from "bun";

const connectMs = 3_000;
const answerMs = 2_000;
const retryMs = 250;
/** After so long without any answer the connection is taken for dead, though nobody has closed it. */
const silenceMs = 5_000;

export class LastingRedisClient {
  readonly #url: string;
  /** null while there is no connection. */
  #client: RedisClient | null = null;
  #isClosed = false;
  #retry: ReturnType<typeof setTimeout> | undefined;
  /** When the oldest command was sent that nothing has been heard since; null where nothing is owed. */
  #silentSince: number | null = null;

  private constructor(url: string) {
    this.#url = url;
  }

  /** Rejects where the first connection fails. */
  static async open(url: string): Promise<LastingRedisClient> {
    const lasting = new LastingRedisClient(url);
    lasting.#adopt(await connect(url));
    return lasting;
  }

  /**
   * Rejects at once while there is no connection, and where there is no answer within 2 s; what was sent may be done
   * all the same. What Redis refuses rejects with its words.
   */
  async send(command: string, args: readonly string[]): Promise<unknown> {
    const client = this.#client;
    if (client === null) throw new Error("there is no connection");
    const sentAt = performance.now();
    this.#silentSince ??= sentAt;
    let isTooLate = false;
    try {
      return await within(answerMs, client.send(command, [...args]), () => (isTooLate = true));
    } finally {
      if (isTooLate) this.#doubt(client);
      else this.#silentSince = null;
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#client?.close();
    this.#client = null;
  }

  #adopt(client: RedisClient): void {
    if (this.#isClosed) {
      client.close();
      return;
    }
    this.#client = client;
    this.#silentSince = null;
    client.onclose = () => this.#lose(client);
    // It may have been closed before anybody listened.
    if (!client.connected) this.#lose(client);
  }

  #lose(client: RedisClient): void {
    if (client !== this.#client) return;
    this.#client = null;
    if (!this.#isClosed) this.#connectAgain();
  }

  #connectAgain(): void {
    connect(this.#url).then(
      (client) => this.#adopt(client),
      () => {
        if (!this.#isClosed) this.#retry = setTimeout(() => this.#connectAgain(), retryMs);
      },
    );
  }

  #doubt(client: RedisClient): void {
    if (client !== this.#client || this.#silentSince === null) return;
    if (performance.now() - this.#silentSince < silenceMs) return;
    this.#lose(client);
    client.close();
  }
}

async function connect(url: string): Promise<RedisClient> {
  const client = new RedisClient(url, {
    connectionTimeout: connectMs,
    autoReconnect: false,
    enableOfflineQueue: false,
  });
  try {
    await within(connectMs, client.connect());
    return client;
  } catch (error) {
    client.close();
    throw error;
  }
}

export async function within<Answer>(
  ms: number,
  work: Promise<Answer>,
  tooLate: () => void = () => undefined,
): Promise<Answer> {
  const { promise: limit, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    tooLate();
    reject(new Error(`no answer within ${ms / 1000} s`));
  }, ms);
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
