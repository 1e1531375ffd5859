/**
 * Looks at every socket once a second, with one timer for all of them: whose time is up is closed (H1, H4, H5), who is
 * too far behind is cut off (H6), and what nobody needs any more is forgotten. A few at a time: 2,000 players at
 * once held everybody up for 3 to 8 ms.
 */
import { isoTime, type UserId } from "../protocol/index.ts";
import type { Connection } from "./connection.ts";
import { ownFrame } from "./frame.ts";
import { whatIsDue } from "./lifetime.ts";
import type { AddressLimits, Allowances } from "./limits.ts";
import type { ReplayWindow } from "./replay-window.ts";
import { partsOfRound, Rounds } from "./rounds.ts";
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

/** So long after another, every socket has been looked at once more. */
const roundMs = 1_000;

export class Sweep {
  readonly #parts: SweepParts;
  readonly #connections: Rounds<Connection>;
  #cancel: () => void;

  /** From now on, until it is stopped. */
  constructor(parts: SweepParts) {
    const { subscriptions } = parts;
    this.#parts = parts;
    this.#connections = new Rounds({
      get size() {
        return subscriptions.openCount;
      },
      all: () => subscriptions.open(),
    });
    this.#cancel = this.#stepLater();
  }

  stop(): void {
    this.#cancel();
  }

  #stepLater(): () => void {
    const { clock } = this.#parts;
    return clock.after(roundMs / partsOfRound, () => {
      this.#step(clock.now());
      this.#cancel = this.#stepLater();
    });
  }

  #step(now: number): void {
    const { slowReaders, window, allowances, addresses, sessionChanges } = this.#parts;
    window.forgetTheOld(now);
    const connections = this.#connections.next();
    for (const connection of connections) this.#look(connection, now);
    slowReaders.check(connections);
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
