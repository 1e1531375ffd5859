/**
 * What became of accounts since tokens were made (H4, design §5): the newest word of it wins over every token, for as
 * long as a token from before can live.
 */
import { revocationLifeMs } from "./revocations.ts";
import type { Session } from "./token-verifier.ts";
import type { Permission, UserId } from "../protocol/index.ts";

export interface AccountChange {
  readonly userId: UserId;
  readonly username: string;
  readonly roles: readonly string[];
  readonly permissions: readonly Permission[];
  readonly status: "active" | "banned" | "removed";
}

export class AccountChanges {
  /** The newest of each person, the oldest first. */
  readonly #changes = new Map<UserId, AccountChange & { readonly at: number }>();

  /** @param at milliseconds since 1970 */
  add(change: AccountChange, at: number): void {
    this.#changes.delete(change.userId);
    this.#changes.set(change.userId, { ...change, at });
  }

  /** What a token says, as it is now; null where its person is banned or removed. */
  applyTo(session: Session): Session | null {
    const change = this.#changes.get(session.userId);
    if (change === undefined) return session;
    if (change.status !== "active") return null;
    const { username, roles, permissions } = change;
    return { ...session, username, roles, permissions: new Set(permissions) };
  }

  forgetTheOld(now: number): void {
    for (const [userId, { at }] of this.#changes) {
      if (at > now - revocationLifeMs) return;
      this.#changes.delete(userId);
    }
  }
}
