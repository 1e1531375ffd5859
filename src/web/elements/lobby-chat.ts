/** What people say in a lobby. Content is text: links can be followed, and nothing else is markup. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { LobbyMessageView } from "../../protocol/chat-messages.ts";
import { openLobbyFeed, type LobbyFeed } from "../../sockets/lobby-feed.ts";
import { CommandRefused, refusalOf } from "../../sockets/refusal.ts";
import { followPageClient, pageClient } from "../client.ts";
import { keepFocus } from "./kept-focus.ts";
import { avatar } from "./avatar.ts";
import type { MessageForm } from "./message-form.ts";
import { MessageLog } from "./message-log.ts";
import { followMyFriends } from "../people/my-people.ts";
import { becomePlayer, viewerHere } from "./viewer-here.ts";
import { withLinks } from "./with-links.ts";

/** `<lobby-chat lobby="games:bigger_dice" label="Chat of Bigger Dice">` */
export class LobbyChat extends LitElement {
  static override properties = {
    lobby: {},
    label: {},
    messages: { state: true },
    nextBefore: { state: true },
    isLoading: { state: true },
    blocked: { state: true },
    unfolded: { state: true },
  };
  declare lobby: string;
  declare label: string;
  declare private messages: readonly LobbyMessageView[] | null;
  declare private nextBefore: string | null;
  declare private isLoading: boolean;
  /** Those whose words are folded away (G7). */
  declare private blocked: ReadonlySet<string>;
  /** Messages of theirs that were unfolded. */
  declare private unfolded: ReadonlySet<string>;
  #feed: LobbyFeed | null = null;
  #stop: (() => void) | undefined;
  readonly #log = new MessageLog(this, "[data-chat-list]");

  constructor() {
    super();
    this.lobby = "main";
    this.label = "Chat";
    this.messages = null;
    this.nextBefore = null;
    this.isLoading = false;
    this.blocked = new Set();
    this.unfolded = new Set();
    keepFocus(this, () => this.querySelector<HTMLElement>("[data-chat-list]")?.focus());
  }

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const stopFollowing = followMyFriends(({ blocked }) => {
      this.blocked = new Set(blocked.map(({ userId }) => userId));
    });
    const close = followPageClient((client) => {
      const feed = openLobbyFeed(client, this.lobby, {
        onMessages: (messages, nextBefore) => {
          this.messages = messages;
          this.nextBefore = nextBefore;
          this.#log.begin();
        },
      });
      this.#feed = feed;
      return () => feed.close();
    });
    this.#stop = () => {
      stopFollowing();
      close();
    };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  protected override render(): TemplateResult {
    const { messages } = this;
    return html`
      <div
        class="chat-list"
        tabindex="0"
        role="log"
        aria-live=${this.#log.live}
        aria-label=${this.label}
        data-chat-list
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
        ${messages === null ? html`<div class="muted">Loading what was said…</div>` : nothing}
        ${messages?.length === 0 ? html`<div class="muted">Nobody has said anything yet. Say hello!</div>` : nothing}
        ${repeat(
          messages ?? [],
          ({ position }) => position,
          (message) => (this.#isFolded(message) ? this.#folded(message) : line(message)),
        )}
      </div>
      <message-form
        name="lobby-chat"
        label="Say something to everybody here"
        .draftKey=${`lobby ${this.lobby}`}
        .say=${this.#say}
      ></message-form>
    `;
  }

  readonly #say = async (content: string): Promise<void> => {
    if (viewerHere() === null) await becomePlayer();
    await pageClient().send("chat.command.send_lobby_message", { lobbyId: this.lobby, content });
    this.#log.goToEnd();
  };

  readonly #loadOlder = async (): Promise<void> => {
    const before = this.nextBefore;
    if (before === null || this.isLoading) return;
    this.isLoading = true;
    try {
      await this.#log.insertAbove(async () => {
        const address = `/api/lobbies/${encodeURIComponent(this.lobby)}/messages?before=${encodeURIComponent(before)}`;
        const response = await fetch(address);
        if (!response.ok) throw new Error(String(response.status));
        const page = (await response.json()) as { items: LobbyMessageView[]; nextBefore: string | null };
        this.#feed?.addOlder(page.items, page.nextBefore);
      });
    } catch {
      this.querySelector<MessageForm>("message-form")?.refuse(
        new CommandRefused(refusalOf("UNAVAILABLE", "Older messages could not be loaded: try again.")),
      );
    } finally {
      this.isLoading = false;
    }
  };

  #isFolded({ senderId, messageId }: LobbyMessageView): boolean {
    return this.blocked.has(senderId) && !this.unfolded.has(messageId);
  }

  #folded({ messageId, senderName }: LobbyMessageView): TemplateResult {
    const unfold = () => {
      this.unfolded = new Set([...this.unfolded, messageId]);
    };
    return html`<div class="chat-line muted" data-folded>
      <span>You have blocked <bdi>${senderName}</bdi>.</span>
      <button class="button button-quiet" type="button" @click=${unfold}>Show this message</button>
    </div>`;
  }
}

function line({ senderName, senderId, content, sentAt }: LobbyMessageView): TemplateResult {
  const time = new Date(sentAt);
  const isOwn = senderId === viewerHere();
  return html`<div class="chat-line said" ?data-own=${isOwn}>
    ${avatar(html, senderName)}
    <span class="chat-head">
      <bdi class="chat-name">${senderName}</bdi>
      <time datetime=${sentAt}>${time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}</time>
    </span>
    <bdi class="chat-text">${withLinks(content)}</bdi>
  </div>`;
}
