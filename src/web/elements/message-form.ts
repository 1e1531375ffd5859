/** Where something is written and sent: one line that grows, a limit that is counted, a refusal where it happened. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { countGraphemes, messageLimits, refuseText } from "../../protocol/text.ts";
import { CommandRefused, refusalOf } from "../../sockets/refusal.ts";
import type { Refusal } from "../../sockets/types.ts";
import { keepDraft, keptDraft } from "./draft.ts";
import { confirmsWord } from "./enter-key.ts";
import { hideRefusal, showRefusal } from "./refusal-box.ts";

/** From so many characters on their number is shown. */
const countFrom = messageLimits.maxGraphemes - 200;

/**
 * `<message-form name="lobby-chat" label="Say something to everybody here">`
 *
 * @property say sends; rejects with a `CommandRefused`, and what was written stays (W5)
 * @property onTyping is called while something is being written
 * @property wayOn an element that leads on from a refusal, beside its words
 * @property draftKey under which a draft outlives a reload of this tab; none: it does not
 */
export class MessageForm extends LitElement {
  static override properties = {
    name: {},
    label: {},
    placeholder: {},
    draftKey: { attribute: false },
    say: { attribute: false },
    onTyping: { attribute: false },
    wayOn: { attribute: false },
    draft: { state: true },
    isSending: { state: true },
  };
  declare name: string;
  declare label: string;
  declare placeholder: string;
  declare draftKey: string;
  declare say: (content: string) => Promise<void>;
  declare onTyping: () => void;
  declare wayOn: (refusal: Refusal) => HTMLElement | null;
  declare private draft: string;
  declare private isSending: boolean;

  constructor() {
    super();
    this.name = "message";
    this.label = "Say something";
    this.placeholder = "Say something";
    this.draftKey = "";
    this.say = () => Promise.resolve();
    this.onTyping = () => undefined;
    this.wayOn = () => null;
    this.draft = "";
    this.isSending = false;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.draft = keptDraft(this.draftKey);
  }

  /** For what stands beside it: a refusal that did not come of sending. */
  refuse(error: unknown): void {
    const box = this.querySelector<HTMLElement>("[data-refusal]");
    if (box === null) return;
    const refusal = error instanceof CommandRefused ? error : refusalOf("UNAVAILABLE");
    showRefusal(box, refusal, { slug: "" });
    const wayOn = this.wayOn(refusal);
    if (wayOn !== null) box.append(wayOn);
  }

  clearRefusal(): void {
    const box = this.querySelector<HTMLElement>("[data-refusal]");
    if (box !== null) hideRefusal(box);
  }

  protected override render(): TemplateResult {
    return html`<form class="chat-form" @submit=${this.#submit} novalidate>
      <label class="visually-hidden" for="${this.name}-text">${this.label}</label>
      <textarea
        class="input"
        id="${this.name}-text"
        rows="1"
        placeholder=${this.placeholder}
        aria-describedby="${this.name}-refusal"
        .value=${this.draft}
        @input=${this.#type}
        @keydown=${this.#onKeydown}
      ></textarea>
      <button class="button button-primary" type="submit" aria-disabled=${this.isSending ? "true" : "false"}>
        Send
      </button>
      ${this.#count()}
      <div class="refusal" id="${this.name}-refusal" data-refusal hidden></div>
    </form>`;
  }

  #count(): TemplateResult | typeof nothing {
    const count = countGraphemes(this.draft);
    if (count < countFrom) return nothing;
    const { maxGraphemes } = messageLimits;
    return html`<output class="chat-count" aria-live="off" ?data-over=${count > maxGraphemes}
      >${count} / ${maxGraphemes}</output
    >`;
  }

  readonly #type = (event: Event): void => {
    if (!(event.target instanceof HTMLTextAreaElement)) return;
    this.#keep(event.target.value);
    this.clearRefusal();
    if (this.draft.trim() !== "") this.onTyping();
  };

  /** Enter sends, Shift+Enter begins a new line. */
  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || confirmsWord(event)) return;
    event.preventDefault();
    if (!event.repeat) void this.#send();
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    void this.#send();
  };

  async #send(): Promise<void> {
    const written = this.draft;
    const content = written.trim();
    if (this.isSending || content === "") return;
    const problem = refuseText("message", content, messageLimits);
    if (problem !== null) return this.refuse(new CommandRefused(refusalOf(problem.code, problem.message)));
    this.isSending = true;
    this.clearRefusal();
    try {
      await this.say(content);
      // What was written meanwhile is the next message.
      this.#keep(this.draft.startsWith(written) ? this.draft.slice(written.length) : this.draft);
    } catch (error) {
      this.refuse(error);
    } finally {
      this.isSending = false;
    }
  }

  #keep(draft: string): void {
    this.draft = draft;
    keepDraft(this.draftKey, draft);
  }
}
