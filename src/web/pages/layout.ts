/** The frame of every page: header, notices, main, footer. No script and no style stands in the page itself. */
import { accountMenu } from "../elements/account-menu.ts";
import { roomBar } from "../elements/room-bar.ts";
import { html, nothing, type Html } from "./html.ts";
import { gameName, signInPath, type Page } from "./page.ts";

export interface LayoutOptions {
  readonly title: string;
  readonly main: Html;
  /** Names of bundled scripts (`lobby.js`) beside the one that all pages have. */
  readonly scripts?: readonly string[];
  /** Addresses of scripts that have a stable one. */
  readonly moduleUrls?: readonly string[];
  /** The room that the page itself shows: no way back to it is needed. */
  readonly roomId?: string;
}

export function layout(page: Page, options: LayoutOptions): Html {
  const { assets, viewer } = page;
  const { title, main, scripts = [], moduleUrls = [], roomId = "" } = options;
  const modules = [...["site.js", ...scripts].map((name) => assets.url(name)), ...moduleUrls];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Blazing Sun</title>
        <meta name="description" content="Turn-based games, live, with a friend or with whoever is there." />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="${assets.url("images/logo.svg")}" type="image/svg+xml" />
        <script src="${assets.url("theme.js")}"></script>
        <link rel="stylesheet" href="${assets.url("styles.css")}" />
        ${modules.map((url) => html`<script type="module" src="${url}"></script>`)}
      </head>
      <body
        data-user-id="${viewer?.userId ?? ""}"
        data-user-name="${viewer?.username ?? ""}"
        data-guest="${viewer?.guest === true ? "yes" : "no"}"
      >
        <a class="skip-link" href="#main">Skip to the content</a>
        ${header(page)}
        <div class="bar connection" role="region" aria-label="Connection" data-connection hidden></div>
        <div class="bar" role="region" aria-label="Who is signed in" data-identity hidden></div>
        ${openRooms(page, roomId)}
        <main id="main" tabindex="-1">${main}</main>
        <footer class="site-footer">
          <div class="frame">
            <p>Blazing Sun · no adverts, no tracking, fair dice that anyone can check.</p>
          </div>
        </footer>
        <div class="visually-hidden" role="status" aria-atomic="false" data-announcements></div>
      </body>
    </html>`;
}

function header(page: Page): Html {
  const inGames = page.address === "/games" || page.address.startsWith("/games/");
  return html`<header class="site-header">
    <div class="frame">
      <a class="brand" href="/games">
        <img src="${page.assets.url("images/logo.svg")}" alt="" width="36" height="36" />
        <span>Blazing Sun</span>
      </a>
      <nav class="site-nav" aria-label="Site">
        ${
          inGames
            ? html`<a href="/games" aria-current="${page.address === "/games" ? "page" : "true"}">Games</a>`
            : html`<a href="/games">Games</a>`
        }
        ${page.viewer === null ? nothing : peopleLink(page, page.viewer.guest)}
      </nav>
      <button class="theme-toggle" type="button" data-theme-toggle hidden></button>
      <div data-account>
        ${
          page.viewer === null
            ? html`<a class="button" href="${signInPath(comeBackTo(page))}">Sign in</a>`
            : accountMenu(html, { ...page.viewer, next: comeBackTo(page) })
        }
      </div>
    </div>
  </header>`;
}

/** A guest has no friends, and sees the link only where somebody has written to her. */
function peopleLink({ address }: Page, isGuest: boolean): Html {
  const count = html`<span class="count" data-people-count hidden></span>`;
  if (isGuest) return html`<a href="/friends" data-people hidden>Messages ${count}</a>`;
  const isHere = /^\/(friends|chat\/)/.test(address);
  return isHere
    ? html`<a href="/friends" data-people aria-current="${address === "/friends" ? "page" : "true"}"
        >Friends ${count}</a
      >`
    : html`<a href="/friends" data-people>Friends ${count}</a>`;
}

/** After signing in, nobody wants to see the sign-in page again. */
function comeBackTo({ address }: Page): string {
  return /^\/(login|register|guest|logout)\b/.test(address) ? "/games" : address;
}

/** F13: whoever is in a room sees a link to it, and can leave it. */
function openRooms(page: Page, exceptRoomId: string): Html | string {
  if (page.viewer === null) return nothing;
  const rooms = page.openRooms.map(({ roomId, roomName, gameType, status }) => {
    return { roomId, roomName, gameType, gameName: gameName(page, gameType), status };
  });
  const gameNames = Object.fromEntries(page.gameTypes.map(({ slug, name }) => [slug, name]));
  const state = { live: false, asking: false, refusal: "" };
  return html`<open-rooms
    rooms="${JSON.stringify(rooms)}"
    game-names="${JSON.stringify(gameNames)}"
    except="${exceptRoomId}"
    >${rooms.filter(({ roomId }) => roomId !== exceptRoomId).map((room) => roomBar(html, room, state))}</open-rooms
  >`;
}
