import { LitElement, css, html, type TemplateResult } from "lit";
import { buttons, shared } from "./styles.ts";

/**
 * A move that one can make: `<roll-button>`, and what else a game names. It stays in the order of focus while it does
 * nothing (`aria-disabled`), and says why.
 *
 * @property ready whether a press would make the move
 * @property secondary another move is the usual one
 * @property label its words
 * @property reason why it does nothing now; "" where there is nothing to say
 * @property evident the board says the reason already: it is only read out
 * @fires press one for each press while ready; never for a key that is held down (F15)
 */
export class MoveButton extends LitElement {
  static override shadowRootOptions: ShadowRootInit = {
    ...LitElement.shadowRootOptions,
    delegatesFocus: true,
  };

  static override properties = {
    ready: { type: Boolean, reflect: true },
    secondary: { type: Boolean, reflect: true },
    label: { type: String },
    reason: { type: String },
    evident: { type: Boolean },
  };

  declare ready: boolean;
  declare secondary: boolean;
  declare label: string;
  declare reason: string;
  declare evident: boolean;

  constructor() {
    super();
    this.ready = false;
    this.secondary = false;
    this.label = "";
    this.reason = "";
    this.evident = false;
  }

  protected override render(): TemplateResult {
    return html`
      <button
        type="button"
        class="button ${this.secondary ? "secondary" : "primary"}"
        aria-disabled=${this.ready ? "false" : "true"}
        aria-describedby="reason"
        @click=${this.#press}
        @keydown=${this.#ignoreHeldKey}
      >
        ${this.label}
      </button>
      <p id="reason" class=${this.evident ? "unseen" : ""}>${this.reason}</p>
    `;
  }

  #press(): void {
    if (this.ready) this.dispatchEvent(new Event("press"));
  }

  /** A held Enter presses a button again and again. (A held Space presses it once, when it is let go.) */
  #ignoreHeldKey(event: KeyboardEvent): void {
    if (event.repeat && event.key === "Enter") event.preventDefault();
  }

  static override styles = [
    shared,
    buttons,
    css`
      :host {
        --edge-of-move: color-mix(in srgb, var(--accent), black 38%);
        display: grid;
        justify-items: center;
        gap: 0.25rem;
      }

      .button {
        width: min(100%, 20rem);
        min-height: 3.75rem;
        font-family: var(--font-display, inherit);
        font-size: 1.4375rem;
        font-weight: var(--weight-display, 800);
        letter-spacing: -0.01em;
      }

      /* The one thing to do: it stands above the table, and goes down under the finger. */
      .button.primary[aria-disabled="false"] {
        box-shadow:
          inset 0 1px 0 rgb(255 255 255 / 0.35),
          0 4px 0 var(--edge-of-move),
          0 1rem 1.4rem -0.8rem rgb(60 10 0 / 0.6);
      }

      .button.primary[aria-disabled="false"]:active {
        transform: translateY(3px);
        box-shadow:
          inset 0 1px 0 rgb(255 255 255 / 0.35),
          0 1px 0 var(--edge-of-move);
      }

      .button.secondary[aria-disabled="false"] {
        border: 2px solid var(--accent);
        color: var(--accent-strong);
        box-shadow: var(--shadow-low, none);
      }

      #reason {
        color: var(--text-muted);
        font-size: 0.9375rem;
        line-height: 1.3;
        text-align: center;
      }
    `,
  ];
}

/** `<roll-button>` */
export class RollButton extends MoveButton {}
