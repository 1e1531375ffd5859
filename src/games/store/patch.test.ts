import fc from "fast-check";
import { describe, expect, it } from "bun:test";
import { patched, patchOf } from "./patch.ts";

const seed = Number(process.env["SEED"] ?? 20_261_126);

/** As it is after it was written and read. */
const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

describe("a patch", () => {
  it("says no more than what has changed", () => {
    const seats = [{ id: 1 }];
    const before = { seats, seq: 4, game: { rounds: [{ n: 1 }], turn: 3 }, open: "x" };
    const [round] = before.game.rounds;
    const after = { seats, seq: 5, game: { rounds: [round, { n: 2 }], turn: 3 }, done: null };
    expect(patchOf(before, after)).toEqual({
      fields: {
        seq: { set: 5 },
        game: { fields: { rounds: { keep: 1, add: [{ n: 2 }] } } },
        done: { set: null },
      },
      gone: ["open"],
    });
    expect(patchOf(before, { ...before })).toBeNull();
  });

  it(`makes the second value of the first, also when both were written and read (seed ${seed})`, () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    fc.assert(
      fc.property(value, value, fc.array(fc.nat(3), { maxLength: 6 }), (one, other, path) => {
        // Values with much in common, as those of one room have.
        const after = replaced(one, path, other);
        for (const [from, to] of [
          [one, after],
          [one, other],
          [after, one],
        ]) {
          const patch = stored(patchOf(from, to)) as ReturnType<typeof patchOf>;
          expect(patched(stored(from), patch)).toEqual(stored(to));
        }
      }),
      { seed, numRuns: 5_000 },
    );
  });
});

/** The value with another one somewhere inside; all that is beside it stays the same. */
function replaced(value: unknown, [index = 0, ...rest]: readonly number[], inner: unknown): unknown {
  if (rest.length === 0 || typeof value !== "object" || value === null) return inner;
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    return [...items.slice(0, index), replaced(items[index], rest, inner), ...items.slice(index + 1)];
  }
  const entries = Object.entries(value);
  const at = index % Math.max(1, entries.length);
  return Object.fromEntries(
    entries.map(([name, field], n) => [name, n === at ? replaced(field, rest, inner) : field]),
  );
}
