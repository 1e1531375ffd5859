/** Bigger Dice as the table takes it. */
import { biggerDiceCheck } from "../../../games/bigger-dice/verify.ts";
import type { TableGame } from "../../table/table-game.ts";
import { play, read, rollsOf, type BiggerDice, type BiggerDiceEvent } from "./board.ts";
import { situation, tell } from "./sentences.ts";

export const biggerDiceTable: TableGame<BiggerDice, BiggerDiceEvent> = {
  slug: "bigger_dice",
  name: "Bigger Dice",
  winningScore: 10,
  goal: "ten points",
  dice: biggerDiceCheck,
  read,
  play,
  throwOf: (event) =>
    event.type === "games.event.bigger_dice.rolled"
      ? { playerId: event.playerId, face: event.roll, turn: event.turn }
      : null,
  rollsOf,
  opensTurn: () => true,
  situation,
  tell,
  soundOf(event, me) {
    if (event.type === "games.event.bigger_dice.rolled") return "land";
    return event.winner === me ? "round won" : null;
  },
};
