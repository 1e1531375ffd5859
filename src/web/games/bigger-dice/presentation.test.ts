import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import {
  boardOf,
  completed,
  guest,
  host,
  playedGame,
  playing,
  present,
  receive,
  reduce,
  rolled,
  type Board,
  type BoardEvent,
  type Presentation,
} from "./testing.ts";
import { advance, hurriedThrowMs, throwMs } from "../../table/presentation.ts";

const start = present(
  boardOf(playing({ lastRolls: { [host]: 5, [guest]: null }, turn: 1, currentTurn: guest })),
);
const secondRoll = rolled(guest, 3, 1, null);
const roundEnd = completed(1, 5, 3, { [host]: 1, [guest]: 0 }, guest, 2);

describe("what is shown while a die tumbles", () => {
  it("is the board before the roll, so that no score runs ahead of a die", () => {
    const thrown = receive(start, secondRoll, 0, true);
    const { presentation, told } = receive(thrown.presentation, roundEnd, 5, true);
    expect(presentation.throwing).toEqual({
      playerId: guest,
      face: 3,
      turn: 1,
      startedAt: 0,
      endsAt: throwMs,
    });
    expect(presentation.shown).toBe(start.shown);
    expect(presentation.truth.game?.scores).toEqual({ [host]: 1, [guest]: 0 });
    expect([...thrown.told, ...told]).toEqual([]);
  });

  it("is the truth when the time of the throw is over, and then everything is told, once", () => {
    const thrown = receive(receive(start, secondRoll, 0, true).presentation, roundEnd, 5, true).presentation;
    expect(advance(thrown, throwMs - 1).presentation).toBe(thrown);
    const { presentation, told } = advance(thrown, throwMs);
    expect(presentation.shown).toBe(thrown.truth);
    expect(presentation.throwing).toBeNull();
    expect(told).toEqual([secondRoll, roundEnd]);
    expect(advance(presentation, throwMs + 1).told).toEqual([]);
  });

  it("settles at once when the next roll comes, which then has less time", () => {
    const thrown = receive(receive(start, secondRoll, 0, true).presentation, roundEnd, 5, true).presentation;
    const next = receive(thrown, rolled(guest, 6, 2, host), 100, true);
    expect(next.told).toEqual([secondRoll, roundEnd]);
    expect(next.presentation.shown.game?.scores).toEqual({ [host]: 1, [guest]: 0 });
    expect(next.presentation.throwing?.endsAt).toBe(100 + hurriedThrowMs);
  });
});

describe("without animation", () => {
  it("everything is shown and told at once", () => {
    const { presentation, told } = receive(start, secondRoll, 0, false);
    expect(presentation.throwing).toBeNull();
    expect(presentation.shown).toBe(presentation.truth);
    expect(told).toEqual([secondRoll]);
  });

  it("a die that still tumbles when the page is hidden settles with the next event", () => {
    const thrown = receive(start, secondRoll, 0, true).presentation;
    const { presentation, told } = receive(thrown, roundEnd, 5, false);
    expect(presentation.throwing).toBeNull();
    expect(told).toEqual([secondRoll, roundEnd]);
  });
});

const seed = 20261125;

describe(`whenever the events of any game come (seed ${seed})`, () => {
  const schedule = fc.array(
    fc.record({
      die: fc.integer({ min: 1, max: 6 }),
      pause: fc.integer({ min: 0, max: 2000 }),
      animate: fc.boolean(),
    }),
    { maxLength: 60 },
  );

  it("what is shown is a board that was true, never a later one than is told, and the truth half a second after a burst", () => {
    fc.assert(
      fc.property(schedule, (steps) => {
        const { events } = playedGame(steps.map(({ die }) => die));
        const boards: Board[] = [boardOf(playing())];
        const told: BoardEvent[] = [];
        let presentation: Presentation = present(boardOf(playing()));
        let now = 0;
        const take = (step: ReturnType<typeof receive>): void => {
          presentation = step.presentation;
          told.push(...step.told);
          // The board shown is the one after exactly the events told.
          expect(presentation.shown).toEqual(told.reduce(reduce, boardOf(playing())));
        };
        for (const [index, event] of events.entries()) {
          const { pause, animate } = steps[index % steps.length] ?? { pause: 0, animate: true };
          now += pause;
          take(advance(presentation, now));
          take(receive(presentation, event, now, animate));
          boards.push(presentation.truth);
          if (!animate) expect(presentation.throwing).toBeNull();
        }
        take(advance(presentation, now + throwMs));
        expect(presentation.throwing).toBeNull();
        expect(presentation.shown).toEqual(presentation.truth);
        expect(told).toEqual([...events]);
      }),
      { seed },
    );
  });

  it("a burst of rolls is over within 500 ms of its last one", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 3, maxLength: 30 }), (dice) => {
        const { events } = playedGame(dice);
        const last = events.reduce(
          (presentation, event, index) => receive(presentation, event, index * 10, true).presentation,
          present(boardOf(playing())),
        );
        expect(advance(last, events.length * 10 + 500).presentation.throwing).toBeNull();
      }),
      { seed },
    );
  });
});
