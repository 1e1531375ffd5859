import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { PlayerView } from "../../protocol/room-shapes.ts";
import { Countdown, clockFace } from "./countdown.ts";
import { avatar } from "../elements/avatar.ts";
import { shared } from "./styles.ts";
import { sunTrack, sunTrackStyles } from "./sun-track.ts";

const backMs = 5_000;

/**
 * `<player-card>`: who sits here, how many points they have, whether it is their turn and whether they are there.
 *
 * @property player the player; null: the seat is free
 * @property seat `host` or `guest`: gives the colour
 * @property score their points; null before the game
 * @property winningScore how many points win
 * @property stake points of the turn that are not theirs yet
 * @property me whether this is the reader
 * @property turn whether it is their turn
 * @property winner whether they won the game
 * @property over whether the game is over, so that nobody waits for anybody
 * @property serverNow the server's clock, in milliseconds
 */
export class PlayerCard extends LitElement {
  static override properties = {
    player: { attribute: false },
    seat: { type: String, reflect: true },
    score: { type: Number },
    winningScore: { type: Number },
    stake: { type: Number },
    me: { type: Boolean },
    turn: { type: Boolean, reflect: true },
    winner: { type: Boolean, reflect: true },
    over: { type: Boolean },
    serverNow: { attribute: false },
    isBack: { state: true },
  };

  declare player: PlayerView | null;
  declare seat: "host" | "guest";
  declare score: number | null;
  declare winningScore: number;
  declare stake: number;
  declare me: boolean;
  declare turn: boolean;
  declare winner: boolean;
  declare over: boolean;
  declare serverNow: () => number;
  /** Came back just now. */
  declare private isBack: boolean;

  #backTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #away = new Countdown(this, () => this.serverNow());

  constructor() {
    super();
    this.player = null;
    this.seat = "host";
    this.score = null;
    this.winningScore = 10;
    this.stake = 0;
    this.me = false;
    this.turn = false;
    this.winner = false;
    this.over = false;
    this.serverNow = Date.now;
    this.isBack = false;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get("player");
    const isSame = before?.id === this.player?.id;
    if (isSame && before?.connected === false && this.player?.connected === true) this.#welcomeBack();
    this.#away.deadline = this.player?.connected === false && !this.over ? this.player.awayDeadline : null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#backTimer);
  }

  /** Said for a while, since the eye may be elsewhere at that moment. */
  #welcomeBack(): void {
    this.isBack = true;
    clearTimeout(this.#backTimer);
    this.#backTimer = setTimeout(() => (this.isBack = false), backMs);
  }

  protected override render(): TemplateResult {
    const { player } = this;
    if (player === null) {
      return html`<div class="card free"><p class="name">Free seat</p></div>`;
    }
    return html`
      <div class="card">
        ${avatar(html, player.name)}
        <p class="name"><bdi>${player.name}</bdi></p>
        ${
          this.score === null
            ? nothing
            : html`<p class="score" ?data-long=${this.score >= 100}>
                  <b>${this.score}</b><span class="unseen"> of ${this.winningScore} points</span>
                </p>
                ${sunTrack(this.score, this.winningScore, this.stake)}`
        }
        <div class="foot">
          ${this.#tags(player)}
          <p class="status">${this.#status(player)}</p>
        </div>
      </div>
    `;
  }

  #tags({ guest }: PlayerView): TemplateResult | typeof nothing {
    if (!this.me && !guest) return nothing;
    return html`<span class="tags">
      ${this.me ? html`<span class="tag you">you</span>` : nothing}
      ${guest ? html`<span class="tag">guest</span>` : nothing}
    </span>`;
  }

  #status(player: PlayerView): TemplateResult | string {
    if (this.winner) return html`<span class="won">Winner</span>`;
    if (!player.connected) {
      const { seconds } = this.#away;
      if (seconds === null) return html`<span class="away">away</span>`;
      return html`<span class="away"
        >lost the connection: <span role="timer">${clockFace(seconds)}</span></span
      >`;
    }
    if (this.isBack) return html`<span class="back">is back</span>`;
    if (this.turn) return html`<span class="now">${this.me ? "Your turn" : "Their turn"}</span>`;
    return "";
  }

  static override styles = [
    shared,
    sunTrackStyles,
    css`
      :host {
        --seat: var(--host);
        --seat-text: var(--host-text);
        display: block;
        min-width: 0;
      }

      :host([seat="guest"]) {
        --seat: var(--guest);
        --seat-text: var(--guest-text);
      }

      .card {
        display: grid;
        grid-template-areas: "avatar name score" "suns suns suns" "foot foot foot";
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-content: start;
        align-items: center;
        gap: 0.15rem 0.5rem;
        height: 100%;
        padding: 0.5rem 0.65rem;
        border: 2px solid var(--border, #e2cb93);
        border-radius: var(--radius-small, 0.5rem);
        background: var(--surface, #fffdf6);
      }

      .free {
        place-content: center;
        border-style: dashed;
        color: var(--text-muted, #664d66);
      }

      :host([turn]) .card {
        border-color: var(--seat-text);
        background: var(--surface-raised, #fff);
        box-shadow: inset 0 0.3rem 0 var(--seat-text);
      }

      :host([winner]) .card {
        border-color: var(--warning, #8a4b00);
        box-shadow: inset 0 0.3rem 0 var(--warning, #8a4b00);
      }

      /* As high for a short name as for a long one, so that two cards look alike and none grows. */
      .name {
        grid-area: name;
        display: flex;
        align-items: center;
        min-width: 0;
        min-height: 2.4em;
        font-weight: 700;
        line-height: 1.2;
      }

      .name bdi {
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        overflow: hidden;
        overflow-wrap: anywhere;
      }

      .avatar {
        grid-area: avatar;
        width: 1.75rem;
        height: 1.75rem;
        border: 2px solid var(--seat);
        border-radius: 50%;
        forced-color-adjust: none;
      }

      .foot {
        grid-area: foot;
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        column-gap: 0.4rem;
        min-height: 1.3em;
      }

      .tags {
        grid-area: tags;
        display: flex;
        gap: 0.35rem;
      }

      .tag {
        padding: 0 0.45em;
        border: 1px solid currentColor;
        border-radius: 1em;
        color: var(--text-muted, #664d66);
        font-size: 0.75rem;
        font-weight: 600;
        line-height: 1.4;
      }

      .score {
        grid-area: score;
        color: var(--seat-text);
        font-family: var(--font-display, inherit);
        font-size: 2rem;
        font-variant-numeric: tabular-nums;
        line-height: 1;
      }

      /* Three digits and a name need the place of the picture. */
      .score[data-long] {
        font-size: 1.5rem;
      }

      .card:has([data-long]) .avatar {
        display: none;
      }

      .suns {
        grid-area: suns;
      }

      .status {
        grid-area: status;
        min-height: 1.3em;
        color: var(--text-muted, #664d66);
        font-size: 0.9375rem;
        line-height: 1.3;
      }

      .now {
        color: var(--seat-text);
        font-weight: 700;
      }

      .now::before {
        content: "▸ " / "";
      }

      .won {
        color: var(--warning, #8a4b00);
        font-weight: 700;
      }

      .won::before {
        content: "☀ " / "";
      }

      .away {
        color: var(--danger, #a8123a);
        font-weight: 700;
        font-variant-numeric: tabular-nums;
      }

      @container (min-width: 52rem) {
        .card {
          grid-template-areas: "avatar" "name" "tags" "score" "suns" "status";
          grid-template-columns: 1fr;
          align-content: center;
          justify-items: center;
          gap: 0.5rem;
          padding: 1.4rem 1.25rem;
          border-radius: var(--radius, 1rem);
          text-align: center;
        }

        .name {
          min-height: 0;
          font-size: 1.25rem;
        }

        .foot {
          display: contents;
        }

        .tags {
          justify-content: center;
        }

        .avatar,
        .card:has([data-long]) .avatar {
          display: block;
          justify-self: center;
          width: 4.5rem;
          height: 4.5rem;
          border-width: 4px;
        }

        .score {
          margin-block: 0.6rem;
          font-size: 6rem;
        }

        .score[data-long] {
          font-size: 4.25rem;
        }

        .suns {
          grid-template-columns: repeat(5, 1.5rem);
          gap: 0.4rem;
        }

        .suns i {
          max-width: none;
        }

        .status {
          font-size: 1.0625rem;
        }
      }

      @media (forced-colors: active) {
        :host([turn]) .card {
          border-width: 4px;
        }
      }
    `,
  ];
}
