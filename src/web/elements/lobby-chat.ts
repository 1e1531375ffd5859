/** What people say in a lobby. Content is text: links can be followed, and nothing else is markup. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { LobbyMessageView } from "../../protocol/chat-messages.ts";
import { countGraphemes, messageLimits, refuseText } from "../../protocol/text.ts";
import { openLobbyFeed, type LobbyFeed } from "../../sockets/lobby-feed.ts";
import { CommandRefused, refusalOf } from "../../sockets/refusal.ts";
import { followPageClient, pageClient } from "../client.ts";
import { hideRefusal, showRefusal } from "./refusal-box.ts";
import { becomePlayer, viewerHere } from "./viewer-here.ts";
import { withLinks } from "./with-links.ts";

/** So close to its end the list follows what is said. */
const followPx = 60;
/** From so many characters on their number is shown. */
const countFrom = messageLimits.maxGraphemes - 200;

/** `<lobby-chat lobby="games:bigger_dice" label="Chat of Bigger Dice">` */
export class LobbyChat extends LitElement {
  static override properties = {
    lobby: {},
    label: {},
    messages: { state: true },
    nextBefore: { state: true },
    draft: { state: true },
    isSending: { state: true },
    isLoading: { state: true },
  };
  declare lobby: string;
  declare label: string;
  declare private messages: readonly LobbyMessageView[] | null;
  declare private nextBefore: string | null;
  declare private draft: string;
  declare private isSending: boolean;
  declare private isLoading: boolean;
  #feed: LobbyFeed | null = null;
  #stop: (() => void) | undefined;
  #isAtEnd = true;

  constructor() {
    super();
    this.lobby = "main";
    this.label = "Chat";
    this.messages = null;
    this.nextBefore = null;
    this.draft = "";
    this.isSending = false;
    this.isLoading = false;
  }

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = followPageClient((client) => {
      const feed = openLobbyFeed(client, this.lobby, {
        onMessages: (messages, nextBefore) => {
          this.messages = messages;
          this.nextBefore = nextBefore;
        },
      });
      this.#feed = feed;
      return () => feed.close();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  protected override willUpdate(): void {
    const list = this.#list();
    if (list !== null) this.#isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < followPx;
  }

  protected override updated(): void {
    const list = this.#list();
    if (list !== null && this.#isAtEnd) list.scrollTop = list.scrollHeight;
  }

  protected override render(): TemplateResult {
    const { messages } = this;
    return html`
      <ol class="chat-list" tabindex="0" role="log" aria-label=${this.label} data-chat-list>
        ${
          this.nextBefore === null
            ? nothing
            : html`<li class="chat-older">
                <button class="button" type="button" ?disabled=${this.isLoading} @click=${this.#loadOlder}>
                  Older messages
                </button>
              </li>`
        }
        ${messages === null ? html`<li class="muted">Loading what was said…</li>` : nothing}
        ${messages?.length === 0 ? html`<li class="muted">Nobody has said anything yet. Say hello!</li>` : nothing}
        ${repeat(messages ?? [], ({ position }) => position, line)}
      </ol>
      <form class="chat-form" @submit=${this.#submit} novalidate>
        <label class="visually-hidden" for="lobby-chat-text">Say something to everybody here</label>
        <textarea
          class="input"
          id="lobby-chat-text"
          rows="1"
          placeholder="Say something"
          aria-describedby="lobby-chat-refusal"
          .value=${this.draft}
          @input=${this.#type}
          @keydown=${this.#onKeydown}
        ></textarea>
        <button
          class="button button-primary"
          type="submit"
          aria-disabled=${this.isSending ? "true" : "false"}
        >
          Send
        </button>
        ${this.#count()}
        <div class="refusal" id="lobby-chat-refusal" data-refusal hidden></div>
      </form>
    `;
  }

  #count(): TemplateResult | typeof nothing {
    const count = countGraphemes(this.draft);
    if (count < countFrom) return nothing;
    const { maxGraphemes } = messageLimits;
    return html`<output class="chat-count" ?data-over=${count > maxGraphemes}
      >${count} / ${maxGraphemes}</output
    >`;
  }

  readonly #type = (event: Event): void => {
    if (event.target instanceof HTMLTextAreaElement) this.draft = event.target.value;
    this.#hideRefusal();
  };

  /** Enter sends, Shift+Enter begins a new line; a word that is still being composed is left alone. */
  readonly #onKeydown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!event.repeat) void this.#send();
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    void this.#send();
  };

  /** What was written stays until it is said: a refusal destroys nothing (W5). */
  async #send(): Promise<void> {
    const content = this.draft.trim();
    if (this.isSending || content === "") return;
    const problem = refuseText("message", content, messageLimits);
    if (problem !== null) return this.#refuse(new CommandRefused(refusalOf(problem.code, problem.message)));
    this.isSending = true;
    this.#hideRefusal();
    try {
      if (viewerHere() === null) await becomePlayer();
      await pageClient().send("chat.command.send_lobby_message", { lobbyId: this.lobby, content });
      this.draft = "";
      this.#isAtEnd = true;
    } catch (error) {
      this.#refuse(error);
    } finally {
      this.isSending = false;
    }
  }

  readonly #loadOlder = async (): Promise<void> => {
    const before = this.nextBefore;
    if (before === null || this.isLoading) return;
    this.isLoading = true;
    const list = this.#list();
    const fromEnd = list === null ? 0 : list.scrollHeight - list.scrollTop;
    try {
      const address = `/api/lobbies/${encodeURIComponent(this.lobby)}/messages?before=${encodeURIComponent(before)}`;
      const response = await fetch(address);
      if (!response.ok) throw new Error(String(response.status));
      const page = (await response.json()) as { items: LobbyMessageView[]; nextBefore: string | null };
      this.#feed?.addOlder(page.items, page.nextBefore);
      await this.updateComplete;
      // What was read stays where it was.
      if (list !== null) list.scrollTop = list.scrollHeight - fromEnd;
    } catch {
      this.#refuse(
        new CommandRefused(refusalOf("UNAVAILABLE", "Older messages could not be loaded: try again.")),
      );
    } finally {
      this.isLoading = false;
    }
  };

  #refuse(error: unknown): void {
    const box = this.querySelector<HTMLElement>("[data-refusal]");
    if (box === null) return;
    const refusal = error instanceof CommandRefused ? error : refusalOf("UNAVAILABLE");
    showRefusal(box, refusal, { slug: "" });
  }

  #hideRefusal(): void {
    const box = this.querySelector<HTMLElement>("[data-refusal]");
    if (box !== null) hideRefusal(box);
  }

  #list(): HTMLElement | null {
    return this.querySelector("[data-chat-list]");
  }
}

function line({ senderName, senderId, content, sentAt }: LobbyMessageView): TemplateResult {
  const time = new Date(sentAt);
  const isOwn = senderId === viewerHere();
  return html`<li class="chat-line" ?data-own=${isOwn}>
    <span class="chat-head">
      <bdi class="chat-name">${senderName}</bdi>
      <time datetime=${sentAt}>${time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}</time>
    </span>
    <bdi class="chat-text">${withLinks(content)}</bdi>
  </li>`;
}
