/** Gives the elements of every table their names. */
import { GameChat } from "../elements/game-chat.ts";
import { AfterGame } from "./after-game.ts";
import { AnimatedDice } from "./animated-dice.ts";
import { DiceCheck } from "./dice-check.ts";
import { LeaveDialog } from "./leave-dialog.ts";
import { RollButton } from "./move-button.ts";
import { PlayerCard } from "./player-card.ts";
import { ResultBanner } from "./result-banner.ts";
import { SoundSwitch } from "./sound-switch.ts";
import { TurnClock } from "./turn-clock.ts";

define({
  "after-game": AfterGame,
  "animated-dice": AnimatedDice,
  "dice-check": DiceCheck,
  "game-chat": GameChat,
  "leave-dialog": LeaveDialog,
  "player-card": PlayerCard,
  "result-banner": ResultBanner,
  "roll-button": RollButton,
  "sound-switch": SoundSwitch,
  "turn-clock": TurnClock,
});

/** In this order: the parts are there when what they are parts of is drawn. */
export function define(elements: Readonly<Record<string, CustomElementConstructor>>): void {
  for (const [name, element] of Object.entries(elements)) {
    if (customElements.get(name) === undefined) customElements.define(name, element);
  }
}
