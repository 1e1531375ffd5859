/** What the programs say about the engines that they stand on. */

export type EngineName = "Kafka" | "Redis" | "MongoDB" | "PostgreSQL";

/**
 * An engine cannot be used, with the reason in one line for the operator.
 *
 * - `away`: it does not answer (yet); trying again may help.
 * - `refused`: it answers, and will not do what is asked until somebody changes something: wrong credentials, too
 *   few partitions, a database that a newer version has written.
 */
export class EngineProblem extends Error {
  override readonly name = "EngineProblem";
  readonly engine: EngineName;
  readonly kind: "away" | "refused";

  constructor(engine: EngineName, kind: "away" | "refused", reason: string, cause?: unknown) {
    super(`${engine}: ${reason}`, { cause });
    this.engine = engine;
    this.kind = kind;
  }
}

/** A URL as it may be shown: without the password. */
export function withoutPassword(url: string): string {
  return url.replace(/(\/\/[^:/@]*):[^@/]*@/, "$1:***@");
}
