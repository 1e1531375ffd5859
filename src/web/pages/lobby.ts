/** /games/{slug}: who waits, and three ways to a game. */
import type { GameType } from "../../games/face.ts";
import { roomNameLimits, type RoomListing } from "../../protocol/index.ts";
import { chatSection } from "./chat-section.ts";
import { noOneWaiting } from "../elements/empty-rooms.ts";
import { inOrder, roomRow } from "../elements/room-row.ts";
import { seats } from "./catalogue.ts";
import { cookieNotice } from "./guest-form.ts";
import { html, nothing, type Html } from "./html.ts";
import { layout } from "./layout.ts";
import { pictureOf, signInPath, type Page } from "./page.ts";

/** `draft`: a room's name that was sent before the scripts were there; it is not lost. */
export function lobbyPage(
  page: Page,
  gameType: GameType,
  rooms: readonly RoomListing[],
  draft: string,
): Html {
  return layout(page, {
    title: gameType.name,
    scripts: ["lobby.js"],
    main: html`<div data-lobby="${gameType.slug}">
      <div class="sky">
        <div class="frame hero">
          <div class="hero-text">
            <h1>${gameType.name}</h1>
            <p class="lede">${gameType.description} ${seats(gameType)}.</p>
            ${quickPlay(page)}
          </div>
          <img class="hero-card" src="${pictureOf(page, gameType)}" alt="" width="640" height="400" />
        </div>
      </div>
      <div class="frame section stack-loose">
        ${cookieNotice()}
        <noscript>
          <p class="notice">
            You can read the list without JavaScript. To play, allow it for this site and load the page again.
          </p>
        </noscript>
        <div class="lobby">
          ${roomsSection(page, gameType, rooms)}
          <div class="lobby-aside">
            <div class="panel stack" data-needs-script>
              ${createForm(draft)}
              <p class="or">or</p>
              ${joinForm()}
            </div>
            ${chatSection(`games:${gameType.slug}`, `Chat of ${gameType.name}`)}
          </div>
        </div>
      </div>
    </div>`,
  });
}

function quickPlay(page: Page): Html {
  return html`<div class="quick-play" data-quick-play data-needs-script>
    <button class="button button-primary button-large" type="button">Quick play</button>
    ${
      page.viewer === null
        ? html`<p data-guest-hint>
            One press, no account: you play as a guest. Or
            <a href="${signInPath(page.address)}">sign in</a> first.
          </p>`
        : html`<p>Sits you down with whoever has waited longest, or opens a room for you.</p>`
    }
    <div class="refusal" data-refusal hidden></div>
  </div>`;
}

function roomsSection(page: Page, gameType: GameType, rooms: readonly RoomListing[]): Html {
  const ownRoomIds = new Set<string>(page.openRooms.map((room) => room.roomId));
  const sunset = page.assets.url("images/sunset.svg");
  const listed = inOrder(rooms);
  return html`<section aria-labelledby="rooms-heading">
    <div class="section-head">
      <h2 id="rooms-heading">Rooms</h2>
    </div>
    <room-list
      game-type="${gameType.slug}"
      rooms="${JSON.stringify(rooms)}"
      own-rooms="${[...ownRoomIds].join(" ")}"
      picture="${sunset}"
    >
      <div class="rooms">
        ${listed.some((room) => room.status === "waiting") ? nothing : noOneWaiting(html, sunset)}
        ${
          listed.length === 0
            ? nothing
            : html`<ul class="rooms" role="list">
                ${listed.map((room) => roomRow(html, room, { now: page.now, ownRoomIds }))}
              </ul>`
        }
      </div>
    </room-list>
  </section>`;
}

function createForm(draft: string): Html {
  const { maxGraphemes } = roomNameLimits;
  return html`<form class="stack" data-create-room novalidate>
    <h2>Open a room</h2>
    <div class="field">
      <label for="new-room-name">Name of the room</label>
      <div class="field-row">
        <input
          class="input"
          id="new-room-name"
          name="roomName"
          value="${draft}"
          autocomplete="off"
          placeholder="Lunch break dice"
          aria-describedby="new-room-notes new-room-refusal"
        />
        <button class="button button-primary" type="submit">Open the room</button>
      </div>
      <div class="field-notes">
        <span id="new-room-notes">Shown to everyone here.</span>
        <output for="new-room-name" aria-live="off" data-count>0 / ${maxGraphemes}</output>
      </div>
      <div class="refusal" id="new-room-refusal" data-refusal hidden></div>
    </div>
  </form>`;
}

function joinForm(): Html {
  return html`<form class="stack" data-join-by-name novalidate>
    <div class="field">
      <label for="join-room-name">Join a friend's room by its name</label>
      <div class="field-row">
        <input
          class="input"
          id="join-room-name"
          name="friendsRoom"
          autocomplete="off"
          aria-describedby="join-room-refusal"
        />
        <button class="button" type="submit">Join</button>
      </div>
      <div class="refusal" id="join-room-refusal" data-refusal hidden></div>
    </div>
  </form>`;
}
