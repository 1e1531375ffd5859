/**
 * Which partition a key belongs to: as Kafka's default partitioner decides it (murmur2 over the UTF-8 bytes,
 * the sign bit cleared), so that a key has the same partition in memory as in a cluster.
 */

const utf8 = new TextEncoder();
const multiplier = 0x5bd1e995;
const seed = 0x9747b28c;

/** Keys that were asked for lately: each comes several times for every command. */
const known = new Map<string, number>();
const mostKnown = 10_000;

export function partitionOfKey(key: string, partitions: number): number {
  let hash = known.get(key);
  if (hash === undefined) {
    hash = murmur2(utf8.encode(key)) & 0x7fffffff;
    if (known.size >= mostKnown) known.clear();
    known.set(key, hash);
  }
  return hash % partitions;
}

/** MurmurHash2, 32 bits, as in org.apache.kafka.common.utils.Utils; signed, as there. */
export function murmur2(bytes: Uint8Array): number {
  const byte = (at: number): number => bytes[at] ?? 0;
  const whole = bytes.byteLength & ~3;
  let hash = seed ^ bytes.byteLength;
  for (let at = 0; at < whole; at += 4) {
    let word = byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24);
    word = Math.imul(word, multiplier);
    word ^= word >>> 24;
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier);
  }
  const rest = bytes.byteLength - whole;
  if (rest > 0) {
    for (let at = rest - 1; at >= 0; at -= 1) hash ^= byte(whole + at) << (8 * at);
    hash = Math.imul(hash, multiplier);
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return hash ^ (hash >>> 15);
}
