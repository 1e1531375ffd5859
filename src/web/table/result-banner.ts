import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { resultHeadline, resultReason } from "./sentences.ts";
import { view } from "./sentence-view.ts";
import { shared } from "./styles.ts";
import type { Board, TableGame } from "./table-game.ts";
import type { UserId } from "../../protocol/ids.ts";

export type Mood = "rise" | "set" | "dusk";

/** What the sun does for `me` when this is over: it rises for a winner and for those who watch; null while it is on. */
export function moodOf({ result, players }: Board, me: UserId): Mood | null {
  if (result === null) return null;
  if (result.winner === null) return "dusk";
  return result.winner === me || !players.some(({ id }) => id === me) ? "rise" : "set";
}

/**
 * `<result-banner>`: who won and why, in words. For the winner the sun rises behind it; for the loser it sets.
 *
 * @property game what is played
 * @property board a finished board
 * @property me the reader's user id
 */
export class ResultBanner extends LitElement {
  static override properties = {
    game: { attribute: false },
    board: { attribute: false },
    me: { type: String },
  };

  declare game: Pick<TableGame, "goal" | "winningScore"> | null;
  declare board: Board | null;
  declare me: UserId;

  constructor() {
    super();
    this.game = null;
    this.board = null;
  }

  /** The headline can take the focus from a button that is gone. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>("h2")?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { game, board, me } = this;
    const result = board?.result ?? null;
    if (game === null || board === null || result === null) return nothing;
    return html`
      <div class="banner" data-mood=${moodOf(board, me) ?? nothing}>
        <div class="sun" aria-hidden="true"></div>
        <h2 tabindex="-1">${view(resultHeadline(board, result, me))}</h2>
        <p>${view(resultReason(game, board, result, me))}</p>
        ${this.#score(board)}
      </div>
    `;
  }

  #score({ players, result }: Board): TemplateResult {
    const [host, guest] = players;
    const points = (id: UserId | undefined): number =>
      id === undefined ? 0 : (result?.finalScores[id] ?? 0);
    return html`<p class="score">
      <bdi>${host?.name}</bdi> <b>${points(host?.id)}</b><span> : </span><b>${points(guest?.id)}</b>
      <bdi>${guest?.name}</bdi>
    </p>`;
  }

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }

      .banner {
        display: grid;
        justify-items: center;
        gap: 0.25rem;
        text-align: center;
      }

      h2 {
        position: relative;
        font-family: var(--font-display, inherit);
        font-size: clamp(2rem, 9cqi, 3.5rem);
        font-weight: var(--weight-display, 800);
        line-height: 1.05;
        letter-spacing: -0.025em;
        text-wrap: balance;
      }

      h2:focus {
        outline: none;
      }

      p {
        position: relative;
        max-width: 34rem;
        text-wrap: balance;
      }

      /* The numbers in the middle, whatever the names. */
      .score {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto auto minmax(0, 1fr);
        align-items: baseline;
        gap: 0.4rem;
        width: 100%;
        font-size: 1.125rem;
        font-variant-numeric: tabular-nums;
      }

      .score bdi {
        overflow: hidden;
        font-size: 1rem;
        text-align: start;
        text-overflow: ellipsis;
        white-space: nowrap;
      }

      .score bdi:first-child {
        text-align: end;
      }

      .score b {
        font-size: 1.5rem;
      }

      .sun {
        position: relative;
        width: 13rem;
        height: 4.6rem;
        margin-block-end: 0.4rem;
        overflow: hidden;
        border-block-end: 4px solid var(--sun);
        border-radius: 2px;
        mask: linear-gradient(90deg, transparent, #000 18% 82%, transparent);
      }

      .sun::after {
        content: "";
        position: absolute;
        inset: auto 0 0 0;
        width: 7.6rem;
        height: 7.6rem;
        margin-inline: auto;
        border-radius: 50%;
        background: radial-gradient(circle at 50% 25%, var(--sun-core), var(--sun) 60%);
        transform: translateY(46%);
      }

      [data-mood="set"] .sun::after,
      [data-mood="dusk"] .sun::after {
        background: radial-gradient(circle at 50% 20%, var(--sky-gold), var(--sky-orange) 65%);
        transform: translateY(68%);
        opacity: 0.85;
      }

      @container (max-width: 40rem) {
        .sun {
          zoom: 0.75;
        }
      }

      @media (prefers-reduced-motion: no-preference) {
        [data-mood="rise"] .sun::after {
          animation: rise 1100ms cubic-bezier(0.2, 0.9, 0.3, 1.12) both;
        }

        [data-mood="set"] .sun::after {
          animation: set 1600ms ease-out both;
        }
      }

      @keyframes rise {
        from {
          transform: translateY(105%);
        }
      }

      @keyframes set {
        from {
          transform: translateY(40%);
        }
      }
    `,
  ];
}
