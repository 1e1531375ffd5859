import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { evolve, forfeit, setup, timeout } from "./rules.ts";
import type { BiggerDiceState } from "./state.ts";
import { kept, restored, told, type KeptState } from "./told.ts";
import { asUserId } from "../../protocol/ids.ts";

const john = asUserId("1");
const jane = asUserId("2");

/** Every state on the way, the one between the second roll and its result too. */
function statesOf(rolls: readonly number[]): readonly BiggerDiceState[] {
  const states = [setup([john, jane])];
  let state = setup([john, jane]);
  for (const roll of rolls) {
    if (state.result !== null) break;
    for (const event of timeout(state, { roll: () => roll })) {
      state = evolve(state, event);
      states.push(state);
    }
  }
  return states;
}

/** As the first version of the game kept it, in the middle of its third round. */
const asItWasKept: KeptState = {
  players: [john, jane],
  scores: { [john]: 0, [jane]: 1 },
  round: 3,
  turn: 5,
  phase: "waitingForSecondRoll",
  currentTurn: jane,
  lastRolls: { [john]: 6, [jane]: null },
  history: [
    { round: 1, rolls: { [john]: 2, [jane]: 5 }, winner: jane },
    { round: 2, rolls: { [john]: 3, [jane]: 3 }, winner: null },
  ],
  result: null,
};

const seed = 20261126;

describe("Bigger Dice as it is told and kept", () => {
  it("is what it always was", () => {
    const state = statesOf([2, 5, 3, 3, 6]).at(-1);
    expect(state).toMatchObject({ rolls: [2, 5, 3, 3, 6], scores: [0, 1] });
    expect(state && kept(state)).toEqual(asItWasKept);
    expect(state).toEqual(restored(asItWasKept));
  });

  it("has the rolls of a round until its result is there", () => {
    const [, , second, complete] = statesOf([4, 1]);
    expect(second && told(second)).toMatchObject({
      round: 1,
      turn: 2,
      phase: "roundComplete",
      lastRolls: { [john]: 4, [jane]: 1 },
      history: [],
    });
    expect(complete && told(complete)).toMatchObject({
      round: 2,
      lastRolls: { [john]: null, [jane]: null },
      history: [{ round: 1, rolls: { [john]: 4, [jane]: 1 }, winner: john }],
    });
  });

  it("stays at its last round when somebody has won, and at the open one when somebody gave up", () => {
    // John is first in odd rounds, second in even ones.
    const won = statesOf(Array.from({ length: 20 }, (_, turn) => (turn % 4 === 0 || turn % 4 === 3 ? 6 : 1)));
    expect(won.at(-1)?.result?.winner).toBe(john);
    expect(won.map((state) => told(state).round).at(-1)).toBe(10);
    const [given] = statesOf([4, 1, 2]).slice(-1);
    expect(given && told(forfeit(given, jane, "left"))).toMatchObject({
      round: 2,
      lastRolls: { [john]: null, [jane]: 2 },
      history: [{ round: 1 }],
    });
  });

  it(`comes back from JSON as it was, whatever is rolled and whoever gives up when (seed ${seed})`, () => {
    const die = fc.integer({ min: 1, max: 6 });
    const property = fc.property(fc.array(die, { maxLength: 80 }), (rolls) => {
      for (const state of statesOf(rolls)) {
        for (const each of [state, forfeit(state, jane, "left"), forfeit(state, john, "abandoned")]) {
          const form = JSON.parse(JSON.stringify(kept(each))) as KeptState;
          expect(restored(form)).toEqual(each);
        }
      }
    });
    fc.assert(property, { seed });
  });
});
