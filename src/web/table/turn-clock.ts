import { LitElement, css, html, nothing, svg, type PropertyValues, type TemplateResult } from "lit";
import { Countdown } from "./countdown.ts";
import { shared } from "./styles.ts";

/** A whole turn (G5); a longer one starts with a full ring. */
const fullTurnSeconds = 60;
/** The one moment at which the clock speaks. */
const warningSeconds = 10;

/**
 * `<turn-clock>`: how much of the turn is left, as a ring and in seconds. It never says zero before the server's
 * deadline (F18), and no screen reader hears it tick (F35).
 *
 * @property deadline ISO-8601; null: the clock stands, and nothing is shown
 * @property serverNow the server's clock, in milliseconds
 * @fires turn-clock-warning once a turn, ten seconds before its end
 */
export class TurnClock extends LitElement {
  static override properties = {
    deadline: { type: String },
    serverNow: { attribute: false },
  };

  declare deadline: string | null;
  declare serverNow: () => number;

  readonly #countdown = new Countdown(
    this,
    () => this.serverNow(),
    (seconds) => this.#warn(seconds),
  );

  constructor() {
    super();
    this.deadline = null;
    this.serverNow = Date.now;
  }

  protected override willUpdate(_changed: PropertyValues<this>): void {
    this.#countdown.deadline = this.deadline;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { seconds } = this.#countdown;
    if (seconds === null) return nothing;
    const full = Math.max(fullTurnSeconds, seconds);
    return html`
      <div
        class="clock"
        role="timer"
        aria-label="Seconds left in this turn"
        ?data-late=${seconds <= warningSeconds}
      >
        <svg viewBox="0 0 40 40" aria-hidden="true">
          <circle cx="20" cy="20" r="18" class="track" />
          ${svg`<circle cx="20" cy="20" r="18" class="left" pathLength="100"
            stroke-dasharray="${(100 * seconds) / full} 100" transform="rotate(-90 20 20)" />`}
        </svg>
        <b>${seconds}</b>
      </div>
    `;
  }

  #warn(seconds: number): void {
    if (seconds === warningSeconds) this.dispatchEvent(new Event("turn-clock-warning"));
  }

  static override styles = [
    shared,
    css`
      /* It lies round the picture of whose turn it is. */
      :host {
        position: absolute;
        inset: -7px;
        pointer-events: none;
      }

      .clock {
        position: relative;
        height: 100%;
        font-variant-numeric: tabular-nums;
      }

      svg {
        display: block;
        width: 100%;
        height: 100%;
        fill: none;
        stroke-width: 4;
      }

      .track {
        stroke: var(--surface-raised);
      }

      .left {
        stroke: var(--seat, var(--accent));
        stroke-linecap: round;
      }

      b {
        position: absolute;
        left: 50%;
        bottom: -0.5rem;
        transform: translateX(-50%);
        min-width: 1.9em;
        padding-inline: 0.4em;
        border: 2px solid var(--surface-raised);
        border-radius: 1em;
        background: var(--text);
        color: var(--bg);
        font-size: 0.8125rem;
        line-height: 1.35;
        text-align: center;
      }

      [data-late] .left {
        stroke: var(--danger);
      }

      [data-late] b {
        background: var(--danger);
      }

      @media (forced-colors: active) {
        .track {
          stroke: Canvas;
        }
        .left {
          stroke: CanvasText;
        }
      }
    `,
  ];
}
