import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { decide, evolve, forfeit, setup, timeout, type PigCommand, type PigEvent } from "./rules.ts";
import { draws, rollsMade, turnTotal, winningScore, type PigState } from "./state.ts";
import type { FairRandom } from "../game.ts";
import { asUserId } from "../../protocol/ids.ts";

const john = asUserId("1");
const jane = asUserId("2");
const players = [john, jane] as const;

/** Draws from a list: the n-th roll is known beforehand. */
const scripted = (rolls: readonly number[]): FairRandom => ({ roll: (n) => rolls[n] ?? 2 });

const apply = (state: PigState, events: readonly PigEvent[]) => events.reduce(evolve, state);

const command = (move: "roll" | "hold", turn?: number): PigCommand => ({
  type: `games.command.pig.${move}`,
  payload: turn === undefined ? {} : { turn },
});

/** The state after these moves: a number is a roll of that number, "hold" a hold. */
function given(...moves: readonly (number | "hold")[]): PigState {
  const random = scripted(moves.filter((move) => move !== "hold"));
  return moves.reduce<PigState>((state, move) => {
    const decision = decide(state, state.roller, command(move === "hold" ? "hold" : "roll"), random);
    if (!decision.ok) throw new Error(`${move} is refused: ${decision.rejection.code}`);
    return apply(state, decision.events);
  }, setup(players));
}

function when(state: PigState, actor: typeof john, move: PigCommand, next = 4) {
  return decide(state, actor, move, { roll: () => next });
}

describe("Pig", () => {
  it("adds what is rolled to the turn's total, and the turn goes on", () => {
    const state = given(4, 6, 3);
    expect(turnTotal(state)).toBe(13);
    expect([state.roller, state.scores]).toEqual([john, { [john]: 0, [jane]: 0 }]);
  });

  it("says what was rolled, what is at stake and who is next", () => {
    expect(when(given(5), john, command("roll"), 3)).toEqual({
      ok: true,
      events: [
        {
          type: "games.event.pig.rolled",
          payload: { playerId: john, roll: 3, turn: 1, auto: false, turnTotal: 8, nextTurn: john },
        },
      ],
    });
  });

  it("loses the turn's total with a 1, and passes the turn", () => {
    const state = given(4, 6, 1);
    expect([state.roller, turnTotal(state), state.scores[john]]).toEqual([jane, 0, 0]);
    expect(state.history).toEqual([{ playerId: john, rolls: [4, 6, 1], banked: 0 }]);
  });

  it("says of a 1 that nothing is at stake any more, and who is next", () => {
    expect(when(given(5), john, command("roll"), 1)).toMatchObject({
      events: [{ type: "games.event.pig.rolled", payload: { roll: 1, turnTotal: 0, nextTurn: jane } }],
    });
  });

  it("keeps with a 1 what was banked before", () => {
    expect(given(6, "hold", 2, "hold", 5, 1).scores).toEqual({ [john]: 6, [jane]: 2 });
  });

  it("banks the total with a hold, and passes the turn", () => {
    const decision = when(given(4, 6), john, command("hold"));
    expect(decision.ok && decision.events).toEqual([
      {
        type: "games.event.pig.held",
        payload: {
          playerId: john,
          banked: 10,
          turn: 2,
          auto: false,
          scores: { [john]: 10, [jane]: 0 },
          nextTurn: jane,
        },
      },
    ]);
  });

  it("refuses to hold before the first roll: a turn that costs nothing wins nothing", () => {
    for (const state of [setup(players), given(4, "hold"), given(1)]) {
      const decision = when(state, state.roller, command("hold"));
      expect(decision).toMatchObject({ ok: false, rejection: { code: "ILLEGAL_MOVE" } });
    }
  });

  it("refuses the one whose turn it is not, and changes nothing", () => {
    for (const move of ["roll", "hold"] as const) {
      expect(when(given(4), jane, command(move))).toEqual({
        ok: false,
        rejection: { code: "NOT_YOUR_TURN" },
      });
    }
  });

  it("refuses a repeated click, though another roll or hold would be legal now (W7)", () => {
    const state = given(4);
    for (const move of ["roll", "hold"] as const) {
      expect(when(state, john, command(move, 0))).toEqual({ ok: false, rejection: { code: "TURN_OVER" } });
      expect(when(state, john, command(move, 1)).ok).toBe(true);
    }
    // Jane's hold of the turn before means a move that she can never make again.
    expect(when(given(4, "hold", 5), jane, command("hold", 1))).toMatchObject({
      rejection: { code: "TURN_OVER" },
    });
  });

  it("is won by whoever holds with 100 points or more, and not by rolling them", () => {
    const sixes = Array.from({ length: 17 }, () => 6);
    expect(given(...sixes).result).toBeNull();
    const state = given(...sixes, "hold");
    expect(state.result).toEqual({
      winner: john,
      reason: "score",
      finalScores: { [john]: 102, [jane]: 0 },
      forfeitedBy: null,
    });
    expect(when(state, jane, command("roll"))).toEqual({ ok: false, rejection: { code: "ROOM_FINISHED" } });
  });

  it("keeps for someone who was idle what she has, and rolls once for someone who has nothing", () => {
    expect(timeout(given(4, 5), scripted([]))).toMatchObject([
      { type: "games.event.pig.held", payload: { playerId: john, banked: 9, auto: true, nextTurn: jane } },
    ]);
    expect(timeout(setup(players), scripted([5]))).toMatchObject([
      { type: "games.event.pig.rolled", payload: { roll: 5, auto: true } },
      { type: "games.event.pig.held", payload: { banked: 5, auto: true, nextTurn: jane } },
    ]);
    expect(timeout(setup(players), scripted([1])).map(({ type }) => type)).toEqual([
      "games.event.pig.rolled",
    ]);
  });

  it("gives a forfeited game to the other, and an abandoned one to nobody", () => {
    expect(forfeit(given(4), jane, "left").result).toMatchObject({ winner: john, forfeitedBy: jane });
    expect(forfeit(given(4), jane, "abandoned").result).toMatchObject({ winner: null });
  });

  it("lists the rolls of a turn that was open when the other left under the one who made them", () => {
    expect(draws(forfeit(given(2, "hold", 3, 4), john, "left"))).toEqual([
      { turn: 0, playerId: john, roll: 2 },
      { turn: 1, playerId: jane, roll: 3 },
      { turn: 2, playerId: jane, roll: 4 },
    ]);
  });
});

describe("whatever is rolled, and however daring they are", () => {
  const seed = 20_261_126;
  const step = fc.record({
    die: fc.integer({ min: 1, max: 6 }),
    /** A hold, where one is possible; else a roll. */
    holds: fc.boolean(),
    idle: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  });
  const game = fc.array(step, { minLength: 300, maxLength: 300 });

  /** Every state of a game that is played by these steps, with the events that led to it. */
  function* course(steps: readonly { die: number; holds: boolean; idle: boolean }[]) {
    let state = setup(players);
    for (const { die, holds, idle } of steps) {
      if (state.result !== null) return;
      const random: FairRandom = { roll: () => die };
      const move = command(holds && state.rolls.length > 0 ? "hold" : "roll", state.turn);
      const decision = idle
        ? { ok: true as const, events: timeout(state, random) }
        : decide(state, state.roller, move, random);
      if (!decision.ok) throw new Error(`A legal move was refused: ${decision.rejection.code}`);
      const before = state;
      state = apply(state, decision.events);
      yield { before, state, events: decision.events, move };
    }
  }

  it(`points come by holding alone, and only to whose turn it is (seed ${seed})`, () => {
    fc.assert(
      fc.property(game, (steps) => {
        for (const { before, state, events } of course(steps)) {
          const banked = events.find((event) => event.type === "games.event.pig.held")?.payload.banked ?? 0;
          const other = before.roller === john ? jane : john;
          expect((state.scores[before.roller] ?? 0) - (before.scores[before.roller] ?? 0)).toBe(banked);
          expect(state.scores[other]).toBe(before.scores[other] ?? -1);
        }
      }),
      { seed },
    );
  });

  it(`a turn passes with a 1 or a hold and never without, and turns alternate (seed ${seed})`, () => {
    fc.assert(
      fc.property(game, (steps) => {
        for (const { before, state, events } of course(steps)) {
          const passes = events.some(
            (event) => event.type === "games.event.pig.held" || event.payload.roll === 1,
          );
          expect(state.roller !== before.roller).toBe(passes);
          state.history.forEach(({ playerId, rolls, banked }, index) => {
            expect(playerId).toBe(index % 2 === 0 ? john : jane);
            expect(rolls.length).toBeGreaterThan(0);
            // A 1 is always the last, and always costs everything.
            expect(rolls.slice(0, -1)).not.toContain(1);
            const total = rolls.reduce((sum, roll) => sum + roll, 0);
            expect(banked).toBe(rolls.at(-1) === 1 ? 0 : total);
          });
        }
      }),
      { seed },
    );
  });

  it(`nobody passes 100 without having won, and the scores are what was banked (seed ${seed})`, () => {
    fc.assert(
      fc.property(game, (steps) => {
        for (const { state } of course(steps)) {
          for (const player of players) {
            const banked = state.history
              .filter(({ playerId }) => playerId === player)
              .reduce((sum, turn) => sum + turn.banked, 0);
            expect(state.scores[player]).toBe(banked);
          }
          const leaders = players.filter((player) => (state.scores[player] ?? 0) >= winningScore);
          expect(state.result?.winner === undefined ? [] : [state.result.winner]).toEqual(leaders);
        }
      }),
      { seed },
    );
  });

  it(`each event has the number of its move, and the same click does nothing a second time (seed ${seed})`, () => {
    fc.assert(
      fc.property(game, (steps) => {
        let moves = 0;
        for (const { before, state, events, move } of course(steps)) {
          for (const { payload } of events) expect(payload.turn).toBe(moves++);
          expect(state.turn).toBe(moves);
          expect(decide(state, before.roller, move, scripted([])).ok).toBe(false);
        }
      }),
      { seed },
    );
  });

  it(`the record has every roll once, by the n of the formula (seed ${seed})`, () => {
    fc.assert(
      fc.property(game, (steps) => {
        const rolled: { playerId: string; roll: number }[] = [];
        for (const { state, events } of course(steps)) {
          for (const event of events) {
            if (event.type !== "games.event.pig.rolled") continue;
            rolled.push({ playerId: event.payload.playerId, roll: event.payload.roll });
          }
          expect(rollsMade(state)).toBe(rolled.length);
          expect(draws(state)).toEqual(
            rolled.map((each, turn) => ({ turn, ...each, playerId: asUserId(each.playerId) })),
          );
        }
      }),
      { seed },
    );
  });
});
