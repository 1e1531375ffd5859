/** The short form of `npm run faults` on the cluster: what the other tests here do not break. */
import { describe, expect, it } from "bun:test";
import { runningEngines } from "./engines.ts";
import { kinds } from "../faults/runner/kinds.ts";
import { runKinds } from "../faults/runner/run-kinds.ts";

const seed = Number(process.env.SEED ?? 20_261_126);
/** The long form has all of them. */
const short = [
  "gateway killed",
  "gateway frozen",
  "platform killed",
  "platform frozen",
  "kafka frozen",
  "redis killed",
  "mongodb killed",
  "postgresql killed",
  "connections to redis cut",
  "connections to mongodb cut",
  "connections to postgresql cut",
  "sockets half open",
];

describe.skipIf(runningEngines() === null)(`people who play while a cluster breaks (seed ${seed})`, () => {
  for (const kind of kinds.filter(({ name, mode }) => mode === "cluster" && short.includes(name))) {
    it(`lose and double nothing: ${kind.name}`, async () => {
      const { results } = await runKinds([kind], [seed], () => {});
      expect(results.flatMap(({ problems }) => problems)).toEqual([]);
      expect(results.length).toBe(1);
    }, 300_000);
  }
});
