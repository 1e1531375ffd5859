/** Pig as the table takes it. */
import { pigCheck } from "../../../games/pig/verify.ts";
import type { TableGame } from "../../table/table-game.ts";
import { play, read, rollsOf, type Pig, type PigEvent } from "./board.ts";
import { situation, tell } from "./sentences.ts";

export const pigTable: TableGame<Pig, PigEvent> = {
  slug: "pig",
  name: "Pig",
  winningScore: 100,
  goal: "100 points",
  dice: pigCheck,
  read,
  play,
  throwOf: (event) =>
    event.type === "games.event.pig.rolled"
      ? { playerId: event.playerId, face: event.roll, turn: event.turn }
      : null,
  rollsOf,
  // Whoever rolls on knows that it is still her turn.
  opensTurn: (event) => event.nextTurn !== event.playerId,
  situation,
  tell,
  soundOf(event, me) {
    if (event.type === "games.event.pig.rolled") return "land";
    return event.playerId === me ? "round won" : "land";
  },
};
