/** The page's Pig and the server's, move by move: two reductions of the same events. */
import { expect, it } from "bun:test";
import fc from "fast-check";
import { fairRandom } from "../../src/games/fair-random.ts";
import { pig } from "../../src/games/pig/pig.ts";
import { asUserId } from "../../src/protocol/index.ts";
import { rollsOf, type PigEvent } from "../../src/web/games/pig/board.ts";
import { pigTable } from "../../src/web/games/pig/table.ts";

const seed = 20_261_126;
const host = asUserId("1");
const guest = asUserId("2");

it(`shows after each event what a snapshot would show, and has seen the rolls of the record (seed ${seed})`, () => {
  const moves = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 50, maxLength: 300 });
  fc.assert(
    fc.property(fc.nat(), moves, (secret, choices) => {
      const random = fairRandom(secret.toString(16).padStart(64, "0"), ["sun", "moon"]);
      let state = pig.setup([host, guest]);
      let page = pigTable.read(pig.view(state, "player"));
      for (const choice of choices) {
        const actor = pig.turnOf(state);
        if (actor === null) break;
        // 0: idle; 1 to 6: rolls; 7 to 9: holds, where that is no illegal move.
        const type = choice > 6 ? "games.command.pig.hold" : "games.command.pig.roll";
        const decision = pig.decide(state, actor, { type, payload: {} }, random);
        const events = choice === 0 ? pig.timeout(state, random) : decision.ok ? decision.events : [];
        for (const event of events) {
          state = pig.evolve(state, event);
          const frame = { type: event.type, ...event.payload, turnDeadline: null };
          page = pigTable.play(page, frame as unknown as PigEvent); // as the wire brings it
          expect(page).toEqual(pigTable.read(pig.view(state, "player")));
        }
      }
      const seen = rollsOf(page).map((roll, turn) => ({ turn, ...roll }));
      expect(seen).toEqual([...pig.draws(state)]);
    }),
    { seed },
  );
});
