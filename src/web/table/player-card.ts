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
      return html`<div class="card free">
        <div class="face"></div>
        <p class="name">Free seat</p>
      </div>`;
    }
    return html`
      <div class="card">
        <div class="face">${avatar(html, player.name)}<slot name="clock"></slot></div>
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
        grid-template-areas: "face score" "name name" "suns suns" "foot foot";
        grid-template-columns: minmax(0, 1fr) auto;
        align-content: start;
        align-items: center;
        gap: 0.3rem 0.55rem;
        height: 100%;
        padding: 0.6rem 0.7rem;
        border: 2px solid var(--border);
        border-radius: var(--radius-small, 0.75rem);
        background: var(--surface);
        box-shadow: var(--shadow-low, none);
      }

      .free {
        border-style: dashed;
        background: none;
        box-shadow: none;
        color: var(--text-muted);
      }

      :host([turn]) .card {
        border-color: var(--seat);
        background: var(--surface-raised);
        box-shadow:
          0 0 0 3px color-mix(in srgb, var(--seat) 25%, transparent),
          var(--shadow, none);
      }

      :host([winner]) .card {
        border-color: var(--sun);
        background: var(--accent-soft);
        box-shadow: 0 0 0 3px color-mix(in srgb, var(--sun) 35%, transparent);
      }

      .name {
        grid-area: name;
        display: flex;
        align-items: center;
        min-width: 0;
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

      /* The picture, and round it what is left of the turn. */
      .face {
        --size: 2.125rem;
        grid-area: face;
        position: relative;
        width: var(--size);
        height: var(--size);
        margin: 0.2rem 0.25rem 0.7rem;
      }

      .avatar {
        display: block;
        width: 100%;
        height: 100%;
        border-radius: 50%;
        box-shadow: 0 0 0 3px var(--seat);
        forced-color-adjust: none;
      }

      .free .face {
        border: 2px dashed var(--edge);
        border-radius: 50%;
      }

      .foot {
        grid-area: foot;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        column-gap: 0.4rem;
        min-height: 1.3em;
      }

      .tags {
        grid-area: tags;
        display: flex;
        gap: 0.35rem;
      }

      .tag {
        padding: 0 0.55em;
        border-radius: 1em;
        background: color-mix(in srgb, var(--text-muted) 14%, transparent);
        color: var(--text-muted);
        font-size: 0.75rem;
        font-weight: 600;
        line-height: 1.5;
      }

      :host([winner]) .tag {
        color: var(--text);
      }

      .score {
        grid-area: score;
        color: var(--seat-text);
        font-family: var(--font-display, inherit);
        font-size: 2.25rem;
        font-weight: var(--weight-display, 800);
        font-variant-numeric: tabular-nums;
        letter-spacing: -0.03em;
        line-height: 1;
      }

      .score[data-long] {
        font-size: 1.5rem;
      }

      .suns {
        grid-area: suns;
      }

      .status {
        grid-area: status;
        min-height: 1.3em;
        color: var(--text-muted);
        font-size: 0.9375rem;
        line-height: 1.3;
      }

      .now {
        color: var(--seat-text);
        font-weight: 700;
      }

      .won {
        color: var(--warning);
        font-weight: 700;
      }

      .won::before {
        content: "☀ " / "";
      }

      .away {
        color: var(--danger);
        font-weight: 700;
        font-variant-numeric: tabular-nums;
      }

      @container (min-width: 40rem) {
        .card {
          grid-template:
            "face name score" auto
            "face foot score" auto
            "suns suns suns" auto / auto minmax(0, 1fr) auto;
          column-gap: 1rem;
          padding: 0.9rem 1.1rem;
          border-radius: var(--radius, 1.25rem);
        }

        /* The two face each other. */
        :host([seat="guest"]) .card {
          grid-template:
            "score name face" auto
            "score foot face" auto
            "suns suns suns" auto / auto minmax(0, 1fr) auto;
          text-align: end;
        }

        :host([seat="guest"]) :is(.name, .foot) {
          justify-content: flex-end;
        }

        :host([seat="guest"]) .suns {
          direction: rtl;
        }

        .face {
          --size: 3.75rem;
          margin: 0.3rem 0.3rem 0.5rem;
        }

        .name {
          align-self: end;
          min-height: 0;
          font-size: 1.1875rem;
        }

        .free .name {
          grid-row: 1 / span 2;
          align-self: center;
        }

        .name bdi {
          -webkit-line-clamp: 1;
        }

        .foot {
          align-self: start;
          min-height: 1.6em;
        }

        .score {
          font-size: 3.5rem;
        }

        .score[data-long] {
          font-size: 2.75rem;
        }

        .suns {
          margin-block-start: 0.4rem;
        }

        .status {
          font-size: 1rem;
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
