/** The game as the platform takes it. */
import { biggerDiceMessages } from "./messages.ts";
import { decide, evolve, forfeit, setup, timeout, type BiggerDiceEvent, type Roll } from "./rules.ts";
import { draws, type BiggerDiceState } from "./state.ts";
import { kept, restored, told, type KeptState } from "./told.ts";
import { biggerDiceCheck } from "./verify.ts";
import type { Game } from "../game.ts";

export const biggerDice: Game<BiggerDiceState, Roll, BiggerDiceEvent> = {
  slug: "bigger_dice",
  catalogue: {
    name: "Bigger Dice",
    description: "Roll the dice! Highest roll wins the round. First to 10 points wins!",
    minPlayers: 2,
    maxPlayers: 2,
  },
  messages: biggerDiceMessages,
  setup,
  decide,
  evolve,
  timeout,
  forfeit,
  turnOf: (state) => state.currentTurn,
  turnNumber: (state) => state.rolls.length,
  draws,
  dice: biggerDiceCheck,
  result: (state) => state.result,
  // Nothing is hidden in this game: everyone sees the same.
  view: (state) => ({ ...told(state) }),
  // As it always was: by user.
  kept: { of: kept, from: (state) => restored(state as KeptState) },
};
