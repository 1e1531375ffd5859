/** The script of a room's page. */
import { openTable } from "../../table/open-table.ts";
import { BiggerDiceGame } from "./bigger-dice-game.ts";
import { DiceTable } from "./dice-table.ts";
import { ScoreBoard } from "./score-board.ts";

openTable({ "dice-table": DiceTable, "score-board": ScoreBoard, "bigger-dice-game": BiggerDiceGame });
