import { describe, expect, it } from "bun:test";
import { partsOfRound, Rounds } from "./rounds.ts";

function roundsOf(things: Set<number>): Rounds<number> {
  return new Rounds({
    get size() {
      return things.size;
    },
    all: () => things,
  });
}

const numbers = (count: number, first = 0) => Array.from({ length: count }, (_, index) => first + index);

describe("a round", () => {
  it("brings each thing once, in equal parts, and begins anew", () => {
    const rounds = roundsOf(new Set(numbers(2_000)));
    for (let round = 0; round < 3; round += 1) {
      const parts = Array.from({ length: partsOfRound }, () => rounds.next());
      expect(parts.flat()).toEqual(numbers(2_000));
      expect(parts.every(({ length }) => length === 100)).toBe(true);
      expect(rounds.next()).toEqual([]); // by which it knows that this was the last
    }
  });

  it("brings few at once, and nothing of nothing", () => {
    expect(roundsOf(new Set(numbers(10))).next()).toEqual(numbers(10));
    expect(roundsOf(new Set()).next()).toEqual([]);
  });

  it("brings everything that stays, whatever comes and goes meanwhile", () => {
    const things = new Set(numbers(1_000));
    const rounds = roundsOf(things);
    const seen = new Set<number>();
    let next = 1_000;
    for (let part = 0; part <= 2 * partsOfRound; part += 1) {
      for (const thing of rounds.next()) {
        seen.add(thing);
        // The odd ones go when they are looked at, and others come.
        if (thing % 2 === 1 && thing < 1_000) things.delete(thing);
      }
      things.add((next += 1));
    }
    expect(numbers(1_000).filter((thing) => !seen.has(thing))).toEqual([]);
    expect(seen.has(1_001)).toBe(true);
  });
});
