import { html, nothing, type TemplateResult } from "lit";
import type { pigMessages } from "../../../games/pig/messages.ts";
import type { CommandPayloads } from "../../../protocol/declaration.ts";
import type { UserId } from "../../../protocol/ids.ts";
import type { Presentation } from "../../table/presentation.ts";
import { TableElement } from "../../table/table-element.ts";
import type { Board } from "../../table/table-game.ts";
import type { Pig, PigEvent } from "./board.ts";
import { hasEnough } from "./sentences.ts";
import { pigTable } from "./table.ts";

type Commands = CommandPayloads<typeof pigMessages>;

/** `<pig-game room-id user-id user-name>`: a room in which Pig is played. */
export class PigGame extends TableElement<Pig, PigEvent, Commands> {
  constructor() {
    super(pigTable);
  }

  protected override drawGame(presentation: Presentation<Pig, PigEvent>): TemplateResult {
    return html`<pig-table .presentation=${presentation} .me=${this.userId}></pig-table>`;
  }

  protected override drawMoves(presentation: Presentation<Pig, PigEvent>): TemplateResult {
    const state = this.moveState(presentation);
    const { game } = presentation.shown;
    const stake = game?.currentTurn === this.userId ? game.turnTotal : 0;
    const pressed = state.kind === "rolling" ? this.pressedMove : undefined;
    const wins = game !== null && stake > 0 && hasEnough(game, this.userId);
    const hold = stake === 0 ? "Hold" : wins ? "Hold and win" : `Hold ${stake}`;
    return html`<div class="moves">
      <roll-button
        .ready=${state.kind === "ready"}
        .secondary=${wins}
        .label=${pressed === "games.command.pig.roll" ? "Rolling…" : "Roll"}
        .reason=${state.kind === "blocked" ? state.reason : ""}
        .evident=${state.kind !== "blocked" || state.evident}
        @press=${() => this.move("games.command.pig.roll", {})}
      ></roll-button>
      <hold-button
        .ready=${state.kind === "ready" && stake > 0}
        .secondary=${!wins}
        .label=${pressed === "games.command.pig.hold" ? "Holding…" : hold}
        .reason=${state.kind === "ready" && stake === 0 ? "There is nothing to hold yet: roll first." : ""}
        .evident=${true}
        @press=${() => this.move("games.command.pig.hold", {})}
      ></hold-button>
    </div>`;
  }

  protected override drawHistory({ game, result, players }: Board<Pig>): TemplateResult | typeof nothing {
    if (game === null || (result !== null && game.history.length === 0)) return nothing;
    const names = Object.fromEntries(players.map(({ id, name }) => [id, name]));
    return html`<turn-board .game=${game} .names=${names}></turn-board>`;
  }

  protected override stakeOf(game: Pig, playerId: UserId): number {
    return game.currentTurn === playerId ? game.turnTotal : 0;
  }
}
