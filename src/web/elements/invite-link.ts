/** `<invite-link href="/games/…/play/…" room-name="…">`: a link to send to a friend. Works in any shadow root. */
import { css, html, LitElement, nothing } from "lit";
import { announce } from "./announce.ts";

export class InviteLink extends LitElement {
  static override properties = {
    href: {},
    roomName: { attribute: "room-name" },
    copied: { state: true },
  };
  declare href: string;
  declare roomName: string;
  declare copied: "no" | "yes" | "by_hand";
  #timer: ReturnType<typeof setTimeout> | undefined;

  static override styles = css`
    :host {
      display: block;
    }

    .invite {
      display: grid;
      gap: calc(var(--space, 0.25rem) * 3);
      padding: calc(var(--space, 0.25rem) * 5);
      border-radius: var(--radius);
      background: var(--accent-soft);
      color: var(--text);
    }

    label {
      font-family: var(--font-display);
      font-size: var(--text-large);
      font-weight: var(--weight-display);
    }

    .row {
      display: flex;
      flex-wrap: wrap;
      gap: calc(var(--space, 0.25rem) * 2);
    }

    input {
      flex: 1 1 9rem;
      min-width: 0;
      min-height: 2.75rem;
      box-sizing: border-box;
      padding: 0 calc(var(--space, 0.25rem) * 4);
      border: 1.5px solid var(--edge, currentColor);
      border-radius: 2rem;
      background: var(--surface-raised);
      color: var(--text);
      font: inherit;
      font-family: var(--font-mono);
      font-size: 0.9rem;
      text-overflow: ellipsis;
    }

    button {
      min-height: 2.75rem;
      padding: 0 calc(var(--space, 0.25rem) * 5);
      border: 1.5px solid transparent;
      border-radius: 2rem;
      background: var(--accent);
      color: var(--on-accent);
      font: inherit;
      font-weight: 700;
      cursor: pointer;
    }

    button:hover {
      background: var(--accent-strong);
    }

    button.quiet {
      border-color: var(--edge, currentColor);
      background: none;
      color: var(--text);
    }

    :focus-visible {
      outline: 3px solid var(--focus);
      outline-offset: 2px;
    }

    p {
      margin: 0;
      color: var(--text-muted);
    }
  `;

  constructor() {
    super();
    this.href = "";
    this.roomName = "";
    this.copied = "no";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
  }

  get #address(): string {
    return new URL(this.href, location.href).href;
  }

  async #copy(): Promise<void> {
    const done = await this.#copyText();
    this.copied = done ? "yes" : "by_hand";
    announce(done ? "The link is copied." : "The link is marked: copy it with the keyboard or a long press.");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.copied = "no"), 4_000);
  }

  async #copyText(): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(this.#address);
      return true;
    } catch {
      // Refused, or not there at all, as on plain http in a home network: the old way, or by hand.
      const input = this.renderRoot.querySelector("input");
      input?.focus();
      input?.select();
      return document.execCommand("copy");
    }
  }

  async #share(): Promise<void> {
    try {
      await navigator.share({
        title: this.roomName,
        text: `Play with me: ${this.roomName}`,
        url: this.#address,
      });
    } catch {
      // The person closed the dialog; the link is still there.
    }
  }

  protected override render(): unknown {
    const canShare = typeof navigator.share === "function";
    return html`<div class="invite" part="invite">
      <label for="link">Invite a friend with this link</label>
      <div class="row">
        <input
          id="link"
          readonly
          .value=${this.#address}
          @focus=${(event: FocusEvent) => event.target instanceof HTMLInputElement && event.target.select()}
        />
        <button type="button" @click=${() => void this.#copy()}>
          ${this.copied === "yes" ? "Copied" : "Copy"}
        </button>
        ${canShare ? html`<button class="quiet" type="button" @click=${() => void this.#share()}>Share</button>` : nothing}
      </div>
      <p>
        ${
          this.copied === "by_hand"
            ? "This browser does not let pages copy: the link is marked, copy it yourself."
            : "Whoever opens it can sit down with you, no account needed. Or wait: the lobby sees your room too."
        }
      </p>
    </div>`;
  }
}

if (customElements.get("invite-link") === undefined) customElements.define("invite-link", InviteLink);
