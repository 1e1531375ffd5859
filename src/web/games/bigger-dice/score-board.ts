import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { CompletedRound, Game } from "./board.ts";
import { smallDie, smallDieStyles } from "./small-die.ts";
import { shared } from "./styles.ts";

/**
 * `<score-board>`: the game round by round, as a line score: a column for each round, a row for each player.
 *
 * @property game the game
 * @property names the players' names by id
 */
export class ScoreBoard extends LitElement {
  static override properties = { game: { attribute: false }, names: { attribute: false } };

  declare game: Game | null;
  declare names: Readonly<Record<string, string>>;

  constructor() {
    super();
    this.game = null;
    this.names = {};
  }

  protected override updated(_changed: PropertyValues<this>): void {
    // The newest round is the one to see.
    const scroller = this.renderRoot.querySelector(".scroller");
    if (scroller !== null) scroller.scrollLeft = scroller.scrollWidth;
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

  static override styles = [
    shared,
    smallDieStyles,
    css`
      :host {
        display: block;
        min-width: 0;
        overflow: hidden;
        border: 1px solid var(--border, #e2cb93);
        border-radius: var(--radius-small, 0.5rem);
        background: var(--surface, #fffdf6);
      }

      .scroller {
        position: relative;
        overflow-x: auto;
      }

      .scroller:focus-visible {
        outline-offset: -3px;
      }

      table {
        min-width: 100%;
        border-collapse: separate;
        border-spacing: 0;
        font-variant-numeric: tabular-nums;
        line-height: 1.3;
      }

      h2 {
        padding: 0.5rem 0.75rem 0.1rem;
        color: var(--text-muted, #664d66);
        font-size: 0.9375rem;
        font-weight: 700;
      }

      th,
      td {
        min-width: 2.1rem;
        padding: 0.3rem 0.2rem;
        text-align: center;
      }

      thead th {
        color: var(--text-muted, #664d66);
        font-size: 0.8125rem;
        font-weight: 600;
      }

      tbody tr + tr > * {
        border-top: 1px solid var(--border, #e2cb93);
      }

      tr > :first-child {
        position: sticky;
        inset-inline-start: 0;
        padding-inline: 0.75rem 0.5rem;
        background: var(--surface, #fffdf6);
        text-align: start;
      }

      bdi {
        display: block;
        max-width: 8rem;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      tr > .total {
        position: sticky;
        inset-inline-end: 0;
        width: 100%;
        padding-inline: 0.75rem;
        background: var(--surface, #fffdf6);
        text-align: end;
      }

      td.total {
        font-weight: 700;
        font-size: 1.125rem;
      }

      .lost,
      .draw {
        color: var(--text-muted, #664d66);
      }

      .won {
        --die: var(--seat);
        --die-edge: var(--seat);
        --pip: #fffbe9;
      }

      tr[data-seat="host"] {
        --seat: var(--host);
      }

      tr[data-seat="guest"] {
        --seat: var(--guest);
      }

      p {
        padding: 0.4rem 0.75rem;
        color: var(--text-muted, #664d66);
      }

      @media (forced-colors: active) {
        .small-die {
          forced-color-adjust: none;
        }

        .won {
          outline: 2px solid;
        }
      }
    `,
  ];
}

/** The number for those who hear it, the die for those who see it. */
function rollIn(roll: number | undefined): TemplateResult | string {
  return roll === undefined ? "·" : html`${smallDie(roll)}<span class="unseen">${roll}</span>`;
}
