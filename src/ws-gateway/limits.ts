/**
 * How much a socket, a person on this gateway and an address may do (H1, H7). A meter is a token bucket, kept as
 * the one moment at which it would be full again, in milliseconds since 1970.
 */
import { roundsOf } from "./rounds.ts";
import { rateClasses, type RateClass, type RateLimit } from "../protocol/index.ts";

export interface GatewayLimits {
  /** Multiplies every rate and every count below: for benchmarks, which say so. */
  readonly scale: number;
  readonly maxFrameBytes: number;
  readonly maxFirstFrameBytes: number;
  /** Sockets of one address that have not authenticated yet (H1). */
  readonly unauthenticatedPerAddress: number;
  /** How often one address may open a socket. */
  readonly opensPerAddress: RateLimit;
  /** Frames that are refused before it is clear what they ask for. */
  readonly refusals: RateLimit;
  /** How often a page may say that somebody looks at it, or nobody: each change is told to others. */
  readonly attention: RateLimit;
  /** Open at once by one person: she has several tabs and devices. */
  readonly maxSocketsPerUser: number;
  /** A person may do so many times what one of her sockets may: she has several tabs. */
  readonly socketsPerUser: number;
}

export const defaultLimits: GatewayLimits = {
  scale: 1,
  maxFrameBytes: 16 * 1024,
  maxFirstFrameBytes: 4 * 1024,
  unauthenticatedPerAddress: 100,
  opensPerAddress: { burst: 200, perSecond: 20 },
  refusals: { burst: 20, perSecond: 5 },
  attention: { burst: 10, perSecond: 0.5 },
  maxSocketsPerUser: 50,
  socketsPerUser: 3,
};

/** Past so many times the limit, the socket is closed (H7). */
const floodFactor = 10;

export type MeteredClass = RateClass | "refusal" | "attention";

export type Verdict =
  | { readonly kind: "allowed" }
  | { readonly kind: "limited"; readonly retryAfterMs: number }
  | { readonly kind: "flooding" };

const allowed: Verdict = { kind: "allowed" };
const flooding: Verdict = { kind: "flooding" };

/** One token bucket. */
export class Meter {
  #fullAt = 0;

  /** Takes one. @returns 0 where there was one, else after how many milliseconds there will be */
  take(now: number, limit: RateLimit): number {
    this.#fullAt = asOf(now, this.#fullAt, limit);
    const wait = waitFor(this.#fullAt, now, limit);
    if (wait === 0) this.#fullAt += msOfOne(limit);
    return wait;
  }

  isFull(now: number): boolean {
    return this.#fullAt <= now;
  }
}

/** The two meters of one class in one object, since each message marks both: what is allowed, and what is a flood. */
class ClassMeter {
  readonly kind: MeteredClass;
  /** The next one of the same allowance. */
  readonly next: ClassMeter | null;
  #fullAt = 0;
  #floodFullAt = 0;

  constructor(kind: MeteredClass, next: ClassMeter | null) {
    this.kind = kind;
    this.next = next;
  }

  take(now: number, { limit, flood }: ClassLimit): Verdict {
    this.#floodFullAt = asOf(now, this.#floodFullAt, flood);
    if (waitFor(this.#floodFullAt, now, flood) > 0) return flooding;
    this.#floodFullAt += msOfOne(flood);
    this.#fullAt = asOf(now, this.#fullAt, limit);
    const wait = waitFor(this.#fullAt, now, limit);
    if (wait > 0) return { kind: "limited", retryAfterMs: Math.ceil(wait) };
    this.#fullAt += msOfOne(limit);
    return allowed;
  }

  isFull(now: number): boolean {
    return this.#fullAt <= now && this.#floodFullAt <= now;
  }
}

/** What one socket, or one person, may still do, by class. */
export class Allowance {
  readonly #limits: ClassLimits;
  /** The first meter. None yet, of nearly all sockets, which only listen; the others use two or three classes. */
  #first: ClassMeter | null = null;

  constructor(limits: ClassLimits) {
    this.#limits = limits;
  }

  take(kind: MeteredClass, now: number): Verdict {
    const limits = this.#limits[kind];
    if (!isLimited(limits)) return allowed;
    let meter = this.#first;
    while (meter !== null && meter.kind !== kind) meter = meter.next;
    if (meter === null) {
      meter = new ClassMeter(kind, this.#first);
      this.#first = meter;
    }
    return meter.take(now, limits);
  }

  isFull(now: number): boolean {
    for (let meter = this.#first; meter !== null; meter = meter.next) if (!meter.isFull(now)) return false;
    return true;
  }
}

/** Makes the allowances of sockets, and keeps those of people who have used some, also over a reconnect. */
export class Allowances<Person> {
  readonly #ofSocket: ClassLimits;
  readonly #ofPerson: ClassLimits;
  readonly #people = new Map<Person, Allowance>();
  readonly #rounds = roundsOf(this.#people);

  constructor({ scale, refusals, attention, socketsPerUser }: GatewayLimits) {
    const limits = { ...rateClasses, refusal: refusals, attention };
    this.#ofSocket = scaled(limits, scale);
    this.#ofPerson = scaled(limits, scale * socketsPerUser);
  }

  /** For sockets as for people. Who only does what has no limit needs no allowance. */
  isLimited(kind: MeteredClass): boolean {
    return isLimited(this.#ofSocket[kind]);
  }

  forSocket(): Allowance {
    return new Allowance(this.#ofSocket);
  }

  /** Shared by all of her sockets here. Ask for it each time: one that is full again is forgotten. */
  forPerson(person: Person): Allowance {
    let allowance = this.#people.get(person);
    if (allowance === undefined) {
      allowance = new Allowance(this.#ofPerson);
      this.#people.set(person, allowance);
    }
    return allowance;
  }

  /** Forgets those who would start with full meters anyway, among a part of all. */
  forgetTheCalm(now: number): void {
    for (const [person, allowance] of this.#rounds.next())
      if (allowance.isFull(now)) this.#people.delete(person);
  }
}

/** What one address may do before it says who it is. */
export class AddressLimits {
  readonly #limits: GatewayLimits;
  readonly #addresses = new Map<string, { unauthenticated: number; readonly opens: Meter }>();
  readonly #rounds = roundsOf(this.#addresses);

  constructor(limits: GatewayLimits) {
    this.#limits = limits;
  }

  /** Counts a new socket; false where the address has too many, which are then not counted. */
  enter(address: string, now: number): boolean {
    let entry = this.#addresses.get(address);
    if (entry === undefined) {
      entry = { unauthenticated: 0, opens: new Meter() };
      this.#addresses.set(address, entry);
    }
    const { scale, unauthenticatedPerAddress, opensPerAddress } = this.#limits;
    if (entry.unauthenticated >= unauthenticatedPerAddress * scale) return false;
    if (entry.opens.take(now, times(opensPerAddress, scale)) > 0) return false;
    entry.unauthenticated += 1;
    return true;
  }

  /** A counted socket has authenticated, or is gone. */
  leave(address: string): void {
    const entry = this.#addresses.get(address);
    if (entry !== undefined) entry.unauthenticated -= 1;
  }

  /** Forgets those who may do anything again, among a part of all. */
  forgetTheCalm(now: number): void {
    for (const [address, { unauthenticated, opens }] of this.#rounds.next()) {
      if (unauthenticated === 0 && opens.isFull(now)) this.#addresses.delete(address);
    }
  }
}

function times({ burst, perSecond }: RateLimit, factor: number): RateLimit {
  return { burst: burst * factor, perSecond: perSecond * factor };
}

/** The bucket that would be full at `fullAt`, now. One that would take longer than from empty: the clock was set back. */
function asOf(now: number, fullAt: number, limit: RateLimit): number {
  return Math.max(Math.min(fullAt, now + limit.burst * msOfOne(limit)), now);
}

/** Until a bucket has a token, milliseconds; 0 where it has one. @param fullAt as of now */
function waitFor(fullAt: number, now: number, limit: RateLimit): number {
  const tooEarlyBy = fullAt - now - (limit.burst - 1) * msOfOne(limit);
  // A part of a millisecond is the rounding of the sums above.
  return tooEarlyBy > 0.001 ? tooEarlyBy : 0;
}

function isLimited({ limit }: ClassLimit): boolean {
  return limit.perSecond !== Number.POSITIVE_INFINITY;
}

/** How long a token takes to come, milliseconds. */
function msOfOne({ perSecond }: RateLimit): number {
  return 1000 / perSecond;
}

interface ClassLimit {
  readonly limit: RateLimit;
  readonly flood: RateLimit;
}

type ClassLimits = Readonly<Record<MeteredClass, ClassLimit>>;

function scaled(limits: Readonly<Record<MeteredClass, RateLimit>>, factor: number): ClassLimits {
  const entries = Object.entries(limits).map(([kind, each]) => {
    const limit = times(each, factor);
    return [kind, { limit, flood: times(limit, floodFactor) }];
  });
  return Object.fromEntries(entries) as ClassLimits; // the same classes
}
