/** What the embedded databases have in common. */
import { SQLiteError, type Database } from "bun:sqlite";

const bytesOfMb = 1024 * 1024;

/** Whether a write failed because the disk, or the file as it may become, has no more room. */
export function isDatabaseFull(error: unknown): boolean {
  return error instanceof SQLiteError && error.code === "SQLITE_FULL";
}

/** From now on the file grows no further: what would need more fails with SQLITE_FULL and is rolled back. */
export function limitSize(database: Database, limitMb: number | null): void {
  if (limitMb === null) return;
  const { page_size: pageBytes } = database.query("PRAGMA page_size").get() as { page_size: number };
  database.run(`PRAGMA max_page_count = ${Math.floor((limitMb * bytesOfMb) / pageBytes)}`);
}
