import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { resultHeadline, resultReason } from "./sentences.ts";
import { view } from "./sentence-view.ts";
import { shared } from "./styles.ts";
import type { Board, TableGame } from "./table-game.ts";
import type { UserId } from "../../protocol/ids.ts";

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
    const mood =
      result.winner === null
        ? "dusk"
        : result.winner === me
          ? "rise"
          : this.#isPlayer(board)
            ? "set"
            : "rise";
    return html`
      <div class="banner" data-mood=${mood}>
        <div class="sun" aria-hidden="true"><div class="rays"></div></div>
        <h2 tabindex="-1">${view(resultHeadline(board, result, me))}</h2>
        <p>${view(resultReason(game, board, result, me))}</p>
        ${this.#score(board)}
      </div>
    `;
  }

  #isPlayer(board: Board): boolean {
    return board.players.some(({ id }) => id === this.me);
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
        font-size: clamp(1.75rem, 8cqi, 3rem);
        line-height: 1.1;
        letter-spacing: -0.015em;
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
        width: 8.5rem;
        height: 4.4rem;
        margin-block-end: 0.25rem;
        overflow: hidden;
        border-block-end: 3px solid var(--sun, #ffb300);
      }

      .sun::after {
        content: "";
        position: absolute;
        inset: auto 0 0 0;
        width: 4.6rem;
        height: 4.6rem;
        margin-inline: auto;
        border-radius: 50%;
        background: radial-gradient(
          circle at 50% 40%,
          color-mix(in srgb, var(--sun, #ffb300), white 35%),
          var(--sun, #ffb300)
        );
        transform: translateY(50%);
      }

      [data-mood="set"] .sun::after,
      [data-mood="dusk"] .sun::after {
        transform: translateY(62%);
        opacity: 0.85;
      }

      .rays {
        position: absolute;
        inset: auto auto -4.2rem 50%;
        width: 8.4rem;
        height: 8.4rem;
        margin-inline-start: -4.2rem;
        border-radius: 50%;
        background: repeating-conic-gradient(
          from -5deg,
          var(--sun, #ffb300) 0 10deg,
          transparent 10deg 20deg
        );
        mask: radial-gradient(circle, transparent 2.7rem, #000 2.75rem 4.1rem, transparent 4.15rem);
        transform: translateY(0);
        opacity: 0;
      }

      [data-mood="rise"] .rays {
        opacity: 0.9;
      }

      @container (max-width: 30rem) {
        .sun {
          zoom: 0.7;
        }
      }

      @media (prefers-reduced-motion: no-preference) {
        [data-mood="rise"] .sun::after {
          animation: rise 900ms cubic-bezier(0.2, 0.9, 0.3, 1.15) both;
        }

        [data-mood="rise"] .rays {
          animation:
            shine 600ms 500ms ease-out both,
            turn 40s 500ms linear infinite;
        }

        [data-mood="set"] .sun::after {
          animation: set 1400ms ease-out both;
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

      @keyframes shine {
        from {
          opacity: 0;
        }
      }

      @keyframes turn {
        to {
          rotate: 1turn;
        }
      }
    `,
  ];
}
