/**
 * Once a second, with one timer for all sockets: whose time is up is closed (H1, H4, H5), who is too far behind is cut
 * off (H6), and what nobody needs any more is forgotten.
 */
import { isoTime, type UserId } from "../protocol/index.ts";
import type { Connection } from "./connection.ts";
import { ownFrame } from "./frame.ts";
import { whatIsDue } from "./lifetime.ts";
import type { AddressLimits, Allowances } from "./limits.ts";
import type { ReplayWindow } from "./replay-window.ts";
import type { SessionChanges } from "./session-changes.ts";
import type { SlowReaders } from "./slow-readers.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { GatewayClock } from "./surroundings.ts";

export interface SweepParts {
  readonly clock: GatewayClock;
  readonly subscriptions: Subscriptions;
  readonly slowReaders: SlowReaders;
  readonly window: ReplayWindow;
  readonly allowances: Allowances<UserId>;
  readonly addresses: AddressLimits;
  readonly sessionChanges: SessionChanges;
}

const sweepMs = 1_000;

export class Sweep {
  readonly #parts: SweepParts;
  #cancel: () => void;

  /** From now on, until it is stopped. */
  constructor(parts: SweepParts) {
    this.#parts = parts;
    this.#cancel = this.#sweepLater();
  }

  stop(): void {
    this.#cancel();
  }

  #sweepLater(): () => void {
    const { clock } = this.#parts;
    return clock.after(sweepMs, () => {
      this.#sweep(clock.now());
      this.#cancel = this.#sweepLater();
    });
  }

  #sweep(now: number): void {
    const { subscriptions, slowReaders, window, allowances, addresses, sessionChanges } = this.#parts;
    window.forgetTheOld(now);
    for (const connection of subscriptions.open()) this.#look(connection, now);
    slowReaders.check(subscriptions.open());
    allowances.forgetTheCalm(now);
    addresses.forgetTheCalm(now);
    sessionChanges.forgetTheOld(now);
  }

  #look(connection: Connection, now: number): void {
    connection.forgetTheCalm(now);
    const due = whatIsDue(connection.state, now);
    if (due.kind === "close") connection.close(due.why);
    if (due.kind !== "tell_of_expiry" || connection.state.name !== "authenticated") return;
    connection.state.toldOfExpiry = true;
    connection.send(ownFrame("system.token_expiring", { expiresAt: isoTime(due.expiresAt) }));
  }
}
