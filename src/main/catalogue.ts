/** The catalogue: a line for each game of this platform, and nothing else. docs/adding-a-game.md says how to add one. */
export { biggerDice } from "../games/bigger-dice/bigger-dice.ts";
export { pig } from "../games/pig/pig.ts";
