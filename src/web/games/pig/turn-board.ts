import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { UserId } from "../../../protocol/ids.ts";
import { lineScoreStyles, scrollToNewest } from "../../table/line-score.ts";
import { smallDie, smallDieStyles } from "../../table/small-die.ts";
import { shared } from "../../table/styles.ts";
import type { Pig, Turn } from "./board.ts";

/**
 * `<turn-board>`: the game turn by turn, as a line score: a column for each turn, a row for each player. A cell has the
 * points that were kept; a 1 where they were lost.
 *
 * @property game the game
 * @property names the players' names by id
 */
export class TurnBoard extends LitElement {
  static override properties = { game: { attribute: false }, names: { attribute: false } };

  declare game: Pig | null;
  declare names: Readonly<Record<string, string>>;

  constructor() {
    super();
    this.game = null;
    this.names = {};
  }

  protected override updated(_changed: PropertyValues<this>): void {
    scrollToNewest(this.renderRoot);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { game } = this;
    if (game === null) return nothing;
    const columns = Math.ceil(game.history.length / 2);
    return html`
      <h2 id="title">Turn by turn</h2>
      <div class="scroller" role="region" aria-labelledby="title" tabindex="0">
        <table aria-labelledby="title">
          <thead>
            <tr>
              <th scope="col"><span class="unseen">Player</span></th>
              ${Array.from(
                { length: columns },
                (_, index) => html`<th scope="col"><span class="unseen">Turn </span>${index + 1}</th>`,
              )}
              <th scope="col" class="total">Points</th>
            </tr>
          </thead>
          <tbody>
            ${game.players.map((player, seat) => this.#row(game, player, seat, columns))}
          </tbody>
        </table>
      </div>
      ${columns === 0 ? html`<p>No turn is over yet.</p>` : nothing}
    `;
  }

  #row(game: Pig, player: UserId, seat: number, columns: number): TemplateResult {
    const turns = game.history.filter(({ playerId }) => playerId === player);
    return html`<tr data-seat=${seat === 0 ? "host" : "guest"}>
      <th scope="row"><bdi>${this.names[player] ?? "somebody"}</bdi></th>
      ${Array.from({ length: columns }, (_, index) => cell(turns[index]))}
      <td class="total">${game.scores[player] ?? 0}</td>
    </tr>`;
  }

  static override styles = [
    shared,
    smallDieStyles,
    lineScoreStyles,
    css`
      .kept {
        font-weight: 700;
      }
    `,
  ];
}

function cell(turn: Turn | undefined): TemplateResult {
  if (turn === undefined) return html`<td>·</td>`;
  return turn.banked > 0
    ? html`<td class="kept">${turn.banked}</td>`
    : html`<td class="lost">${smallDie(1)}<span class="unseen">0, a 1</span></td>`;
}
