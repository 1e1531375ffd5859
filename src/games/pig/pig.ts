/** The game as the platform takes it. */
import { pigMessages } from "./messages.ts";
import { decide, evolve, forfeit, setup, timeout, type PigCommand, type PigEvent } from "./rules.ts";
import { draws, turnTotal, type PigState } from "./state.ts";
import { pigCheck } from "./verify.ts";
import type { Game } from "../game.ts";

export const pig: Game<PigState, PigCommand, PigEvent> = {
  slug: "pig",
  catalogue: {
    name: "Pig",
    description: "Roll as often as you dare: a 1 loses the turn, hold keeps it. First to 100 points wins!",
    minPlayers: 2,
    maxPlayers: 2,
  },
  messages: pigMessages,
  setup,
  decide,
  evolve,
  timeout,
  forfeit,
  turnOf: ({ roller, result }) => (result === null ? roller : null),
  turnNumber: ({ turn }) => turn,
  draws,
  dice: pigCheck,
  result: ({ result }) => result,
  // Nothing is hidden in this game: everyone sees the same.
  view: (state) => {
    const { players, scores, turn, rolls, history, result, roller } = state;
    const currentTurn = result === null ? roller : null;
    return { players, scores, currentTurn, turn, rolls, turnTotal: turnTotal(state), history };
  },
};
