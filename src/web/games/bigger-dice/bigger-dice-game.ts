import { html, nothing, type TemplateResult } from "lit";
import type { biggerDiceMessages } from "../../../games/bigger-dice/messages.ts";
import type { CommandPayloads } from "../../../protocol/declaration.ts";
import type { Presentation } from "../../table/presentation.ts";
import { TableElement } from "../../table/table-element.ts";
import type { Board } from "../../table/table-game.ts";
import { rollsOf, type BiggerDice, type BiggerDiceEvent } from "./board.ts";
import { biggerDiceTable } from "./table.ts";

type Commands = CommandPayloads<typeof biggerDiceMessages>;

/** `<bigger-dice-game room-id user-id user-name>`: a room in which Bigger Dice is played. */
export class BiggerDiceGame extends TableElement<BiggerDice, BiggerDiceEvent, Commands> {
  constructor() {
    super(biggerDiceTable);
  }

  protected override drawGame(presentation: Presentation<BiggerDice, BiggerDiceEvent>): TemplateResult {
    return html`<dice-table .presentation=${presentation} .me=${this.userId}></dice-table>`;
  }

  protected override drawMoves(presentation: Presentation<BiggerDice, BiggerDiceEvent>): TemplateResult {
    const state = this.moveState(presentation);
    return html`<roll-button
      .ready=${state.kind === "ready"}
      .label=${state.kind === "rolling" ? "Rolling…" : "Roll"}
      .reason=${state.kind === "blocked" ? state.reason : ""}
      .evident=${state.kind !== "blocked" || state.evident}
      @press=${() => this.move("games.command.bigger_dice.roll", {})}
    ></roll-button>`;
  }

  protected override drawHistory({
    game,
    result,
    players,
  }: Board<BiggerDice>): TemplateResult | typeof nothing {
    if (game === null || (result !== null && rollsOf(game).length === 0)) return nothing;
    const names = Object.fromEntries(players.map(({ id, name }) => [id, name]));
    return html`<score-board .game=${game} .names=${names}></score-board>`;
  }
}
