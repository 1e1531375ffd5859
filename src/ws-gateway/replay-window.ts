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
  /** The next one of all. */
  later: Entry | null;
}

/** An entry among those of one audience. */
interface Link {
  readonly entry: Entry;
  later: Link | null;
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
  #oldest: Entry | null = null;
  #newest: Entry | null = null;
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
    if (this.#untouched.size === 0 || !this.#untouched.delete(partition)) return;
    const end = this.#floors.get(partition) ?? -1;
    this.#floors.set(partition, Math.min(end, offset - 1));
  }

  add(event: ReplayEvent): void {
    const { audiences, partition, offset, appendedAt, frame, seq } = event;
    const order = this.#nextOrder++;
    const entry: Entry = { audiences, partition, offset, appendedAt, frame, seq, order, later: null };
    if (this.#newest === null) this.#oldest = entry;
    else this.#newest.later = entry;
    this.#newest = entry;
    this.#bytes += frame.length + entryBytes;
    for (const audience of audiences) this.#addTo(audience, entry);
    this.forgetTheOld(appendedAt);
  }

  #addTo(audience: AudienceName, entry: Entry): void {
    let events = this.#byAudience.get(audience);
    if (events === undefined) {
      events = new AudienceEvents(isLobby(audience) ? this.#bounds.eventsOfLobby : Number.POSITIVE_INFINITY);
      this.#byAudience.set(audience, events);
    }
    events.push(entry);
  }

  /** @param now milliseconds since 1970 */
  forgetTheOld(now: number): void {
    const { bytes, ageMs } = this.#bounds;
    for (let oldest = this.#oldest; oldest !== null; oldest = this.#oldest) {
      if (this.#bytes <= bytes && oldest.appendedAt >= now - ageMs) return;
      this.#forget(oldest);
    }
  }

  /**
   * The order of the event by which a room came to `seq`; 0 where that lies before everything that is here, null
   * where it has not been read.
   */
  orderOfSeq(room: AudienceName, seq: number): number | null {
    for (let link = this.#firstOf(room); link !== null; link = link.later) {
      const { entry } = link;
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
    for (let link = this.#firstOf(audience); link !== null; link = link.later) {
      const { entry } = link;
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
      for (let link = events.oldest; link !== null; link = link.later) {
        const { order, partition, offset, frame } = link.entry;
        if (order < fromOrder || offset <= (positions[partition] ?? -1) || found.has(order)) continue;
        found.set(order, frame);
        bytes += frame.length;
        if (bytes > maxBytes) return { kind: "out_of_reach" };
      }
    }
    const inOrder = [...found].toSorted(([one], [other]) => one - other);
    return { kind: "covered", frames: inOrder.map(([, frame]) => frame), bytes };
  }

  #firstOf(audience: AudienceName): Link | null {
    return this.#byAudience.get(audience)?.oldest ?? null;
  }

  #forget(entry: Entry): void {
    this.#oldest = entry.later;
    if (entry.later === null) this.#newest = null;
    this.#bytes -= entry.frame.length + entryBytes;
    const floor = this.#floors.get(entry.partition) ?? -1;
    this.#floors.set(entry.partition, Math.max(floor, entry.offset));
    for (const audience of entry.audiences) {
      const events = this.#byAudience.get(audience);
      if (events === undefined) continue;
      // A lobby may have forgotten it before.
      if (events.oldest?.entry === entry) events.shift();
      if (events.oldest === null) this.#byAudience.delete(audience);
    }
  }
}

/** One audience's events, oldest first: no more than so many of them. */
class AudienceEvents {
  oldest: Link | null = null;
  readonly #most: number;
  #newest: Link | null = null;
  #size = 0;
  /** The last offset of each partition that this audience alone has forgotten: null for none. */
  #forgotten: Map<string, number> | null = null;

  constructor(most: number) {
    this.#most = most;
  }

  push(entry: Entry): void {
    const link: Link = { entry, later: null };
    if (this.#newest === null) this.oldest = link;
    else this.#newest.later = link;
    this.#newest = link;
    this.#size += 1;
    if (this.#size > this.#most) this.#forgetOldest();
  }

  shift(): Entry | undefined {
    const { oldest } = this;
    if (oldest === null) return undefined;
    this.oldest = oldest.later;
    if (oldest.later === null) this.#newest = null;
    this.#size -= 1;
    return oldest.entry;
  }

  isForgottenAfter(positions: Positions): boolean {
    for (const [partition, offset] of this.#forgotten ?? [])
      if (offset > (positions[partition] ?? -1)) return true;
    return false;
  }

  #forgetOldest(): void {
    const oldest = this.shift();
    if (oldest === undefined) return;
    this.#forgotten ??= new Map();
    this.#forgotten.set(oldest.partition, oldest.offset);
  }
}

/** The audience of the whole room that this one is of. */
export function roomOf(audience: AudienceName): AudienceName | null {
  return (/^room:[^:]+/.exec(audience)?.[0] ?? null) as AudienceName | null; // the shape of every room's name
}

function isLobby(audience: AudienceName): boolean {
  return audience.startsWith("lobby:") || audience.startsWith("rooms:");
}
