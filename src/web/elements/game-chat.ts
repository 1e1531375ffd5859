/** What the players of a room say to each other. It is for any game: who sends and hears is the game's to say. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { countGraphemes, messageLimits, refuseText } from "../../protocol/text.ts";
import { CommandRefused } from "../../sockets/refusal.ts";
import { keepDraft, keptDraft } from "./draft.ts";
import { guardEnter } from "./enter-key.ts";
import { MessageLog } from "./message-log.ts";
import { withLinks } from "./with-links.ts";

export interface ChatMessage {
  readonly messageId: string;
  readonly senderId: string;
  readonly senderName: string;
  readonly content: string;
  /** ISO-8601. */
  readonly sentAt: string;
}

/**
 * `<game-chat>`
 *
 * @property messages what was said, in order
 * @property heading who talks here
 * @property hint what stands there before anything is said
 * @property label of the field
 * @property closed why the reader cannot write; "" where she can
 * @property blocked user ids whose words are folded away
 * @property me the reader's user id
 * @property draftKey under which a draft outlives a reload of this tab; none: it does not
 * @property say sends; rejects with a `CommandRefused`
 */
export class GameChat extends LitElement {
  static override properties = {
    messages: { attribute: false },
    heading: {},
    hint: {},
    label: {},
    closed: { attribute: false },
    blocked: { attribute: false },
    me: {},
    say: { attribute: false },
    draftKey: { attribute: false },
    draft: { state: true },
    refusal: { state: true },
    isSending: { state: true },
  };
  declare messages: readonly ChatMessage[];
  declare heading: string;
  declare hint: string;
  declare label: string;
  declare closed: string | TemplateResult;
  declare blocked: ReadonlySet<string>;
  declare me: string;
  declare say: (content: string) => Promise<unknown>;
  declare draftKey: string;
  declare private draft: string;
  declare private refusal: string;
  declare private isSending: boolean;

  readonly #log = new MessageLog(this, ".list");

  constructor() {
    super();
    this.messages = [];
    this.heading = "Between the two of you";
    this.hint = "Only the two of you see this, and nobody keeps it.";
    this.label = "Say something to the other player";
    this.closed = "";
    this.blocked = new Set();
    this.me = "";
    this.say = () => Promise.resolve();
    this.draftKey = "";
    this.draft = "";
    this.refusal = "";
    this.isSending = false;
  }

  protected override firstUpdated(): void {
    this.draft = keptDraft(this.draftKey);
  }

  #keep(draft: string): void {
    this.draft = draft;
    keepDraft(this.draftKey, draft);
  }

  protected override render(): TemplateResult {
    return html`
      <section aria-labelledby="heading">
        <h3 id="heading">${this.heading}</h3>
        <div class="list" role="log" aria-label="What was said" tabindex="0">
          ${this.messages.length === 0 ? html`<div class="muted">${this.hint}</div>` : nothing}
          ${repeat(
            this.messages,
            ({ messageId }) => messageId,
            (message) => this.#line(message),
          )}
        </div>
        ${this.closed === "" ? this.#form() : html`<p class="muted">${this.closed}</p>`}
        <p id="refusal" class="refusal" role="status">${this.refusal}</p>
      </section>
    `;
  }

  #form(): TemplateResult {
    return html`<form @submit=${this.#submit} @keydown=${guardEnter} novalidate>
      <input
        aria-label=${this.label}
        aria-describedby="refusal"
        placeholder="Say something"
        autocomplete="off"
        .value=${this.draft}
        @input=${this.#type}
      />
      <button type="submit" aria-disabled=${this.isSending ? "true" : "false"}>Send</button>
    </form>`;
  }

  #line({ senderId, senderName, content }: ChatMessage): TemplateResult {
    const who = senderId === this.me ? "You" : senderName;
    if (this.blocked.has(senderId)) {
      return html`<div>
        <details>
          <summary class="muted">You have blocked <bdi>${senderName}</bdi></summary>
          <bdi class="text">${withLinks(content)}</bdi>
        </details>
      </div>`;
    }
    return html`<div class="line ${senderId === this.me ? "own" : ""}">
      <bdi class="name">${who}</bdi> <bdi class="text">${withLinks(content)}</bdi>
    </div>`;
  }

  readonly #type = (event: Event): void => {
    if (!(event.target instanceof HTMLInputElement)) return;
    this.#keep(event.target.value);
    // The same words with each letter more, so that they are said once (F35).
    this.refusal =
      countGraphemes(this.draft) > messageLimits.maxGraphemes
        ? `Too long: at most ${messageLimits.maxGraphemes} characters.`
        : "";
  };

  /** What was written stays until it is said: a refusal destroys nothing (W5). */
  readonly #submit = (event: Event): void => {
    event.preventDefault();
    const written = this.draft;
    const content = written.trim();
    if (content === "" || this.isSending) return;
    const problem = refuseText("message", content, messageLimits);
    if (problem !== null) {
      this.refusal = problem.message ?? "This cannot be sent.";
      return;
    }
    this.isSending = true;
    this.refusal = "";
    this.#log.goToEnd();
    this.say(content)
      .then(
        () => {
          // What was written meanwhile is the next message.
          this.#keep(this.draft.startsWith(written) ? this.draft.slice(written.length) : this.draft);
        },
        (error: unknown) => {
          this.refusal = error instanceof CommandRefused ? error.message : "It could not be sent: try again.";
        },
      )
      .finally(() => {
        this.isSending = false;
      });
  };

  static override styles = css`
    :host {
      display: block;
      box-sizing: border-box;
    }

    * {
      box-sizing: inherit;
    }

    section {
      display: grid;
      grid-template-rows: auto minmax(0, 1fr) auto auto;
      gap: 0.6rem;
      height: 100%;
      padding: 0.9rem 1rem 1rem;
      border: 1px solid var(--border);
      border-radius: var(--radius, 1.25rem);
      background: var(--surface, Canvas);
      box-shadow: var(--shadow-low, none);
    }

    h3,
    p {
      margin: 0;
      padding: 0;
    }

    h3 {
      font-family: var(--font-display, inherit);
      font-size: 1.0625rem;
      font-weight: var(--weight-display, 800);
    }

    .list {
      display: grid;
      gap: 0.35rem;
      align-content: start;
      max-height: 11rem;
      overflow-y: auto;
      overscroll-behavior: contain;
    }

    @container (min-width: 60rem) {
      .list {
        max-height: none;
      }
    }

    .line {
      justify-self: start;
      max-width: 100%;
      padding: 0.3rem 0.8rem;
      border-radius: 1rem 1rem 1rem 0.25rem;
      background: color-mix(in srgb, var(--text-muted) 12%, transparent);
    }

    .line.own {
      justify-self: end;
      border-radius: 1rem 1rem 0.25rem;
      background: var(--accent-soft);
    }

    .name {
      font-weight: 700;
    }

    .name::after {
      content: ":";
    }

    .text {
      overflow-wrap: anywhere;
      white-space: pre-wrap;
    }

    .muted {
      color: var(--text-muted, GrayText);
    }

    form {
      display: grid;
      grid-template-columns: 1fr auto;
      gap: 0.5rem;
    }

    input,
    button {
      min-height: 2.75rem;
      padding: 0.4rem 1.1rem;
      border: 1.5px solid var(--edge);
      border-radius: 2rem;
      background: var(--surface-raised, Canvas);
      color: inherit;
      font: inherit;
      min-width: 0;
    }

    input::placeholder {
      color: var(--text-muted, GrayText);
      opacity: 1;
    }

    button {
      font-weight: 700;
      cursor: pointer;
    }

    a {
      color: var(--accent-strong, LinkText);
    }

    .refusal {
      color: var(--danger);
    }

    .refusal:empty {
      display: none;
    }

    :focus-visible {
      outline: 3px solid var(--focus);
      outline-offset: 2px;
    }
  `;
}
