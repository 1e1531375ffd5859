import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { lineScoreStyles, scrollToNewest } from "../../table/line-score.ts";
import { smallDie, smallDieStyles } from "../../table/small-die.ts";
import { shared } from "../../table/styles.ts";
import type { BiggerDice, CompletedRound } from "./board.ts";

/**
 * `<score-board>`: the game round by round, as a line score: a column for each round, a row for each player.
 *
 * @property game the game
 * @property names the players' names by id
 */
export class ScoreBoard extends LitElement {
  static override properties = { game: { attribute: false }, names: { attribute: false } };

  declare game: BiggerDice | null;
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
    const open = Object.keys(game.rolls).length > 0 && game.currentTurn !== null;
    return html`
      <h2 id="title">Round by round</h2>
      <div class="scroller" role="region" aria-labelledby="title" tabindex="0">
        <table aria-labelledby="title">
          <thead>
            <tr>
              <th scope="col"><span class="unseen">Player</span></th>
              ${game.history.map(({ round }) => html`<th scope="col"><span class="unseen">Round </span>${round}</th>`)}
              ${open ? html`<th scope="col"><span class="unseen">Round </span>${game.round}</th>` : nothing}
              <th scope="col" class="total">Points</th>
            </tr>
          </thead>
          <tbody>
            ${game.players.map(
              (player, seat) => html`
                <tr data-seat=${seat === 0 ? "host" : "guest"}>
                  <th scope="row"><bdi>${this.names[player] ?? "somebody"}</bdi></th>
                  ${game.history.map((round) => this.#cell(round, player))}
                  ${open ? html`<td>${rollIn(game.rolls[player])}</td>` : nothing}
                  <td class="total">${game.scores[player] ?? 0}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
      </div>
      ${game.history.length === 0 && !open ? html`<p>Nobody has rolled yet.</p>` : nothing}
    `;
  }

  #cell(round: CompletedRound, player: string): TemplateResult {
    const roll = rollIn(round.rolls[player]);
    if (round.winner === player) return html`<td class="won">${roll}<span class="unseen"> wins</span></td>`;
    return html`<td class=${round.winner === null ? "draw" : "lost"}>${roll}</td>`;
  }

  static override styles = [shared, smallDieStyles, lineScoreStyles];
}

/** The number for those who hear it, the die for those who see it. */
function rollIn(roll: number | undefined): TemplateResult | string {
  return roll === undefined ? "·" : html`${smallDie(roll)}<span class="unseen">${roll}</span>`;
}
