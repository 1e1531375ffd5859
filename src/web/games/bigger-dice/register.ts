/** Gives the elements of the board their names. */
import { AfterGame } from "./after-game.ts";
import { AnimatedDice } from "./animated-dice.ts";
import { BiggerDiceGame } from "./bigger-dice-game.ts";
import { DiceCheck } from "./dice-check.ts";
import { DiceTable } from "./dice-table.ts";
import { GameChat } from "../../elements/game-chat.ts";
import { LeaveDialog } from "./leave-dialog.ts";
import { PlayerCard } from "./player-card.ts";
import { ResultBanner } from "./result-banner.ts";
import { RollButton } from "./roll-button.ts";
import { ScoreBoard } from "./score-board.ts";
import { SoundSwitch } from "./sound-switch.ts";
import { TurnClock } from "./turn-clock.ts";

const elements = {
  "after-game": AfterGame,
  "animated-dice": AnimatedDice,
  "dice-check": DiceCheck,
  "dice-table": DiceTable,
  "game-chat": GameChat,
  "leave-dialog": LeaveDialog,
  "player-card": PlayerCard,
  "result-banner": ResultBanner,
  "roll-button": RollButton,
  "score-board": ScoreBoard,
  "sound-switch": SoundSwitch,
  "turn-clock": TurnClock,
  // The board last: the parts are there when it is drawn.
  "bigger-dice-game": BiggerDiceGame,
};

for (const [name, element] of Object.entries(elements)) {
  if (customElements.get(name) === undefined) customElements.define(name, element);
}
