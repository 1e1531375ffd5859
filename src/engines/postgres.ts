/** A bounded pool of connections to PostgreSQL that says in a line what is wrong. */
import { SQL } from "bun";
import { EngineProblem, withoutPassword } from "./engine.ts";

export interface PostgresConnection {
  readonly sql: SQL;
  /** Rejects with an EngineProblem where it cannot be used now. */
  check(): Promise<void>;
  /** Ends when the statements under way are done, at the latest after some seconds. */
  close(): Promise<void>;
}

export interface PostgresOptions {
  readonly maxConnections?: number;
}

const connectSeconds = 5;
const statementMs = 10_000;
const checkMs = 2_500;
const lastWordsSeconds = 5;

/**
 * @param url `postgres://user:password@host:port/database`
 * @throws EngineProblem
 */
export async function connectPostgres(
  url: string,
  { maxConnections = 10 }: PostgresOptions = {},
): Promise<PostgresConnection> {
  const sql = new SQL({
    url,
    adapter: "postgres",
    max: maxConnections,
    connectionTimeout: connectSeconds,
    connection: { statement_timeout: statementMs, application_name: "blazing_sun" },
  });
  const connection: PostgresConnection = {
    sql,
    async check() {
      try {
        await within(checkMs, sql`SELECT 1`);
      } catch (error) {
        throw explainPostgres(error, url);
      }
    },
    close: () => sql.close({ timeout: lastWordsSeconds }),
  };
  try {
    await connection.check();
  } catch (error) {
    await sql.close({ timeout: 0 });
    throw error;
  }
  return connection;
}

/** Answers to a read that a restart of the server interrupted: it is asked once more. Not for what changes anything. */
export async function readAgain<Answer>(read: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      if (attempt === readAttempts || !isInterruption(error)) throw error;
      await Bun.sleep(readPauseMs);
    }
  }
}

const readAttempts = 4;
const readPauseMs = 100;

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const starting = "57P03";
const interruptions = /^(57P01|57P02|57P03|08...)$/;
const refusals: Readonly<Record<string, string>> = {
  "28P01": "refuses the password",
  "28000": "refuses this user",
  "3D000": "has no such database: create it",
  "42501": "does not let this user do what is needed",
};

/** The server, or the way to it, was interrupted: asking again may help. */
export function isInterruption(error: unknown): boolean {
  const { code, state } = codesOf(error);
  return interruptions.test(state) || /CONNECTION|ECONN|TIMEOUT/.test(code);
}

function explainPostgres(error: unknown, url: string): EngineProblem {
  if (error instanceof EngineProblem) return error;
  const where = withoutPassword(url);
  const text = error instanceof Error ? error.message : String(error);
  const { state } = codesOf(error);
  const refusal = refusals[state];
  if (refusal !== undefined) {
    return new EngineProblem("PostgreSQL", "refused", `${where} ${refusal} (${text}).`, error);
  }
  const how = state === starting ? "is starting" : "does not answer";
  return new EngineProblem("PostgreSQL", "away", `${where} ${how} (${text}).`, error);
}

/** Bun's own code, and the SQLSTATE, which it has in `errno`. */
function codesOf(error: unknown): { readonly code: string; readonly state: string } {
  const { code, errno } = (typeof error === "object" && error !== null ? error : {}) as {
    readonly code?: unknown;
    readonly errno?: unknown;
  };
  return { code: typeof code === "string" ? code : "", state: typeof errno === "string" ? errno : "" };
}

async function within(ms: number, work: PromiseLike<unknown>): Promise<void> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  try {
    await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
