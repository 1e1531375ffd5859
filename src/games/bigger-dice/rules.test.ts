import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { decide, evolve, forfeit, setup, timeout, type BiggerDiceEvent } from "./rules.ts";
import { draws, firstRoller, roundOf, winningScore, type BiggerDiceState } from "./state.ts";
import { told } from "./told.ts";
import type { FairRandom } from "../game.ts";
import { asUserId } from "../../protocol/ids.ts";

const john = asUserId("1");
const jane = asUserId("2");
const players = [john, jane] as const;

/** Draws from a list: the n-th roll is known beforehand. */
const scripted = (rolls: readonly number[]): FairRandom => ({ roll: (n) => rolls[n] ?? 1 });

const apply = (state: BiggerDiceState, events: readonly BiggerDiceEvent[]) => events.reduce(evolve, state);

function given(rolls: readonly number[]): BiggerDiceState {
  const random = scripted(rolls);
  return rolls.reduce((state) => apply(state, timeout(state, random)), setup(players));
}

function when(state: BiggerDiceState, actor: typeof john, rolls: readonly number[], turn?: number) {
  const payload = turn === undefined ? {} : { turn };
  return decide(state, actor, { type: "games.command.bigger_dice.roll", payload }, scripted(rolls));
}

describe("Bigger Dice", () => {
  it("lets the host roll first in odd rounds and the other in even ones", () => {
    expect(setup(players).currentTurn).toBe(john);
    expect(given([3, 4]).currentTurn).toBe(jane);
    expect(given([3, 4, 2, 2]).currentTurn).toBe(john);
  });

  it("refuses the one whose turn it is not, and changes nothing", () => {
    expect(when(setup(players), jane, [6])).toEqual({ ok: false, rejection: { code: "NOT_YOUR_TURN" } });
    expect(when(given([5]), john, [5, 6])).toEqual({ ok: false, rejection: { code: "NOT_YOUR_TURN" } });
  });

  it("refuses a click that means another turn, even where a roll would be legal now (W7)", () => {
    // Jane rolled second in round 1, and she is first in round 2: her second click was for the turn before.
    const state = given([3, 4]);
    expect(state.currentTurn).toBe(jane);
    expect(when(state, jane, [3, 4, 6], 1)).toEqual({ ok: false, rejection: { code: "TURN_OVER" } });
    expect(when(state, jane, [3, 4, 6], 2).ok).toBe(true);
  });

  it("takes a roll without a turn as one for the turn that is open", () => {
    expect(when(setup(players), john, [6])).toEqual({
      ok: true,
      events: [
        {
          type: "games.event.bigger_dice.rolled",
          payload: { playerId: john, roll: 6, isFirstRoll: true, turn: 0, auto: false, nextTurn: jane },
        },
      ],
    });
  });

  it("completes the round with the second roll: the higher one scores", () => {
    const decision = when(given([5]), jane, [5, 3]);
    expect(decision.ok && decision.events[1]?.payload).toEqual({
      round: 1,
      rolls: { [john]: 5, [jane]: 3 },
      winner: john,
      scores: { [john]: 1, [jane]: 0 },
      nextTurn: jane,
      turn: 2,
    });
  });

  it("scores nobody for a draw", () => {
    const state = given([4, 4]);
    const { scores, history } = told(state);
    expect(scores).toEqual({ [john]: 0, [jane]: 0 });
    expect(history).toEqual([{ round: 1, rolls: { [john]: 4, [jane]: 4 }, winner: null }]);
  });

  it("ends when somebody reaches 10, and takes no roll after that", () => {
    // John always rolls the higher one; he is first in odd rounds, second in even ones.
    const rolls = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? [6, 1] : [1, 6])).flat();
    const state = given(rolls);
    expect(state.phase).toBe("gameOver");
    expect(state.currentTurn).toBeNull();
    expect(state.result).toEqual({
      winner: john,
      reason: "score",
      finalScores: { [john]: 10, [jane]: 0 },
      forfeitedBy: null,
    });
    expect(when(state, jane, rolls)).toEqual({ ok: false, rejection: { code: "ROOM_FINISHED" } });
  });

  it("marks the server's rolls for someone who was idle", () => {
    const [rolled] = timeout(setup(players), scripted([2]));
    expect(rolled.payload).toMatchObject({ playerId: john, roll: 2, auto: true });
  });

  it("gives a forfeited game to the other, and an abandoned one to nobody", () => {
    expect(forfeit(given([1, 6]), jane, "left").result).toMatchObject({ winner: john, forfeitedBy: jane });
    expect(forfeit(given([1, 6]), jane, "abandoned").result).toMatchObject({ winner: null });
  });

  it("lists every roll in the order in which it was made, the open round's too", () => {
    expect(draws(given([1, 2, 3, 4, 5]))).toEqual([
      { turn: 0, playerId: john, roll: 1 },
      { turn: 1, playerId: jane, roll: 2 },
      { turn: 2, playerId: jane, roll: 3 },
      { turn: 3, playerId: john, roll: 4 },
      { turn: 4, playerId: john, roll: 5 },
    ]);
  });

  const seed = 1_125;
  it(`keeps its rules whatever is rolled (seed ${seed})`, () => {
    const die = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(fc.array(die, { minLength: 400, maxLength: 400 }), (rolls) => {
        let state = setup(players);
        const random = scripted(rolls);
        while (state.result === null && state.rolls.length < rolls.length) {
          const before = state;
          state = apply(state, timeout(state, random));
          for (const [place, score] of state.scores.entries()) {
            const gain = score - (before.scores[place] ?? 0);
            expect(gain === 0 || gain === 1).toBe(true);
            expect(score).toBeLessThanOrEqual(winningScore);
          }
          if (state.phase === "waitingForRoll") {
            expect(state.currentTurn).toBe(firstRoller(players, roundOf(state)));
          }
        }
        if (state.result === null) return;
        const { winner } = state.result;
        expect(winner !== null && told(state).scores[winner]).toBe(winningScore);
        expect(draws(state).map(({ roll }) => roll)).toEqual(rolls.slice(0, state.rolls.length));
      }),
      { seed },
    );
  });
});
