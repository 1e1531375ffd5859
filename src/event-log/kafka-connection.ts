/** How this process talks to Kafka: what every client of the library is given, and what its errors mean in a line. */
import { Admin, type BaseOptions } from "@platformatic/kafka";
import { EngineProblem } from "../engines/engine.ts";

export interface KafkaAddress {
  /** `host:port` of one or more brokers. */
  readonly brokers: readonly string[];
  /** Stands before the names of topics and groups. */
  readonly topicPrefix: string;
  readonly credentials?: KafkaCredentials | undefined;
  readonly tls?: boolean | undefined;
}

export interface KafkaCredentials {
  readonly mechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512";
  readonly username: string;
  readonly password: string;
}

/** How often and how fast a client tries again: for ever, since an engine comes back (a stream would die otherwise). */
const patiently = { retries: true, retryDelay: 250 } as const;
/** For questions that somebody waits for. */
const briefly = { retries: 1, retryDelay: 250 } as const;

export function clientOptions(
  address: KafkaAddress,
  patience: "patiently" | "briefly",
): Omit<BaseOptions, "metadataMaxAge"> {
  const { brokers, credentials, tls } = address;
  return {
    clientId: "blazing-sun",
    bootstrapBrokers: [...brokers],
    connectTimeout: 3_000,
    timeout: 10_000,
    autocreateTopics: false,
    ...(patience === "patiently" ? patiently : briefly),
    ...(credentials === undefined ? {} : { sasl: credentials }),
    ...(tls === true ? { tls: {} } : {}),
  };
}

/** Runs `ask` with an admin client that is closed afterwards. @throws EngineProblem */
export async function withAdmin<Answer>(
  address: KafkaAddress,
  ask: (admin: Admin) => Promise<Answer>,
): Promise<Answer> {
  const admin = new Admin(clientOptions(address, "briefly"));
  try {
    return await ask(admin);
  } catch (error) {
    throw explain(error, address);
  } finally {
    await admin.close().catch(() => undefined); // nothing is left to be said on it
  }
}

export function explain(error: unknown, { brokers }: KafkaAddress): EngineProblem {
  if (error instanceof EngineProblem) return error;
  const where = brokers.join(", ");
  const text = errorText(error);
  if (/AUTHENTICATION|SASL/i.test(text)) {
    return new EngineProblem("Kafka", "refused", `${where} refuses the credentials.`, error);
  }
  return new EngineProblem("Kafka", "away", `${where} does not answer (${text}).`, error);
}

/** An error, and everything that it says is behind it, in one line with Kafka's own names for it. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { apiId } = error as { apiId?: unknown };
  const behind: unknown[] = error instanceof AggregateError ? error.errors : [];
  const causes = [...behind, ...(error.cause === undefined ? [] : [error.cause])];
  const own = typeof apiId === "string" ? `${apiId}: ${error.message}` : error.message;
  // The same is said of each try and each broker: once is enough.
  const said = new Set([own, ...causes.map(errorText)]);
  return [...said].join(" ").replace(/\s+/g, " ").slice(0, 300);
}
