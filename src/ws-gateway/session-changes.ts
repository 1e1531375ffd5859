/**
 * What the log says of sessions and accounts wins over every token (H4): the person's sockets feel it at once, and
 * those that come with an older token later.
 */
import type { SessionId, UserId } from "../protocol/index.ts";
import { AccountChanges, type AccountChange } from "./account-changes.ts";
import { Revocations } from "./revocations.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { Session } from "./token-verifier.ts";

export class SessionChanges {
  readonly #subscriptions: Subscriptions;
  readonly #revocations = new Revocations();
  readonly #accountChanges = new AccountChanges();

  constructor(subscriptions: Subscriptions) {
    this.#subscriptions = subscriptions;
  }

  /** @param at milliseconds since 1970 */
  revoke(sid: SessionId, userId: UserId, at: number): void {
    this.#revocations.add(sid, at);
    for (const connection of this.#subscriptions.ofUser(userId)) {
      if (connection.session?.sid === sid) connection.close("SESSION_REVOKED");
    }
  }

  /**
   * Other permissions, or the end.
   * @param at milliseconds since 1970
   */
  changeAccount(change: AccountChange, at: number): void {
    this.#accountChanges.add(change, at);
    for (const connection of this.#subscriptions.ofUser(change.userId)) {
      const { state } = connection;
      if (state.name !== "authenticated") continue; // it is looked at again when it goes live
      const session = this.#accountChanges.applyTo(state.session);
      if (session === null) connection.close("SESSION_REVOKED");
      else connection.state = { ...state, session };
    }
  }

  /** What a token says, as it is now; null where its session is over, or its person is banned or removed. */
  applyTo(session: Session): Session | null {
    return this.#revocations.has(session.sid) ? null : this.#accountChanges.applyTo(session);
  }

  forgetTheOld(now: number): void {
    this.#revocations.forgetTheOld(now);
    this.#accountChanges.forgetTheOld(now);
  }
}
