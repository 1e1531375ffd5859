/** The chats of a person beside the open one. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { ChatEntry } from "../../sockets/chats-feed.ts";
import { avatar } from "../elements/avatar.ts";
import { viewerHere } from "../elements/viewer-here.ts";
import { followMyChats } from "./my-people.ts";

/** `<chat-list open="7">` */
export class ChatList extends LitElement {
  static override properties = { open: {}, chats: { state: true } };
  declare open: string;
  declare private chats: readonly ChatEntry[] | null;
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.open = "";
    this.chats = null;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = followMyChats(({ chats }) => {
      this.chats = chats;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  protected override render(): TemplateResult {
    if (this.chats?.length === 0) return html`<p class="muted">No chats yet.</p>`;
    return html`<ul class="person-list" role="list">
      ${repeat(
        this.chats ?? [],
        ({ userId }) => userId,
        (chat) => html`<li>${chatLink(chat, chat.userId === this.open)}</li>`,
      )}
    </ul>`;
  }
}

/** The way into a chat, with what was said last. */
export function chatLink(
  { userId, username, unread, lastMessage }: ChatEntry,
  isOpen: boolean,
): TemplateResult {
  const whose = lastMessage.senderId === viewerHere() ? "You: " : "";
  return html`<a class="chat-link" href="/chat/${userId}" aria-current=${isOpen ? "page" : nothing}>
    ${avatar(html, username)}<bdi class="person-name">${username}</bdi>
    ${unread === 0 ? nothing : html`<span class="count">${unread}<span class="visually-hidden"> unread</span></span>`}
    <span class="chat-preview">${whose}<bdi>${lastMessage.content}</bdi></span>
  </a>`;
}
