/** The script of a room's page. */
import { openTable } from "../../table/open-table.ts";
import { HoldButton } from "./hold-button.ts";
import { PigGame } from "./pig-game.ts";
import { PigTable } from "./pig-table.ts";
import { TurnBoard } from "./turn-board.ts";

openTable({ "hold-button": HoldButton, "pig-table": PigTable, "turn-board": TurnBoard, "pig-game": PigGame });
