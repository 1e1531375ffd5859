/** How often somebody may try: token buckets in this process, in bounded memory. */

export interface AttemptLimit {
  /** How many at once. */
  readonly burst: number;
  /** How long until one more is allowed. */
  readonly refillMs: number;
}

export interface AttemptCounter {
  /** Counts an attempt. 0: go on; else the milliseconds to wait, and nothing was counted. */
  take(key: string): number;
  /** Takes back an attempt that was counted. */
  giveBack(key: string): void;
}

interface Bucket {
  tokens: number;
  /** When `tokens` was right. */
  at: number;
}

/** Past this many keys the one that was quiet for the longest time is forgotten. */
const maxKeys = 20_000;

export function createAttemptCounter(limit: AttemptLimit, now: () => number): AttemptCounter {
  const buckets = new Map<string, Bucket>(); // the longest quiet first

  function refilled(key: string): Bucket {
    const time = now();
    const bucket = buckets.get(key) ?? { tokens: limit.burst, at: time };
    bucket.tokens = Math.min(limit.burst, bucket.tokens + Math.max(0, time - bucket.at) / limit.refillMs);
    bucket.at = time;
    return bucket;
  }

  function keep(key: string, bucket: Bucket): void {
    buckets.delete(key);
    if (bucket.tokens >= limit.burst) return; // a full bucket is as good as none
    buckets.set(key, bucket);
    if (buckets.size <= maxKeys) return;
    const [longestQuiet] = buckets.keys();
    if (longestQuiet !== undefined) buckets.delete(longestQuiet);
  }

  return {
    take(key) {
      const bucket = refilled(key);
      if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) * limit.refillMs);
      bucket.tokens -= 1;
      keep(key, bucket);
      return 0;
    },
    giveBack(key) {
      const bucket = refilled(key);
      bucket.tokens = Math.min(limit.burst, bucket.tokens + 1);
      keep(key, bucket);
    },
  };
}

/**
 * The one to whom an address is counted: an IPv4 address itself, of IPv6 the /64, of which a household has all
 * addresses.
 */
export function addressGroup(address: string): string {
  const mapped = /^::ffff:([0-9.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    const tailGroups = tail === "" ? [] : tail.split(":");
    while (groups.length + tailGroups.length < 8) groups.push("0");
    groups.push(...tailGroups);
  }
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}
