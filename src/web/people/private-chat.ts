/** /chat/{userId}: what two people write to each other, as a messenger shows it. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { UserId } from "../../protocol/ids.ts";
import type { PrivateMessageView } from "../../protocol/private-messages.ts";
import { openPrivateChatFeed, type PrivateChatFeed } from "../../sockets/private-chat-feed.ts";
import { CommandRefused, refusalOf } from "../../sockets/refusal.ts";
import type { Refusal } from "../../sockets/types.ts";
import { followPageClient } from "../client.ts";
import { announce } from "../elements/announce.ts";
import { keepFocus } from "../elements/kept-focus.ts";
import type { MessageForm } from "../elements/message-form.ts";
import { MessageLog } from "../elements/message-log.ts";
import { viewerHere } from "../elements/viewer-here.ts";
import { withLinks } from "../elements/with-links.ts";
import { askToBeFriends, loadMessages } from "./people-api.ts";

/** So close to its beginning the list asks for more. */
const moreAbovePx = 80;

/** `<private-chat other="7" name="jane">` */
export class PrivateChat extends LitElement {
  static override properties = {
    other: {},
    name: {},
    messages: { state: true },
    nextBefore: { state: true },
    isTyping: { state: true },
    isLoading: { state: true },
    failure: { state: true },
  };
  declare other: string;
  declare name: string;
  declare private messages: readonly PrivateMessageView[] | null;
  declare private nextBefore: string | null;
  declare private isTyping: boolean;
  declare private isLoading: boolean;
  declare private failure: string;
  #feed: PrivateChatFeed | null = null;
  #stop: (() => void) | undefined;
  readonly #log = new MessageLog(this, "[data-chat-list]");
  readonly #looked = new AbortController();

  constructor() {
    super();
    this.other = "";
    this.name = "";
    this.messages = null;
    this.nextBefore = null;
    this.isTyping = false;
    this.isLoading = false;
    this.failure = "";
    keepFocus(this, () => this.querySelector<HTMLElement>("[data-chat-list]")?.focus());
  }

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const me = viewerHere();
    if (me === null) return;
    this.#stop = followPageClient((client) => {
      const feed = openPrivateChatFeed(
        client,
        {
          // The server wrote both into the page.
          me: me as UserId,
          other: this.other as UserId,
          load: (before) => loadMessages(this.other, before),
        },
        {
          onMessages: (messages, nextBefore) => this.#show(messages, nextBefore),
          onTyping: (isTyping) => {
            this.isTyping = isTyping;
          },
          onFailure: (reason) => {
            this.failure = reason instanceof CommandRefused ? reason.message : "";
          },
        },
      );
      this.#feed = feed;
      return () => feed.close();
    });
    const { signal } = this.#looked;
    for (const [target, type] of [
      [window, "focus"],
      [document, "visibilitychange"],
    ] as const)
      target.addEventListener(type, () => this.#read(), { signal });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
    this.#looked.abort();
  }

  protected override render(): TemplateResult {
    const messages = this.messages ?? [];
    return html`
      <div
        class="chat-list conversation"
        tabindex="0"
        role="log"
        aria-live=${this.#log.live}
        aria-label="What you and ${this.name} wrote"
        data-chat-list
        @scroll=${this.#onScroll}
      >
        ${
          this.nextBefore === null
            ? nothing
            : html`<div class="chat-older">
                <button
                  class="button"
                  type="button"
                  aria-disabled=${this.isLoading ? "true" : "false"}
                  @click=${this.#loadOlder}
                >
                  Older messages
                </button>
              </div>`
        }
        ${this.messages === null ? html`<div class="chat-none muted">${this.failure === "" ? "Loading what was said…" : this.failure}</div>` : nothing}
        ${this.messages?.length === 0 ? html`<div class="chat-none muted">Nothing yet. Say hello to <bdi>${this.name}</bdi>!</div>` : nothing}
        ${repeat(
          messages,
          ({ position }) => position,
          (message, index) => this.#line(message, messages[index - 1]),
        )}
      </div>
      <p class="chat-typing">${this.isTyping ? html`<bdi>${this.name}</bdi> is writing…` : nothing}</p>
      <message-form
        name="private-chat"
        label="Write to ${this.name}"
        placeholder="Write to ${this.name}"
        .draftKey=${`chat ${this.other}`}
        .say=${this.#say}
        .onTyping=${() => this.#feed?.typing()}
        .wayOn=${this.#wayOn}
      ></message-form>
    `;
  }

  #line(message: PrivateMessageView, before: PrivateMessageView | undefined): TemplateResult {
    const isOwn = message.senderId === viewerHere();
    const day = dayOf(message.sentAt);
    const newDay = before === undefined || dayOf(before.sentAt) !== day;
    return html`${newDay ? html`<div class="chat-day" role="presentation"><span>${day}</span></div>` : nothing}
      <div class="chat-line bubble" ?data-own=${isOwn} data-position=${message.position}>
        <span class="visually-hidden">${isOwn ? "You" : message.senderName}:</span>
        <bdi class="chat-text">${withLinks(message.content)}</bdi>
        <span class="chat-head">
          <time datetime=${message.sentAt}>${timeOf(message.sentAt)}</time>
          ${isOwn ? html`<span class="receipt" ?data-read=${message.readAt !== undefined}>${message.readAt === undefined ? "sent" : "read"}</span>` : nothing}
        </span>
      </div>`;
  }

  #show(messages: readonly PrivateMessageView[], nextBefore: string | null): void {
    const last = messages.at(-1);
    const isNew =
      this.messages !== null && last !== undefined && last.position > (this.messages.at(-1)?.position ?? 0);
    if (isNew && last.senderId === viewerHere()) this.#log.goToEnd();
    this.messages = messages;
    this.nextBefore = nextBefore;
    this.#log.begin();
    void this.updateComplete.then(() => this.#read());
  }

  /** F09: nobody has read what stands in a page that nobody looks at. */
  #read(): void {
    if (document.visibilityState === "visible" && document.hasFocus()) this.#feed?.markRead();
  }

  readonly #say = async (content: string): Promise<void> => {
    if (this.#feed === null) throw new CommandRefused(refusalOf("AUTH_REQUIRED"));
    const outcome = await this.#feed.send(content);
    if (outcome.type === "chat.event.message_rejected") {
      const message = `You are not friends with ${this.name} yet: send a friend request.`;
      throw new CommandRefused(refusalOf("NOT_FRIENDS", message));
    }
  };

  readonly #wayOn = ({ code }: Refusal): HTMLElement | null => {
    if (code !== "NOT_FRIENDS" || document.body.dataset["guest"] === "yes") return null;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = `Ask ${this.name} to be friends`;
    button.addEventListener("click", () => void this.#ask(button));
    return button;
  };

  async #ask(button: HTMLButtonElement): Promise<void> {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    const form = this.querySelector<MessageForm>("message-form");
    try {
      await askToBeFriends(this.name);
      const done = document.createElement("p");
      done.tabIndex = -1;
      done.textContent = `${this.name} has been asked. Your message stays here until then.`;
      button.replaceWith(done);
      done.focus();
      announce(done.textContent);
    } catch (error) {
      form?.refuse(error);
    }
  }

  readonly #onScroll = (event: Event): void => {
    const { target } = event;
    if (target instanceof HTMLElement && target.scrollTop < moreAbovePx && this.messages !== null) {
      void this.#loadOlder();
    }
  };

  readonly #loadOlder = async (): Promise<void> => {
    const feed = this.#feed;
    if (feed === null || this.nextBefore === null || this.isLoading) return;
    this.isLoading = true;
    try {
      await this.#log.insertAbove(() => feed.loadOlder());
    } catch (error) {
      this.querySelector<MessageForm>("message-form")?.refuse(error);
    } finally {
      this.isLoading = false;
    }
  };
}

function timeOf(sentAt: string): string {
  return new Date(sentAt).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function dayOf(sentAt: string): string {
  return new Date(sentAt).toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}
