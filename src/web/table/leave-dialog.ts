import { LitElement, css, html, type TemplateResult } from "lit";
import { buttons, shared } from "./styles.ts";

/**
 * `<leave-dialog>`: asks twice before a game is given up (G1). The answer that costs nothing has the focus, and an
 * Enter that was meant for something else changes nothing (F16).
 *
 * @fires leave the game shall be left
 */
export class LeaveDialog extends LitElement {
  open(): void {
    const dialog = this.#dialog();
    if (dialog === null || dialog.open) return;
    dialog.showModal();
    this.renderRoot.querySelector<HTMLElement>("[data-stay]")?.focus();
  }

  close(): void {
    this.#dialog()?.close();
    // The browser gives the focus back to what had it; where that is gone, it would stay in what nobody sees.
    const left = this.shadowRoot?.activeElement;
    if (left instanceof HTMLElement) left.blur();
  }

  #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  protected override render(): TemplateResult {
    return html`
      <dialog aria-labelledby="question" aria-describedby="cost" @keydown=${this.#ignoreHeldKey}>
        <h2 id="question">Leave the game?</h2>
        <p id="cost">You lose it if you leave, whatever the score.</p>
        <div class="answers">
          <button type="button" class="button primary" data-stay autofocus @click=${this.close}>Stay</button>
          <button type="button" class="button" @click=${this.#leave}>Leave and lose</button>
        </div>
      </dialog>
    `;
  }

  #leave(): void {
    this.close();
    this.dispatchEvent(new Event("leave"));
  }

  #ignoreHeldKey(event: KeyboardEvent): void {
    if (event.repeat && event.key === "Enter") event.preventDefault();
  }

  static override styles = [
    shared,
    buttons,
    css`
      dialog {
        max-width: min(24rem, calc(100vw - 2rem));
        padding: 1.5rem;
        border: 1px solid var(--border);
        border-radius: var(--radius, 1rem);
        background: var(--surface-raised);
        color: var(--text);
        box-shadow: var(--shadow, 0 1rem 3rem rgb(0 0 0 / 0.4));
      }

      dialog::backdrop {
        background: rgb(16 10 38 / 0.62);
      }

      h2 {
        font-family: var(--font-display, inherit);
        font-size: 1.375rem;
      }

      p {
        margin-block: 0.5rem 1.25rem;
      }

      .answers {
        display: flex;
        flex-wrap: wrap;
        gap: 0.75rem;
      }
    `,
  ];
}
