/**
 * The recent events of every audience (R2), as frames: what a client that comes back has missed is read from here,
 * and no service is asked. Bounded in bytes, in time, and at so many events for each public audience.
 */
import type { AudienceName } from "../protocol/index.ts";
import type { Positions } from "../event-log/port.ts";

export interface ReplayBounds {
  /** Of all frames together, about. */
  readonly bytes: number;
  readonly ageMs: number;
  /** For each `lobby:` and `rooms:` audience. */
  readonly eventsOfLobby: number;
}

export const defaultReplayBounds: ReplayBounds = {
  bytes: 64 * 1024 * 1024,
  ageMs: 6 * 60_000,
  eventsOfLobby: 300,
};

export interface ReplayEvent {
  readonly audiences: readonly AudienceName[];
  /** As in a cursor: `games.events/3`. */
  readonly partition: string;
  readonly offset: number;
  /** Milliseconds since 1970. */
  readonly appendedAt: number;
  readonly frame: string;
  /** Of a room's own event; null for all others. */
  readonly seq: number | null;
}

interface Entry extends ReplayEvent {
  /** Rises by one with each event of this gateway. */
  readonly order: number;
}

/** What one audience of a client that comes back is asked for. */
export interface MissedQuery {
  readonly audience: AudienceName;
  /** Only what this gateway heard from here on: 0 for everything that was missed. */
  readonly fromOrder: number;
}

export type Missed =
  /** Oldest first, each once. */
  | { readonly kind: "covered"; readonly frames: readonly string[]; readonly bytes: number }
  | { readonly kind: "out_of_reach" };

/** What an entry costs beside its text. */
const entryBytes = 200;

export class ReplayWindow {
  readonly #bounds: ReplayBounds;
  readonly #all = new Queue<Entry>();
  readonly #byAudience = new Map<AudienceName, AudienceEvents>();
  /** Nothing after this offset of a partition has been forgotten. */
  readonly #floors = new Map<string, number>();
  readonly #untouched: Set<string>;
  #bytes = 0;
  #nextOrder = 1;

  /** @param ends where the log ended before the first event: what lies behind is out of reach unless it is added */
  constructor(ends: Positions, bounds: ReplayBounds = defaultReplayBounds) {
    this.#bounds = bounds;
    for (const [partition, end] of Object.entries(ends)) this.#floors.set(partition, end);
    this.#untouched = new Set(this.#floors.keys());
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Every record that is read, whether anybody may get it or not: it says from where this window reaches. */
  advance(partition: string, offset: number): void {
    if (!this.#untouched.delete(partition)) return;
    const end = this.#floors.get(partition) ?? -1;
    this.#floors.set(partition, Math.min(end, offset - 1));
  }

  add(event: ReplayEvent): void {
    const entry: Entry = { ...event, order: this.#nextOrder++ };
    this.#all.push(entry);
    this.#bytes += entry.frame.length + entryBytes;
    for (const audience of entry.audiences) {
      const events = this.#byAudience.get(audience) ?? new AudienceEvents();
      this.#byAudience.set(audience, events);
      events.queue.push(entry);
      if (isLobby(audience) && events.queue.size > this.#bounds.eventsOfLobby) events.forgetOldest();
    }
    this.forgetTheOld(entry.appendedAt);
  }

  /** @param now milliseconds since 1970 */
  forgetTheOld(now: number): void {
    const { bytes, ageMs } = this.#bounds;
    for (let oldest = this.#all.first; oldest !== undefined; oldest = this.#all.first) {
      if (this.#bytes <= bytes && oldest.appendedAt >= now - ageMs) return;
      this.#forget(oldest);
    }
  }

  /**
   * The order of the event by which a room came to `seq`; 0 where that lies before everything that is here, null
   * where it has not been read.
   */
  orderOfSeq(room: AudienceName, seq: number): number | null {
    for (const entry of this.#byAudience.get(room)?.queue ?? []) {
      if (entry.seq !== null && entry.seq >= seq) return entry.seq === seq ? entry.order : 0;
    }
    return null;
  }

  /**
   * What is here of an audience of a room from after the room's `seq`, oldest first. Of an audience without a `seq`
   * of its own nothing, where that moment is not here: it might be from another's time.
   */
  since(audience: AudienceName, seq: number): readonly string[] {
    const room = roomOf(audience);
    if (room === null) return [];
    const order = this.orderOfSeq(room, seq);
    const frames: string[] = [];
    for (const entry of this.#byAudience.get(audience)?.queue ?? []) {
      const isLater =
        entry.seq === null ? order !== null && order > 0 && entry.order > order : entry.seq > seq;
      if (isLater) frames.push(entry.frame);
    }
    return frames;
  }

  /**
   * What came after `positions` for these audiences. `out_of_reach`: something of it is forgotten, or may be.
   *
   * @param maxBytes more than this is out of reach as well
   */
  missed(positions: Positions, queries: readonly MissedQuery[], maxBytes: number): Missed {
    for (const [partition, floor] of this.#floors) {
      if ((positions[partition] ?? -1) < floor) return { kind: "out_of_reach" };
    }
    const found = new Map<number, string>();
    let bytes = 0;
    for (const { audience, fromOrder } of queries) {
      const events = this.#byAudience.get(audience);
      if (events === undefined) continue;
      if (events.isForgottenAfter(positions)) return { kind: "out_of_reach" };
      for (const { order, partition, offset, frame } of events.queue) {
        if (order < fromOrder || offset <= (positions[partition] ?? -1) || found.has(order)) continue;
        found.set(order, frame);
        bytes += frame.length;
        if (bytes > maxBytes) return { kind: "out_of_reach" };
      }
    }
    const inOrder = [...found].toSorted(([one], [other]) => one - other);
    return { kind: "covered", frames: inOrder.map(([, frame]) => frame), bytes };
  }

  #forget(entry: Entry): void {
    this.#all.shift();
    this.#bytes -= entry.frame.length + entryBytes;
    const floor = this.#floors.get(entry.partition) ?? -1;
    this.#floors.set(entry.partition, Math.max(floor, entry.offset));
    for (const audience of entry.audiences) {
      const events = this.#byAudience.get(audience);
      // A lobby may have forgotten it before.
      if (events?.queue.first === entry) events.queue.shift();
      if (events?.queue.size === 0) this.#byAudience.delete(audience);
    }
  }
}

/** One audience's events, oldest first. */
class AudienceEvents {
  readonly queue = new Queue<Entry>();
  /** The last offset of each partition that this audience alone has forgotten. */
  readonly #forgotten = new Map<string, number>();

  forgetOldest(): void {
    const oldest = this.queue.shift();
    if (oldest !== undefined) this.#forgotten.set(oldest.partition, oldest.offset);
  }

  isForgottenAfter(positions: Positions): boolean {
    for (const [partition, offset] of this.#forgotten) if (offset > (positions[partition] ?? -1)) return true;
    return false;
  }
}

/** The audience of the whole room that this one is of. */
export function roomOf(audience: AudienceName): AudienceName | null {
  return (/^room:[^:]+/.exec(audience)?.[0] ?? null) as AudienceName | null; // the shape of every room's name
}

function isLobby(audience: AudienceName): boolean {
  return audience.startsWith("lobby:") || audience.startsWith("rooms:");
}

/** First in, first out, without moving what is inside at each step. */
class Queue<Item> implements Iterable<Item> {
  #items: Item[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  get first(): Item | undefined {
    return this.#items[this.#head];
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head += 1;
    if (this.#head > 32 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (let index = this.#head; index < this.#items.length; index += 1) {
      const item = this.#items[index];
      if (item !== undefined) yield item;
    }
  }
}
