import type { Database } from "bun:sqlite";

/**
 * Brings one component's tables up to date: runs those of its `steps` that this file has not seen yet.
 * Step n is `steps[n - 1]`; a step that was released is never changed, only followed. One file may hold the
 * tables of several components.
 */
export function migrate(database: Database, component: string, steps: readonly string[]): void {
  database.run(
    `CREATE TABLE IF NOT EXISTS migrations (
       component TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (component, number)) STRICT`,
  );
  const newest = database.query<{ number: number | null }, [string]>(
    "SELECT max(number) AS number FROM migrations WHERE component = ?",
  );
  const record = database.query("INSERT INTO migrations (component, number) VALUES (?, ?)");
  const bringUpToDate = database.transaction(() => {
    const done = newest.get(component)?.number ?? 0;
    if (done > steps.length) {
      throw new Error(
        `The database ${database.filename} was written by a newer version (${component} ${done}, this program ` +
          `knows ${steps.length}): start that version, or restore a backup.`,
      );
    }
    for (const [index, step] of steps.entries()) {
      if (index < done) continue;
      database.run(step);
      record.run(component, index + 1);
    }
  });
  bringUpToDate.immediate();
}
