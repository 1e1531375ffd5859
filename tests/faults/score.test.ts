/** The short form of `npm run faults` in the embedded default: each kind of fault once. */
import { describe, expect, it } from "bun:test";
import { faketimeLibrary } from "./runner/clock.ts";
import { kinds } from "./runner/kinds.ts";
import { runKinds } from "./runner/run-kinds.ts";

const seed = Number(process.env.SEED ?? 20_261_126);

describe(`people who play while it breaks, embedded (seed ${seed})`, () => {
  for (const kind of kinds.filter(({ mode }) => mode === "embedded")) {
    const isLeftOut = kind.needsClock === true && faketimeLibrary() === null;
    it.skipIf(isLeftOut)(
      `lose and double nothing: ${kind.name}`,
      async () => {
        const { results } = await runKinds([kind], [seed], () => {});
        expect(results.flatMap(({ problems }) => problems)).toEqual([]);
        expect(results.length).toBe(1);
      },
      300_000,
    );
  }
});
