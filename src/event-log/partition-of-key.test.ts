import { describe, expect, it } from "bun:test";
import { murmur2, partitionOfKey } from "./partition-of-key.ts";

const utf8 = new TextEncoder();

describe("the partition of a key", () => {
  // The values of Kafka's own test, org.apache.kafka.common.utils.UtilsTest.
  it.each([
    ["21", -973932308],
    ["foobar", -790332482],
    ["a-little-bit-long-string", -985981536],
    ["a-little-bit-longer-string", -1486304829],
    ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
    ["abc", 479470107],
  ])("hashes %s as Kafka does", (text, hash) => {
    expect(murmur2(utf8.encode(text))).toBe(hash);
  });

  it("is within the partitions, and spreads keys over all of them", () => {
    const seen = new Set<number>();
    for (let n = 0; n < 1000; n += 1) seen.add(partitionOfKey(`room-${n}`, 6));
    expect(seen).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });
});
