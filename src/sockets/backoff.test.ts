import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { fullJitter } from "./backoff.ts";
import { seed } from "../../tests/seed.ts";

describe(`full jitter (R5, seed ${seed})`, () => {
  it("waits from nothing to a bound that doubles from half a second to twenty", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (attempt, random) => {
          const wait = fullJitter(attempt, () => random);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThan(Math.min(20_000, 500 * 2 ** (attempt - 1)));
        },
      ),
      { seed },
    );
    expect(fullJitter(1, () => 0.5)).toBe(250);
    expect(fullJitter(3, () => 0.5)).toBe(1_000);
    expect(fullJitter(9, () => 0.5)).toBe(10_000);
  });
});
