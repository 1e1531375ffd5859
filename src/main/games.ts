/** The games of this platform: adding one here and its web component in web/games is all that it takes. */
import { biggerDice } from "../games/bigger-dice/bigger-dice.ts";
import type { Game } from "../games/index.ts";

export const games: readonly Game[] = [biggerDice];
