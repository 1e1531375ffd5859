/** A gateway that stops tells its clients to come back, not all at once, and lets them go in batches (H8). */
import type { Connection } from "./connection.ts";
import { ownFrame } from "./frame.ts";
import type { GatewayClock } from "./surroundings.ts";

export interface DrainPace {
  readonly batchSize: number;
  readonly betweenBatchesMs: number;
  /** All are gone by then, however many there are. */
  readonly withinMs: number;
  /** Clients spread their return over so long. */
  readonly maxReconnectAfterMs: number;
}

export const defaultDrainPace: DrainPace = {
  batchSize: 200,
  betweenBatchesMs: 50,
  withinMs: 20_000,
  maxReconnectAfterMs: 5_000,
};

/** Resolves when every connection has been told and closed. */
export async function drain(
  connections: readonly Connection[],
  { batchSize, betweenBatchesMs, withinMs, maxReconnectAfterMs }: DrainPace,
  clock: GatewayClock,
  random: () => number,
): Promise<void> {
  const mostBatches = Math.max(1, Math.floor(withinMs / betweenBatchesMs));
  const size = Math.max(batchSize, Math.ceil(connections.length / mostBatches));
  for (let at = 0; at < connections.length; at += size) {
    if (at > 0) await new Promise<void>((resolve) => void clock.after(betweenBatchesMs, resolve));
    for (const connection of connections.slice(at, at + size)) {
      const afterMs = Math.floor(random() * maxReconnectAfterMs);
      connection.send(ownFrame("system.reconnect", { afterMs, reason: "drain" }));
      connection.close("DRAINING");
    }
  }
}
