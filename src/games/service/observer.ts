/** What the games service tells those who count, log or trace. MUST NOT throw. */
import type { CommandEnvelope, ErrorCode } from "../../protocol/index.ts";

export interface GamesObserver {
  /**
   * A command was decided; what was decided is yet to be saved. It is said again where another process saved first.
   *
   * @param begunAt as of `performance.now()`
   * @param refusal null where it may be done
   */
  decided(command: CommandEnvelope, begunAt: number, refusal: ErrorCode | null): void;
}

export const unobserved: GamesObserver = { decided: () => undefined };
