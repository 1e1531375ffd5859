/** /friends and /chat/{userId}. */
import type { Person } from "../../accounts/index.ts";
import { errorPage } from "./error-page.ts";
import { html, nothing, raw, type Html } from "./html.ts";
import { layout } from "./layout.ts";
import { signInPath, type Page } from "./page.ts";

export function friendsPage(page: Page): Html {
  return layout(page, {
    title: "Friends",
    scripts: ["people.js"],
    main: html`<div class="frame section stack-loose">
      <h1>Friends</h1>
      ${
        page.viewer?.guest === true
          ? html`<div class="panel stack">
                <p>Guests have no list of friends, since a guest's name is gone at the end of the day.</p>
                <p><a class="button button-primary" href="/register?next=/friends">Make an account</a></p>
              </div>
              <chat-list></chat-list>`
          : html`<friends-list
              ><noscript
                ><p class="notice">Your friends need JavaScript: allow it for this site.</p></noscript
              >
            </friends-list>`
      }
    </div>`,
  });
}

export function chatPage(page: Page, other: Person): Html {
  const isGuest = page.viewer?.guest === true;
  return layout(page, {
    title: `Chat with ${other.username}`,
    scripts: ["people.js"],
    main: html`<div class="frame chat-frame">
      <div class="panel chat-page">
        <aside class="chat-aside" aria-labelledby="chats-heading">
          <h2 id="chats-heading">Chats</h2>
          <chat-list open="${other.userId}"></chat-list>
        </aside>
        <section class="chat-main" aria-labelledby="chat-with">
          <div class="chat-bar">
            ${isGuest ? nothing : html`<a class="way-back" href="/friends"><span class="visually-hidden">Friends</span></a>`}
            <chat-partner
              other="${other.userId}"
              name="${other.username}"
              ${other.guest ? raw("guest") : nothing}
            >
              <span></span>
              <div>
                <h1 id="chat-with">
                  <bdi>${other.username}</bdi
                  >${other.guest ? html` <span class="badge">guest</span>` : nothing}
                </h1>
              </div>
            </chat-partner>
          </div>
          <private-chat other="${other.userId}" name="${other.username}"
            ><noscript><p class="notice">Chats need JavaScript: allow it for this site.</p></noscript>
          </private-chat>
        </section>
      </div>
    </div>`,
  });
}

export function signInFirstPage(page: Page): Html {
  return errorPage(page, {
    title: "Sign in to see your friends",
    text: "Friends and private chats belong to an account.",
    waysOn: [
      { href: signInPath(page.address), label: "Sign in" },
      { href: `/register?next=${encodeURIComponent(page.address)}`, label: "Make an account" },
    ],
  });
}

export function noSuchPersonPage(page: Page): Html {
  return errorPage(page, {
    title: "There is nobody of that number here",
    text: "The link may be old. Find people by their name.",
    waysOn: [{ href: "/friends", label: "Your friends" }],
  });
}

export function tooManyPeoplePage(page: Page): Html {
  return errorPage(page, {
    title: "That is a lot of people at once",
    text: "Wait a moment before you open the next chat.",
    waysOn: [{ href: "/friends", label: "Your friends" }],
  });
}

export function oneselfPage(page: Page): Html {
  return errorPage(page, {
    title: "That would be you",
    text: "Choose somebody else to write to.",
    waysOn: [{ href: "/friends", label: "Your friends" }],
  });
}
