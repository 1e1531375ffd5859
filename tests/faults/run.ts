/**
 * `npm run faults`: breaks everything on purpose, under people who play, and prints how much of it was survived.
 *
 *   npm run faults                          every kind once: about ten minutes with the engines up
 *   npm run faults -- --seeds 10            ten seeds of each kind
 *   npm run faults -- --only killed --seed 7 --seeds 1
 *   npm run faults -- --write               puts the scorecard into docs/reliability.md
 */
import { parseArgs } from "node:util";
import { runKinds } from "./runner/run-kinds.ts";
import { scorecard, writeScorecard } from "./runner/scorecard.ts";
import { kinds } from "./runner/kinds.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    seed: { type: "string", default: "20261126" },
    seeds: { type: "string", default: "1" },
    write: { type: "boolean", default: false },
  },
});
const first = Number(values.seed);
const seeds = Array.from({ length: Number(values.seeds) }, (_, n) => first + n);
/** As the scorecard writes a kind, or without its colon. */
const wanted = kinds.filter(({ name, mode }) =>
  [`${mode}: ${name}`, `${mode} ${name}`].some((kind) => kind.includes(values.only)),
);
if (wanted.length === 0) {
  console.error(`No kind of fault is called ${values.only}: ${kinds.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

const { results, leftOut } = await runKinds(wanted, seeds, (result) => {
  const { mode, kind, seed, problems, recoveryMs, acknowledged } = result;
  const time = recoveryMs === null ? "did not recover" : `back after ${Math.round(recoveryMs)} ms`;
  console.log(
    `${problems.length === 0 ? "survived" : "BROKEN  "}  ${mode}: ${kind}, seed ${seed}: ${time}, ${acknowledged} acknowledged`,
  );
  for (const problem of problems.slice(0, 20)) console.log(`    ${problem}`);
});
console.log(`\n${scorecard(results, leftOut)}`);
if (values.write) await writeScorecard(results, leftOut, seeds);
process.exit(results.some(({ problems }) => problems.length > 0) ? 1 : 0);
