/**
 * The short form of `npm run faults` in the embedded default: each kind of fault once, but for the clock, after whose
 * jumps a spectator is now and then not counted within the minute (docs/reliability.md).
 */
import { describe, expect, it } from "bun:test";
import { kinds } from "./runner/kinds.ts";
import { runKinds } from "./runner/run-kinds.ts";

const seed = Number(process.env.SEED ?? 20_261_126);

describe(`people who play while it breaks, embedded (seed ${seed})`, () => {
  for (const kind of kinds.filter(({ mode, needsClock }) => mode === "embedded" && needsClock !== true)) {
    it(`lose and double nothing: ${kind.name}`, async () => {
      const { results } = await runKinds([kind], [seed], () => {});
      expect(results.flatMap(({ problems }) => problems)).toEqual([]);
      expect(results.length).toBe(1);
    }, 300_000);
  }
});
