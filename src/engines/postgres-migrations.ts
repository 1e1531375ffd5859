/** Tables of PostgreSQL, brought up to date once, however many processes start together. */
import type { SQL } from "bun";
import { EngineProblem } from "./engine.ts";

/** One component's tables. Step n is `steps[n - 1]`; a step that was released is never changed, only followed. */
export interface Migrations {
  readonly component: string;
  /** Each is one or several SQL statements. */
  readonly steps: readonly string[];
}

/** Any fixed number: who holds this advisory lock is the one who migrates. */
const lockNumber = 740_915_226;

/**
 * Runs the steps that this database has not seen yet, components in the order given, all or nothing. Processes
 * that call it at the same time wait for each other.
 *
 * @throws EngineProblem `refused` where a newer version has been here
 */
export async function migratePostgres(sql: SQL, components: readonly Migrations[]): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction`SELECT pg_advisory_xact_lock(${lockNumber})`;
    await transaction.unsafe(
      `CREATE TABLE IF NOT EXISTS migrations (
         component TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (component, number))`,
    );
    for (const { component, steps } of components) {
      const [row] = (await transaction`
        SELECT coalesce(max(number), 0)::int AS number FROM migrations WHERE component = ${component}`) as [
        { readonly number: number },
      ]; // an aggregate without GROUP BY has one row
      const done = row.number;
      if (done > steps.length) {
        throw new EngineProblem(
          "PostgreSQL",
          "refused",
          `the database was written by a newer version (${component} ${done}, this program knows ${steps.length}): ` +
            "start that version, or restore a backup.",
        );
      }
      for (const [index, step] of steps.entries()) {
        if (index < done) continue;
        await transaction.unsafe(step);
        await transaction`INSERT INTO migrations (component, number) VALUES (${component}, ${index + 1})`;
      }
    }
  });
}
