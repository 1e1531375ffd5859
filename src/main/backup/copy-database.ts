/** A whole copy of an SQLite database that another process may be writing to. */
import { Database, SQLiteError } from "bun:sqlite";
import { copyFile, open, rm } from "node:fs/promises";

/** So often what the copy begins with may be written over before it has ended. */
const tries = 200;
const pauseMs = 25;
const walHeaderBytes = 32;

/** The copy cannot be made; the message says what to do. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}

/**
 * Makes `target`, a database of one file, as `source` was at one moment between the call and its end.
 *
 * @throws BackupError
 */
export async function copyDatabase(source: string, target: string): Promise<void> {
  try {
    vacuumInto(source, target);
  } catch (error) {
    if (!(error instanceof SQLiteError) || error.code !== "SQLITE_BUSY") throw error;
    await copyLocked(source, target);
  }
  insistOnIntegrity(target);
  const file = await open(target, "r+");
  await file.sync();
  await file.close();
}

function vacuumInto(source: string, target: string): void {
  const database = new Database(source, { readwrite: true, create: false });
  try {
    database.run("PRAGMA busy_timeout = 200");
    database.run("VACUUM INTO ?", [target]);
  } finally {
    database.close();
  }
}

/**
 * The rooms' database is locked by the process that runs, for itself alone: nobody else may ask SQLite for it. But what
 * it consists of may be read, and is whole under one condition. Pages that were changed stand in the write-ahead log,
 * which only grows, until all are in the database; then its header is written anew. So: the database first, whatever is
 * being changed in it, then the log, which has every page that was changed meanwhile; and if the log's header is the
 * same before and after, both belong together, up to the last transaction that is whole in the log.
 */
async function copyLocked(source: string, target: string): Promise<void> {
  const [copy, copyOfLog] = [`${target}.copying`, `${target}.copying-wal`];
  try {
    for (let left = tries; ; left -= 1) {
      const before = await headerOf(`${source}-wal`);
      await copyFile(source, copy);
      await copyIfThere(`${source}-wal`, copyOfLog);
      if ((await headerOf(`${source}-wal`)) === before) break;
      if (left === 1) {
        throw new BackupError(
          `${source} is written to too fast to be copied: stop the program, copy DATA_DIR, and start it again.`,
        );
      }
      await Bun.sleep(pauseMs);
    }
    vacuumInto(copy, target);
  } finally {
    await Promise.all([copy, copyOfLog, `${copy}-shm`].map((file) => rm(file, { force: true })));
  }
}

/** Its salts change each time that the log begins anew; "" where there is none. */
async function headerOf(log: string): Promise<string> {
  const file = await open(log, "r").catch(noneWhereMissing);
  if (file === null) return "";
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(walHeaderBytes), 0, walHeaderBytes, 0);
    return buffer.subarray(0, bytesRead).toString("hex");
  } finally {
    await file.close();
  }
}

async function copyIfThere(from: string, to: string): Promise<void> {
  await rm(to, { force: true });
  await copyFile(from, to).catch(noneWhereMissing);
}

function noneWhereMissing(error: unknown): null {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
  throw error;
}

function insistOnIntegrity(file: string): void {
  const database = new Database(file, { readonly: true });
  try {
    const answer = database.query("PRAGMA integrity_check").get() as { readonly integrity_check: string };
    if (answer.integrity_check !== "ok") {
      throw new BackupError(`${file} is damaged (${answer.integrity_check}): do not rely on it.`);
    }
  } finally {
    database.close();
  }
}
