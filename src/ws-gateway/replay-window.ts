/**
 * The recent events of every audience (R2), as frames: what a client that comes back has missed is read from here,
 * and no service is asked. Bounded in bytes, in time, and at so many events for each public audience.
 */
import { FrameQueue } from "./frame-queue.ts";
import { RowQueue } from "./row-queue.ts";
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

/** In the place of a number that is not there. */
const none = -1;

/** The fields of an event's row. */
const event = {
  /** By its number. */
  partition: 0,
  offset: 1,
  appendedAt: 2,
  seq: 3,
  /** Where its frame lies. */
  buffer: 4,
  start: 5,
  length: 6,
  /** The first of its links, one for each of its audiences. */
  links: 7,
} as const;

/** The fields of a link's row: an event among those of one audience. */
const link = {
  /** By its number. */
  audience: 0,
  event: 1,
  /** The audience's next one. */
  later: 2,
} as const;

/** What an event costs beside its frame, with one link. */
const eventBytes = 88;

/**
 * Events are rows of numbers, and their frames lie in a few buffers: none of it is an object, which the collector would
 * look at as long as it is kept (decision 032).
 */
export class ReplayWindow {
  readonly #bounds: ReplayBounds;
  readonly #frames = new FrameQueue();
  readonly #events = new RowQueue(Object.keys(event).length);
  readonly #links = new RowQueue(Object.keys(link).length);
  readonly #byAudience = new Map<AudienceName, AudienceEvents>();
  /** By the numbers that links know them by. */
  readonly #audiences: (AudienceEvents | undefined)[] = [];
  readonly #freeNumbers: number[] = [];
  readonly #partitions: Partition[] = [];
  readonly #partitionNumbers = new Map<string, number>();
  readonly #untouched: Set<string>;
  #bytes = 0;

  /** @param ends where the log ended before the first event: what lies behind is out of reach unless it is added */
  constructor(ends: Positions, bounds: ReplayBounds = defaultReplayBounds) {
    this.#bounds = bounds;
    for (const [partition, end] of Object.entries(ends)) this.#partition(partition).floor = end;
    this.#untouched = new Set(Object.keys(ends));
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Every record that is read, whether anybody may get it or not: it says from where this window reaches. */
  advance(partition: string, offset: number): void {
    if (this.#untouched.size === 0 || !this.#untouched.delete(partition)) return;
    const known = this.#partition(partition);
    known.floor = Math.min(known.floor, offset - 1);
  }

  add({ audiences, partition, offset, appendedAt, frame, seq }: ReplayEvent): void {
    const place = this.#events.next;
    const { buffer, start, length } = this.#frames.push(frame);
    const row = this.#events.push();
    const { numbers } = this.#events;
    numbers[row + event.partition] = this.#partition(partition).number;
    numbers[row + event.offset] = offset;
    numbers[row + event.appendedAt] = appendedAt;
    numbers[row + event.seq] = seq ?? none;
    numbers[row + event.buffer] = buffer;
    numbers[row + event.start] = start;
    numbers[row + event.length] = length;
    numbers[row + event.links] = this.#links.next;
    this.#bytes += length + eventBytes;
    for (const audience of audiences) this.#link(this.#eventsOf(audience), place);
    this.forgetTheOld(appendedAt);
  }

  /** @param now milliseconds since 1970 */
  forgetTheOld(now: number): void {
    const { bytes, ageMs } = this.#bounds;
    while (this.#events.first < this.#events.next) {
      if (this.#bytes <= bytes && this.#of(this.#events.first, event.appendedAt) >= now - ageMs) return;
      this.#forgetOldest();
    }
  }

  /**
   * The order of the event by which a room came to `seq`; 0 where that lies before everything that is here, null
   * where it has not been read.
   */
  orderOfSeq(room: AudienceName, seq: number): number | null {
    for (let at = this.#firstOf(room); at !== none; at = this.#ofLink(at, link.later)) {
      const place = this.#ofLink(at, link.event);
      const its = this.#of(place, event.seq);
      if (its !== none && its >= seq) return its === seq ? orderOf(place) : 0;
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
    for (let at = this.#firstOf(audience); at !== none; at = this.#ofLink(at, link.later)) {
      const place = this.#ofLink(at, link.event);
      const its = this.#of(place, event.seq);
      const isLater = its === none ? order !== null && order > 0 && orderOf(place) > order : its > seq;
      if (isLater) frames.push(this.#frameOf(place));
    }
    return frames;
  }

  /**
   * What came after `positions` for these audiences. `out_of_reach`: something of it is forgotten, or may be.
   *
   * @param maxBytes more than this is out of reach as well
   */
  missed(positions: Positions, queries: readonly MissedQuery[], maxBytes: number): Missed {
    const reached = this.#partitions.map(({ name }) => positions[name] ?? -1);
    if (this.#partitions.some(({ number, floor }) => (reached[number] ?? -1) < floor))
      return { kind: "out_of_reach" };
    const found = new Set<number>();
    let bytes = 0;
    for (const { audience, fromOrder } of queries) {
      const events = this.#byAudience.get(audience);
      if (events === undefined) continue;
      if (events.isForgottenAfter(reached)) return { kind: "out_of_reach" };
      for (let at = events.oldest; at !== none; at = this.#ofLink(at, link.later)) {
        const place = this.#ofLink(at, link.event);
        if (orderOf(place) < fromOrder || found.has(place)) continue;
        if (this.#of(place, event.offset) <= (reached[this.#of(place, event.partition)] ?? -1)) continue;
        found.add(place);
        bytes += this.#of(place, event.length);
        if (bytes > maxBytes) return { kind: "out_of_reach" };
      }
    }
    const frames = [...found].toSorted((one, other) => one - other).map((place) => this.#frameOf(place));
    return { kind: "covered", frames, bytes };
  }

  #partition(name: string): Partition {
    const known = this.#partitions[this.#partitionNumbers.get(name) ?? none];
    if (known !== undefined) return known;
    const partition = { name, number: this.#partitions.length, floor: -1 };
    this.#partitions.push(partition);
    this.#partitionNumbers.set(name, partition.number);
    return partition;
  }

  #eventsOf(audience: AudienceName): AudienceEvents {
    const known = this.#byAudience.get(audience);
    if (known !== undefined) return known;
    const number = this.#freeNumbers.pop() ?? this.#audiences.length;
    const most = isLobby(audience) ? this.#bounds.eventsOfLobby : Number.POSITIVE_INFINITY;
    const events = new AudienceEvents(audience, number, most);
    this.#audiences[number] = events;
    this.#byAudience.set(audience, events);
    return events;
  }

  #link(events: AudienceEvents, place: number): void {
    const at = this.#links.next;
    const row = this.#links.push();
    const { numbers } = this.#links;
    numbers[row + link.audience] = events.number;
    numbers[row + link.event] = place;
    numbers[row + link.later] = none;
    if (events.newest === none) events.oldest = at;
    else numbers[this.#links.at(events.newest) + link.later] = at;
    events.newest = at;
    events.size += 1;
    if (events.size <= events.most) return;
    const oldest = this.#ofLink(events.oldest, link.event);
    events.note(this.#of(oldest, event.partition), this.#of(oldest, event.offset));
    this.#shift(events);
  }

  #shift(events: AudienceEvents): void {
    events.oldest = this.#ofLink(events.oldest, link.later);
    events.size -= 1;
    if (events.oldest === none) events.newest = none;
  }

  #firstOf(audience: AudienceName): number {
    return this.#byAudience.get(audience)?.oldest ?? none;
  }

  /** One field of an event that is here. */
  #of(place: number, field: number): number {
    return this.#events.numbers[this.#events.at(place) + field] ?? none;
  }

  /** One field of a link that is here. */
  #ofLink(place: number, field: number): number {
    return this.#links.numbers[this.#links.at(place) + field] ?? none;
  }

  #frameOf(place: number): string {
    const buffer = this.#of(place, event.buffer);
    return this.#frames.at({
      buffer,
      start: this.#of(place, event.start),
      length: this.#of(place, event.length),
    });
  }

  #forgetOldest(): void {
    const place = this.#events.first;
    const row = this.#events.at(place);
    const { numbers } = this.#events;
    const partition = this.#partitions[numbers[row + event.partition] ?? none];
    if (partition !== undefined) partition.floor = Math.max(partition.floor, this.#of(place, event.offset));
    this.#bytes -= this.#of(place, event.length) + eventBytes;
    const isLast = place + 1 === this.#events.next;
    const linksEnd = isLast ? this.#links.next : this.#of(place + 1, event.links);
    while (this.#links.first < linksEnd) this.#forgetOldestLink();
    this.#events.shift();
    if (!isLast) this.#frames.forgetBefore(this.#of(place + 1, event.buffer));
  }

  #forgetOldestLink(): void {
    const at = this.#links.first;
    const events = this.#audiences[this.#ofLink(at, link.audience)];
    // A lobby may have forgotten it before, and its number may be another's now.
    if (events?.oldest === at) {
      this.#shift(events);
      if (events.oldest === none) {
        this.#byAudience.delete(events.audience);
        this.#audiences[events.number] = undefined;
        this.#freeNumbers.push(events.number);
      }
    }
    this.#links.shift();
  }
}

/** Rises by one with each event of this gateway, from 1. */
function orderOf(place: number): number {
  return place + 1;
}

interface Partition {
  readonly name: string;
  readonly number: number;
  /** Nothing after this offset has been forgotten. */
  floor: number;
}

/** One audience's events, oldest first: no more than so many of them. */
class AudienceEvents {
  readonly audience: AudienceName;
  readonly number: number;
  readonly most: number;
  /** Links. */
  oldest = none;
  newest = none;
  size = 0;
  /** The last offset of each partition, by its number, that this audience alone has forgotten: null for none. */
  #forgotten: Map<number, number> | null = null;

  constructor(audience: AudienceName, number: number, most: number) {
    this.audience = audience;
    this.number = number;
    this.most = most;
  }

  /** What it forgets. */
  note(partition: number, offset: number): void {
    this.#forgotten ??= new Map();
    this.#forgotten.set(partition, offset);
  }

  /** @param reached an offset for each partition, by its number */
  isForgottenAfter(reached: readonly number[]): boolean {
    for (const [partition, offset] of this.#forgotten ?? [])
      if (offset > (reached[partition] ?? -1)) return true;
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
