import { LitElement, css, html, nothing, type TemplateResult } from "lit";
import { keepFocus } from "../elements/kept-focus.ts";
import type { UserId } from "../../protocol/ids.ts";
import { playerOf } from "./board.ts";
import { lobbyAddress, playAddress } from "./addresses.ts";
import { buttons, shared } from "./styles.ts";
import type { Board, Rematch } from "./table-game.ts";

/**
 * `<after-game>`: what can be done when it is over.
 *
 * @property slug of the game
 * @property checkable whether the game has dice to check
 * @property board a finished board
 * @property me the reader's user id
 * @property asking whether an offer of a rematch is on its way
 * @property checking whether the check of the dice is open
 * @fires rematch offer one, or accept it
 * @fires check-dice open the check of the dice
 * @fires back the way to the lobby was pressed; unless it is cancelled, the link does its work
 */
export class AfterGame extends LitElement {
  static override properties = {
    slug: { type: String },
    checkable: { type: Boolean },
    board: { attribute: false },
    me: { type: String },
    asking: { type: Boolean },
    checking: { type: Boolean },
  };

  declare slug: string;
  declare checkable: boolean;
  declare board: Board | null;
  declare me: UserId;
  declare asking: boolean;
  declare checking: boolean;

  constructor() {
    super();
    this.slug = "";
    this.checkable = false;
    this.board = null;
    this.asking = false;
    this.checking = false;
    // Not on a way out: an Enter that was meant for the rematch leads nowhere else (F16).
    keepFocus(this, () => this.renderRoot.querySelector<HTMLElement>("p[tabindex], a.primary")?.focus());
  }

  protected override render(): TemplateResult | typeof nothing {
    const { board } = this;
    if (board === null) return nothing;
    return html`
      ${playerOf(board, this.me) === undefined ? nothing : this.#rematch(board, board.rematch)}
      <div class="ways">
        ${
          this.checkable
            ? html`<button
                type="button"
                class="button"
                aria-expanded=${this.checking}
                @click=${this.#say("check-dice")}
              >
                Check the dice
              </button>`
            : nothing
        }
        <a class="button" href=${lobbyAddress(this.slug)} @click=${this.#back}>Back to the lobby</a>
      </div>
    `;
  }

  #rematch(board: Board, rematch: Rematch): TemplateResult {
    if (rematch.kind === "closed") return html`<p class="muted" tabindex="-1">There will be no rematch.</p>`;
    if (rematch.kind === "started") {
      return html`<a class="button primary" href=${playAddress(this.slug, rematch.newRoomId)}
        >Go to the rematch</a
      >`;
    }
    const other = html`<bdi>${board.players.find(({ id }) => id !== this.me)?.name}</bdi>`;
    const mine = rematch.offeredBy.includes(this.me);
    const theirs = rematch.offeredBy.some((id) => id !== this.me);
    const asked = mine || this.asking;
    return html`
      ${theirs ? html`<p>${other} would like a rematch.</p>` : nothing}
      <button
        type="button"
        class="button primary"
        aria-disabled=${asked ? "true" : "false"}
        @click=${asked ? nothing : this.#say("rematch")}
      >
        ${asked ? "Rematch offered" : theirs ? "Accept the rematch" : "Rematch"}
      </button>
      ${mine ? html`<p class="muted">Waiting for ${other} to accept…</p>` : nothing}
    `;
  }

  #say(type: string): () => void {
    return () => this.dispatchEvent(new Event(type));
  }

  #back(event: MouseEvent): void {
    const elsewhere = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!elsewhere && !this.dispatchEvent(new Event("back", { cancelable: true }))) event.preventDefault();
  }

  static override styles = [
    shared,
    buttons,
    css`
      :host {
        display: grid;
        justify-items: center;
        gap: 0.6rem;
      }

      .muted {
        color: var(--text-muted);
      }

      .primary {
        min-width: min(100%, 16rem);
        min-height: 3.5rem;
        font-family: var(--font-display, inherit);
        font-size: 1.25rem;
        font-weight: var(--weight-display, 800);
      }

      .ways {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 0.6rem;
      }

      @container (min-width: 40rem) {
        :host {
          display: flex;
          flex-wrap: wrap;
          align-items: center;
          justify-content: center;
        }

        .primary {
          min-width: 14rem;
        }

        p {
          flex-basis: 100%;
        }
      }
    `,
  ];
}
