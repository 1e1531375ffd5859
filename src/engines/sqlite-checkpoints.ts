/**
 * Takes what commits have written from the log of a database (its WAL) over into the database, when nobody waits for
 * the last of them any more. SQLite by itself does it within a commit: all whose changes are in it wait for that, too.
 */
import type { Database } from "bun:sqlite";

/** Of the log, for one checkpoint: as many as SQLite takes by itself. */
const pagesAtOnce = 1_000;

/** With so many SQLite does it within the commit after all: commits have let nothing else happen in between. */
const mostPages = 8 * pagesAtOnce;

/** Until it is known how many pages a commit has. */
const firstCommits = 20;

export class Checkpoints {
  readonly #checkpoint: ReturnType<typeof prepare>;
  #commits = 0;
  /** After so many commits the next one. */
  #after = firstCommits;
  #due: NodeJS.Immediate | null = null;

  constructor(database: Database) {
    database.run(`PRAGMA wal_autocheckpoint = ${mostPages}`);
    this.#checkpoint = prepare(database);
  }

  /** Another commit is in the log. */
  committed(): void {
    this.#commits += 1;
    // After what is said of this commit has been sent.
    if (this.#commits >= this.#after) this.#due ??= setImmediate(() => this.#take());
  }

  finalize(): void {
    if (this.#due !== null) clearImmediate(this.#due);
    this.#checkpoint.finalize();
  }

  #take(): void {
    this.#due = null;
    // Where it cannot be done now (a full disk is one reason), everything stays in the log, and the next one does it.
    const pages = attempt(() => this.#checkpoint.get()?.log ?? 0);
    const pagesOfCommit = Math.max(1, pages / this.#commits);
    this.#after = Math.ceil(pagesAtOnce / pagesOfCommit);
    this.#commits = 0;
  }
}

function attempt(take: () => number): number {
  try {
    return take();
  } catch {
    return pagesAtOnce;
  }
}

function prepare(database: Database) {
  return database.prepare<{ readonly log: number }, []>("PRAGMA wal_checkpoint(PASSIVE)");
}
