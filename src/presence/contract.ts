/**
 * What every presence registry keeps: one suite, run on memory and on Redis.
 *
 * An engine may hold what earlier tests left, so people, gateways and rooms are new in every test, and `reap` may
 * answer people of other tests too.
 */
import type { OpenPresence } from "./contract-fixture.ts";
import { placesContract } from "./places/contract.ts";
import { socketsContract } from "./sockets/contract.ts";

export function presenceContract(name: string, open: () => Promise<OpenPresence>): void {
  socketsContract(name, open);
  placesContract(name, open);
}
