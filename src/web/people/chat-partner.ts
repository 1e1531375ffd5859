/** Whom one writes to, with what is known of her: at the head of a private chat. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { avatar } from "../elements/avatar.ts";
import { followMyFriends } from "./my-people.ts";
import type { Friend } from "./people-api.ts";

/** `<chat-partner other="7" name="jane" guest>`: the picture, and for a friend, whether she is here. */
export class ChatPartner extends LitElement {
  static override properties = {
    other: {},
    name: {},
    guest: { type: Boolean },
    status: { state: true },
    isBlocked: { state: true },
  };
  declare other: string;
  declare name: string;
  declare guest: boolean;
  /** null: no friend, or not known yet. */
  declare private status: Friend["status"] | null;
  declare private isBlocked: boolean;
  #stop: (() => void) | undefined;

  constructor() {
    super();
    this.other = "";
    this.name = "";
    this.guest = false;
    this.status = null;
    this.isBlocked = false;
  }

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = followMyFriends(({ friends, blocked }) => {
      this.isBlocked = blocked.some(({ userId }) => userId === this.other);
      this.status = friends.find(({ userId }) => userId === this.other)?.status ?? null;
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  protected override render(): TemplateResult {
    const { status } = this;
    return html`${avatar(html, this.name)}
      <div>
        <h1 id="chat-with">
          <bdi>${this.name}</bdi>${this.guest ? html` <span class="badge">guest</span>` : nothing}
        </h1>
        ${this.isBlocked ? html`<p class="muted">You have blocked them. <a href="/friends">Unblock</a></p>` : nothing}
        ${status === null ? nothing : html`<p class="person-status" data-status=${status}>${status}</p>`}
      </div>`;
  }
}
