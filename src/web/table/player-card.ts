import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from "lit";
import type { PlayerView } from "../../protocol/room-shapes.ts";
import { Countdown, clockFace } from "./countdown.ts";
import { avatar } from "../elements/avatar.ts";
import { playerCardStyles } from "./player-card-styles.ts";
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

  static override styles = [shared, sunTrackStyles, playerCardStyles];
}
