import { expect, it } from "bun:test";
import fc from "fast-check";
import { IdSet } from "./id-set.ts";

const seed = 20_261_126;
const namespace = "6f1b3a52-8f0e-5d0c-9a3d-2f6f1c6b7e10";

it(`knows ids as a set of strings does (seed ${seed})`, () => {
  // As random as ours are: those that are made up to be alike differ where this set does not look.
  const uuid = fc.nat({ max: 2_000 }).map((n) => Bun.randomUUIDv5(`${n}`, namespace));
  const id = fc.oneof(uuid, fc.string({ maxLength: 35 }), fc.constantFrom("", "e-1", "e-2"));
  const property = fc.property(
    fc.array(id, { maxLength: 3_000, size: "max" }),
    fc.array(id),
    (some, others) => {
      const [ids, strings] = [new IdSet(), new Set<string>()];
      for (const each of [...some, ...some]) {
        expect(ids.add(each)).toBe(!strings.has(each));
        strings.add(each);
      }
      expect(ids.size).toBe(strings.size);
      for (const each of [...some, ...others]) expect(ids.has(each)).toBe(strings.has(each));
    },
  );
  fc.assert(property, { seed, numRuns: 40 });
});

it("tells a hundred thousand of ours apart", () => {
  const ids = new IdSet();
  for (let n = 0; n < 50_000; n += 1) {
    expect(ids.add(Bun.randomUUIDv5(`${n}`, namespace))).toBe(true);
    expect(ids.add(crypto.randomUUID())).toBe(true);
  }
  expect(ids.size).toBe(100_000);
});
