/** /friends: find somebody, answer who asks, see who is here, write, part, block. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { ChatEntry } from "../../sockets/chats-feed.ts";
import { CommandRefused } from "../../sockets/refusal.ts";
import type { MyChats, MyFriends } from "./my-people.ts";
import { followMyChats, followMyFriends, friendsChanged } from "./my-people.ts";
import { chatLink } from "./chat-list.ts";
import { askToBeFriends, changePerson, type Friend, type PersonAction } from "./people-api.ts";
import { pageClient } from "../client.ts";
import { announce } from "../elements/announce.ts";
import { avatar } from "../elements/avatar.ts";
import { guardEnter } from "../elements/enter-key.ts";
import { keepFocus } from "../elements/kept-focus.ts";
import { viewerHere } from "../elements/viewer-here.ts";

interface Person {
  readonly userId: string;
  readonly username: string;
}

/** `<friends-list>` */
export class FriendsList extends LitElement {
  static override properties = {
    mine: { state: true },
    chats: { state: true },
    name: { state: true },
    isAsking: { state: true },
    refusal: { state: true },
    sureOf: { state: true },
    busy: { state: true },
  };
  declare private mine: MyFriends | null;
  declare private chats: MyChats | null;
  declare private name: string;
  declare private isAsking: boolean;
  declare private refusal: string;
  /** What was asked about before it is done: `remove 7`. */
  declare private sureOf: string;
  declare private busy: ReadonlySet<string>;
  #stops: readonly (() => void)[] = [];
  /** Where the focus goes once the list is drawn again. */
  #focusNext: string | null = null;

  constructor() {
    super();
    this.mine = null;
    this.chats = null;
    this.name = "";
    this.isAsking = false;
    this.refusal = "";
    this.sureOf = "";
    this.busy = new Set();
    keepFocus(this, () => this.querySelector<HTMLElement>("#friends-heading")?.focus());
  }

  protected override createRenderRoot(): HTMLElement {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    pageClient();
    this.#stops = [
      followMyFriends((mine) => {
        this.mine = mine;
      }),
      followMyChats((chats) => {
        this.chats = chats;
      }),
    ];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#stops) stop();
  }

  protected override updated(): void {
    if (this.#focusNext === null) return;
    this.querySelector<HTMLElement>(this.#focusNext)?.focus();
    this.#focusNext = null;
  }

  protected override render(): TemplateResult {
    const { mine } = this;
    return html`
      <div class="people">
        <div class="stack-loose">
          ${this.#incoming()}
          <section aria-labelledby="friends-heading" class="panel stack">
            <h2 id="friends-heading" tabindex="-1">Your friends</h2>
            ${
              mine === null
                ? html`<p class="muted" role="status">Looking who is here…</p>
                    <div class="ghosts" aria-hidden="true"><i></i><i></i><i></i></div>`
                : mine.friends.length === 0
                  ? html`<div class="empty">
                      <span class="faces" aria-hidden="true"
                        >${["ada", "cleo", "mia"].map((name) => avatar(html, name))}</span
                      >
                      <strong>Nobody yet</strong>
                      <p class="muted">Ask somebody by name: friends can write to each other.</p>
                    </div>`
                  : html`<ul class="person-list" role="list">
                      ${repeat(
                        inOrder(mine.friends),
                        ({ userId }) => userId,
                        (friend) => this.#friend(friend),
                      )}
                    </ul>`
            }
          </section>
          ${this.#otherChats()} ${this.#blocked()}
        </div>
        <div class="stack-loose">${this.#find()} ${this.#outgoing()}</div>
      </div>
    `;
  }

  #find(): TemplateResult {
    return html`<form class="panel stack" @submit=${this.#ask} novalidate>
      <h2>Find somebody</h2>
      <div class="field">
        <label for="friend-name">User name</label>
        <input
          class="input"
          id="friend-name"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          aria-describedby="friend-refusal"
          .value=${this.name}
          @input=${this.#typeName}
          @keydown=${guardEnter}
        />
        <p class="refusal" id="friend-refusal" role="status" ?hidden=${this.refusal === ""}>
          ${this.refusal}
        </p>
      </div>
      <button class="button button-primary" type="submit" aria-disabled=${this.isAsking ? "true" : "false"}>
        Ask to be friends
      </button>
    </form>`;
  }

  #incoming(): TemplateResult | typeof nothing {
    const incoming = this.mine?.requests.incoming ?? [];
    if (incoming.length === 0) return nothing;
    return html`<section aria-labelledby="incoming-heading" class="panel stack">
      <h2 id="incoming-heading">They ask to be your friends</h2>
      <ul class="person-list" role="list">
        ${repeat(
          incoming,
          ({ userId }) => userId,
          (person) =>
            html`<li class="person" data-person=${person.userId}>
              <span class="person-who">
                ${avatar(html, person.username)}<bdi class="person-name">${person.username}</bdi>
              </span>
              <div class="buttons">
                ${this.#button(person, "accept", "Accept", "button-primary")}
                ${this.#button(person, "decline", "Decline")}
              </div>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  #outgoing(): TemplateResult | typeof nothing {
    const outgoing = this.mine?.requests.outgoing ?? [];
    if (outgoing.length === 0) return nothing;
    return html`<section aria-labelledby="outgoing-heading" class="panel stack">
      <h2 id="outgoing-heading">You have asked</h2>
      <ul class="person-list" role="list">
        ${repeat(
          outgoing,
          ({ userId }) => userId,
          (person) =>
            html`<li class="person" data-person=${person.userId}>
              <span class="person-who">
                ${avatar(html, person.username)}<bdi class="person-name">${person.username}</bdi>
              </span>
              <div class="buttons">${this.#button(person, "withdraw", "Withdraw")}</div>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  #friend(friend: Friend): TemplateResult {
    const chat = this.chats?.chats.find(({ userId }) => userId === friend.userId);
    const unread = chat?.unread ?? (this.chats === null ? friend.unread : 0);
    return html`<li class="person" data-person=${friend.userId}>
      <span class="person-who">
        ${avatar(html, friend.username)}<bdi class="person-name">${friend.username}</bdi>
        <span class="person-status" data-status=${friend.status}>${friend.status}</span>
        <span class="chat-preview">${chat === undefined ? "" : preview(chat)}</span>
      </span>
      <div class="buttons">
        <a class="button" href="/chat/${friend.userId}">
          Write<span class="visually-hidden"> to ${friend.username}</span>
          ${unread === 0 ? nothing : html`<span class="count">${unread}<span class="visually-hidden"> unread</span></span>`}
        </a>
        ${this.#sure(friend, "remove", "Remove", `Remove ${friend.username}?`)}
        ${this.#sure(friend, "block", "Block", `Block ${friend.username}?`)}
      </div>
    </li>`;
  }

  /** With those who are no friends, or none any more: what they wrote can be read, or its badge would stay (F10). */
  #otherChats(): TemplateResult | typeof nothing {
    const { mine, chats } = this;
    if (mine === null || chats === null) return nothing;
    const others = chats.chats.filter((chat) => !mine.friends.some(({ userId }) => userId === chat.userId));
    if (others.length === 0) return nothing;
    return html`<section aria-labelledby="other-chats-heading" class="stack">
      <h2 id="other-chats-heading">Other chats</h2>
      <ul class="person-list" role="list">
        ${repeat(
          others,
          ({ userId }) => userId,
          (chat) => html`<li>${chatLink(chat, false)}</li>`,
        )}
      </ul>
    </section>`;
  }

  #blocked(): TemplateResult | typeof nothing {
    const blocked = this.mine?.blocked ?? [];
    if (blocked.length === 0) return nothing;
    return html`<details class="stack" data-blocked>
      <summary>Blocked (${blocked.length})</summary>
      <ul class="person-list" role="list">
        ${repeat(
          blocked,
          ({ userId }) => userId,
          (person) =>
            html`<li class="person" data-person=${person.userId}>
              <span class="person-who">
                ${avatar(html, person.username)}<bdi class="person-name">${person.username}</bdi>
              </span>
              <div class="buttons">${this.#button(person, "unblock", "Unblock")}</div>
            </li>`,
        )}
      </ul>
    </details>`;
  }

  #button(person: Person, action: PersonAction, label: string, look = ""): TemplateResult {
    const key = `${action} ${person.userId}`;
    return html`<button
      class="button ${look}"
      type="button"
      data-do=${action}
      aria-disabled=${this.busy.has(key) ? "true" : "false"}
      @click=${() => void this.#change(person, action)}
    >
      ${label}<span class="visually-hidden"> ${person.username}</span>
    </button>`;
  }

  /** What cannot be taken back by one more press asks first. */
  #sure(person: Person, action: PersonAction, label: string, question: string): TemplateResult {
    const key = `${action} ${person.userId}`;
    if (this.sureOf !== key) {
      return html`<button
        class="button button-quiet"
        type="button"
        data-do="ask-${action}"
        @click=${() => this.#askSure(key, person, action)}
      >
        ${label}<span class="visually-hidden"> ${person.username}</span>
      </button>`;
    }
    return html`<span
      class="sure"
      role="group"
      aria-label=${question}
      @keydown=${(event: KeyboardEvent) => event.key === "Escape" && this.#backOff(person, action)}
    >
      <span>${question}</span>
      ${this.#button(person, action, "Yes")}
      <button class="button" type="button" @click=${() => this.#backOff(person, action)}>No</button>
    </span>`;
  }

  #askSure(key: string, { userId }: Person, action: PersonAction): void {
    this.sureOf = key;
    this.#focusNext = `[data-person="${userId}"] [data-do="${action}"]`;
  }

  #backOff({ userId }: Person, action: PersonAction): void {
    this.sureOf = "";
    this.#focusNext = `[data-person="${userId}"] [data-do="ask-${action}"]`;
  }

  readonly #typeName = (event: Event): void => {
    if (event.target instanceof HTMLInputElement) this.name = event.target.value;
    this.refusal = "";
  };

  readonly #ask = (event: Event): void => {
    event.preventDefault();
    const username = this.name.trim();
    if (this.isAsking) return;
    if (username === "") {
      this.#refuse("Write the name of the one you look for.");
      return;
    }
    this.isAsking = true;
    askToBeFriends(username)
      .then(
        () => {
          this.name = "";
          announce(`${username} has been asked.`);
          friendsChanged();
        },
        (error: unknown) => this.#refuse(sentenceOf(error)),
      )
      .finally(() => {
        this.isAsking = false;
      });
  };

  async #change(person: Person, action: PersonAction): Promise<void> {
    const key = `${action} ${person.userId}`;
    if (this.busy.has(key)) return;
    this.busy = new Set([...this.busy, key]);
    try {
      await changePerson(person.userId, action);
      this.sureOf = "";
      announce(doneInWords[action](person.username));
      // The row is gone with its buttons.
      this.#focusNext = "#friends-heading";
      friendsChanged();
    } catch (error) {
      this.#refuse(sentenceOf(error));
    } finally {
      this.busy = new Set([...this.busy].filter((each) => each !== key));
    }
  }

  #refuse(sentence: string): void {
    this.refusal = sentence;
  }
}

/** What was said last. */
function preview({ lastMessage }: ChatEntry): TemplateResult {
  return html`${lastMessage.senderId === viewerHere() ? "You: " : ""}<bdi>${lastMessage.content}</bdi>`;
}

const doneInWords: Readonly<Record<PersonAction, (name: string) => string>> = {
  accept: (name) => `You and ${name} are friends.`,
  decline: (name) => `You have declined ${name}'s request.`,
  withdraw: (name) => `You ask ${name} no more.`,
  remove: (name) => `${name} is no friend of yours any more.`,
  block: (name) => `You have blocked ${name}.`,
  unblock: (name) => `${name} is blocked no more.`,
};

const order = { online: 0, away: 1, offline: 2 } as const;

function inOrder(friends: readonly Friend[]): readonly Friend[] {
  return friends.toSorted((one, other) => order[one.status] - order[other.status]);
}

function sentenceOf(error: unknown): string {
  return error instanceof CommandRefused ? error.message : "It could not be done: try again.";
}
