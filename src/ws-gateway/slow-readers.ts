/**
 * A reader that does not keep up is cut off, never buffered without bound, and comes back by resume (H6). Bun's own
 * limit, where it ends the stream inside a frame, lies behind this one.
 */
import type { Connection } from "./connection.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { GatewayClock } from "./surroundings.ts";

export const maxBufferedBytes = 512 * 1024;
/** After the close frame, which a reader that has stopped never gets. */
const terminateAfterMs = 2_000;

export class SlowReaders {
  readonly #subscriptions: Subscriptions;
  readonly #clock: GatewayClock;

  constructor(subscriptions: Subscriptions, clock: GatewayClock) {
    this.#subscriptions = subscriptions;
    this.#clock = clock;
  }

  /** Cuts off those of these sockets that are too far behind. */
  check(connections: Iterable<Connection>): void {
    for (const connection of connections) {
      if (connection.socket.getBufferedAmount() > maxBufferedBytes) this.#cut(connection);
    }
  }

  #cut(connection: Connection): void {
    const { state, socket } = connection;
    if (state.name === "closing") return;
    if (state.name === "authenticated") this.#subscriptions.leaveAll(connection);
    connection.close("TOO_SLOW");
    this.#clock.after(terminateAfterMs, () => socket.terminate());
  }
}
