import { describe, expect, it } from "bun:test";
import { heapStats } from "bun:jsc";
import fc from "fast-check";
import { SmallSet } from "./small-set.ts";

const seed = 20_261_127;

/** Many come, then many go: a set grows from nothing to a crowd and shrinks again. */
const change = fc.record({
  kind: fc.constantFrom("add", "delete"),
  things: fc.array(fc.nat(19), { maxLength: 16, size: "max" }),
});

function setOf(size: number): SmallSet<number> {
  const things = new SmallSet<number>();
  for (let n = 0; n < size; n += 1) things.add(n);
  return things;
}

describe("a small set", () => {
  it(`has what a Set has, in its order, while it grows and shrinks (seed ${seed})`, () => {
    const property = fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
      const [things, set] = [new SmallSet<number>(), new Set<number>()];
      for (const { kind, things: some } of changes) {
        for (const each of some) {
          if (kind === "add") {
            things.add(each);
            set.add(each);
          } else expect(things.delete(each)).toBe(set.delete(each));
          expect(things.size).toBe(set.size);
          expect([...things]).toEqual([...set]);
        }
        for (let n = 0; n < 20; n += 1) expect(things.has(n)).toBe(set.has(n));
      }
    });
    fc.assert(property, { seed });
  });

  it(`meets once whatever stays while it is changed, and nothing that never was in it (seed ${seed})`, () => {
    const property = fc.property(fc.nat(16), fc.array(change, { maxLength: 20 }), (size, changes) => {
      const things = setOf(size);
      const touched = new Set(changes.flatMap((each) => each.things));
      const met: number[] = [];
      const left = changes.values();
      for (const thing of things) {
        met.push(thing);
        const { kind, things: some } = left.next().value ?? { kind: "add", things: [] };
        for (const each of some)
          if (kind === "add") things.add(each);
          else things.delete(each);
      }
      const stayed = Array.from({ length: size }, (_, n) => n).filter((n) => !touched.has(n));
      expect(met.filter((n) => !touched.has(n))).toEqual(stayed);
    });
    fc.assert(property, { seed });
  });

  it("holds what is added twice once, and does not miss what is not there", () => {
    for (const size of [1, 8, 9, 30]) {
      const things = setOf(size);
      things.add(0);
      expect(things.size).toBe(size);
      expect(things.delete(size)).toBe(false);
      expect(things.delete(0)).toBe(true);
      expect(things.delete(0)).toBe(false);
      expect(things.size).toBe(size - 1);
    }
  });

  it("meets each where each leaves as it is met, however many they are", () => {
    for (let size = 0; size <= 20; size += 1) {
      const things = setOf(size);
      const met: number[] = [];
      for (const thing of things) {
        met.push(thing);
        things.delete(thing);
      }
      expect(met).toEqual(Array.from({ length: size }, (_, n) => n));
      expect(things.size).toBe(0);
    }
  });

  it("is no Set while it is small, also after a crowd has left, and is one for a crowd", () => {
    const sets = Array.from({ length: 1_000 }, () => setOf(0));
    const before = liveSets();
    const grownTo = (size: number) => {
      for (const each of sets) for (let n = 0; n < size; n += 1) each.add(n);
      return liveSets() - before;
    };
    expect(grownTo(8)).toBeLessThan(100);
    expect(grownTo(9)).toBeGreaterThan(900);
    for (const each of sets) for (let n = 4; n < 9; n += 1) each.delete(n);
    expect(liveSets() - before).toBeLessThan(100);
    expect(sets.every(({ size }) => size === 4)).toBe(true);
  });
});

/** A few more or fewer than there are: the collector takes whatever may be a reference for one. */
function liveSets(): number {
  Bun.gc(true);
  return heapStats().objectTypeCounts["Set"] ?? 0;
}
