/** Sign-in sessions that have ended (H4): no token of theirs is good any more, however long it still has to live. */
import type { SessionId } from "../protocol/index.ts";

/** The longest life of a token and the grace after it, and a minute for clocks that differ. */
export const revocationLifeMs = (5 * 60 + 25 + 60) * 1000;

export class Revocations {
  /** When each was revoked, oldest first. */
  readonly #revokedAt = new Map<SessionId, number>();

  /** @param at milliseconds since 1970 */
  add(sid: SessionId, at: number): void {
    this.#revokedAt.delete(sid);
    this.#revokedAt.set(sid, at);
  }

  has(sid: SessionId): boolean {
    return this.#revokedAt.has(sid);
  }

  forgetTheOld(now: number): void {
    for (const [sid, at] of this.#revokedAt) {
      if (at > now - revocationLifeMs) return;
      this.#revokedAt.delete(sid);
    }
  }
}
