/** How far this gateway has read each partition: what a client gives back to go on from there (R3). */
import type { Cursor } from "../protocol/index.ts";
import type { Positions } from "../event-log/port.ts";

export class SeenPositions {
  readonly #epoch: string;
  readonly #positions = new Map<string, number>();
  /** The cursor as JSON; null when a position has moved since it was written. */
  #json: string | null = null;

  constructor(epoch: string, ends: Positions) {
    this.#epoch = epoch;
    for (const [name, offset] of Object.entries(ends)) this.#positions.set(name, offset);
  }

  /** @param partition as in a cursor: `games.events/3` */
  advance(partition: string, offset: number): void {
    if (offset <= (this.#positions.get(partition) ?? -1)) return;
    this.#positions.set(partition, offset);
    this.#json = null;
  }

  /** Whether somebody has read further than this gateway. */
  isBehind(positions: Positions): boolean {
    return Object.entries(positions).some(([name, offset]) => offset > (this.#positions.get(name) ?? -1));
  }

  cursor(): Cursor {
    return { epoch: this.#epoch, positions: Object.fromEntries(this.#positions) };
  }

  json(): string {
    this.#json ??= JSON.stringify(this.cursor());
    return this.#json;
  }
}
