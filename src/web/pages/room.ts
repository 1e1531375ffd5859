/** /games/{slug}/play/{room}: the game itself for its players, and for everyone else the way in, or why not. */
import type { GameType, RoomLookup } from "../../games/face.ts";
import type { PlayerView, RoomSnapshot } from "../../protocol/index.ts";
import { avatar } from "../elements/avatar.ts";
import { errorPage } from "./error-page.ts";
import { cookieNotice } from "./guest-form.ts";
import { html, nothing, raw, type Html } from "./html.ts";
import { layout } from "./layout.ts";
import { gameName, lobbyPath, roomPath, signInPath, type Page } from "./page.ts";

export interface RoomAnswer {
  readonly status: 200 | 404 | 410;
  readonly body: Html;
}

/** `lookup` is null where the address names no room at all. `watches`: the address asks to watch. */
export function roomPage(
  page: Page,
  gameType: GameType,
  lookup: RoomLookup | null,
  watches = false,
): RoomAnswer {
  const toLobby = { href: lobbyPath(gameType.slug), label: `To the lobby of ${gameType.name}` };
  if (lookup === null) {
    const text =
      "A room's address is long, and a part of this one is missing or changed. Ask for the link again.";
    return notFound(page, "This link is not whole", text, [toLobby]);
  }
  if (lookup.kind === "unknown") {
    const text =
      "There was never a room at this address. Look whether the link is whole, or find a game in the lobby.";
    return notFound(page, "No such room", text, [toLobby]);
  }
  if (lookup.kind === "gone") {
    const text = "Its host closed it before anybody came. There are others.";
    return { status: 410, body: errorPage(page, { title: "This room is gone", text, waysOn: [toLobby] }) };
  }
  const slug = lookup.room.gameType;
  if (slug !== gameType.slug) {
    const name = gameName(page, slug);
    const there = { href: roomPath(slug, lookup.room.roomId), label: `Open it in ${name}` };
    return notFound(page, `This is a room of ${name}`, "It is not at this address, but it exists.", [
      there,
      toLobby,
    ]);
  }
  const body =
    lookup.kind === "archived"
      ? outsidersPage(page, gameType, lookup.room, outcome(lookup.room))
      : openRoom(page, gameType, lookup.room, watches);
  return { status: 200, body };
}

function notFound(
  page: Page,
  title: string,
  text: string,
  waysOn: readonly { readonly href: string; readonly label: string }[],
): RoomAnswer {
  return { status: 404, body: errorPage(page, { title, text, waysOn }) };
}

function openRoom(page: Page, gameType: GameType, room: RoomSnapshot, watches: boolean): Html {
  const isPlayer = room.role === "player";
  if (isPlayer || watches) return tablePage(page, gameType, room, isPlayer);
  switch (room.status) {
    case "waiting":
      return outsidersPage(page, gameType, room, waysIn(page, room));
    case "playing":
      return outsidersPage(page, gameType, room, full(gameType, room));
    case "finished":
      return outsidersPage(page, gameType, room, outcome(room));
  }
}

/** The game itself, for its players and for those who watch. */
function tablePage(page: Page, gameType: GameType, room: RoomSnapshot, isPlayer: boolean): Html {
  const { viewer } = page;
  // The slug comes from the catalogue, whose pattern has nothing that would need escaping.
  const tag = `${gameType.slug.replaceAll("_", "-")}-game`;
  const invites = room.status === "waiting" && room.hostId === viewer?.userId;
  return layout(page, {
    title: `${room.roomName} · ${gameType.name}`,
    scripts: ["play.js"],
    moduleUrls: [`/assets/games/${gameType.slug}/main.js`],
    roomId: room.roomId,
    main: html`<div class="frame" data-play="${room.roomId}">
      <div class="room-title">
        <a href="${lobbyPath(gameType.slug)}">${gameType.name}</a>
        <h1><bdi>${room.roomName}</bdi></h1>
        <sound-switch></sound-switch>
      </div>
      ${
        invites
          ? html`<div class="invite" data-invite>
              <invite-link
                href="${roomPath(gameType.slug, room.roomId)}"
                room-name="${room.roomName}"
              ></invite-link>
            </div>`
          : nothing
      }
      ${raw(`<${tag}`)} room-id="${room.roomId}" user-id="${viewer?.userId ?? ""}"
      user-name="${viewer?.username ?? ""}" ${isPlayer ? nothing : raw("watching")}>
      <p class="muted" data-needs-script>Setting the table…</p>
      <noscript>${withoutScript(gameType, room, isPlayer)}</noscript>
      ${raw(`</${tag}>`)}
    </div>`,
  });
}

/** A game that is over can be read without; one that is on cannot be played or watched. */
function withoutScript({ slug }: GameType, room: RoomSnapshot, isPlayer: boolean): Html {
  if (room.status === "finished") {
    return html`<article class="panel doorstep-card">
      <header class="sky doorstep-sky">${people(room)}</header>
      <div class="stack doorstep-now">${outcome(room)}</div>
    </article>`;
  }
  return html`<p class="notice">
      To ${isPlayer ? "play" : "watch"}, allow JavaScript for this site and load the page again.
    </p>
    <p class="buttons"><a class="button" href="${lobbyPath(slug)}">To the lobby</a></p>`;
}

function outsidersPage(page: Page, gameType: GameType, room: RoomSnapshot, whatNow: Html): Html {
  return layout(page, {
    title: `${room.roomName} · ${gameType.name}`,
    scripts: ["play.js"],
    main: html`<div class="frame section">
      <div
        class="doorstep"
        data-outside="${room.roomId}"
        data-game-type="${gameType.slug}"
        data-status="${room.status}"
      >
        ${cookieNotice()}
        <article class="panel doorstep-card">
          <header class="sky doorstep-sky">
            <p><a href="${lobbyPath(gameType.slug)}">${gameType.name}</a></p>
            <h1><bdi>${room.roomName}</bdi></h1>
            ${people(room)}
          </header>
          <div class="stack doorstep-now" data-what-now>${whatNow}</div>
          <p class="seal">
            <span class="muted">Fair-play seal</span>
            <code data-seal="${room.serverSeedHash}">${room.serverSeedHash}</code>
          </p>
        </article>
      </div>
    </div>`,
  });
}

function people(room: RoomSnapshot): Html {
  const host = room.players.find((player) => player.id === room.hostId);
  const others = room.players.filter((player) => player !== host);
  return html`<ul class="seats" role="list">
    ${host === undefined ? nothing : seat("Host", host, room)}
    ${
      others.length === 0
        ? html`<li class="seat seat-free">
            <span class="seat-face" aria-hidden="true">?</span><span>Free seat</span>
          </li>`
        : others.map((player) => seat("Opponent", player, room))
    }
  </ul>`;
}

/** Who sits there; when it is over, with what came of it. */
function seat(role: string, { id, name, guest }: PlayerView, { result }: RoomSnapshot): Html {
  return html`<li class="seat" ${result?.winner === id ? raw("data-winner") : nothing}>
    ${avatar(html, name)}
    <span>
      <span class="seat-role">${role}</span>
      <bdi class="seat-name">${name}</bdi>
      ${guest ? html`<span class="badge">guest</span>` : nothing}
    </span>
    ${result === null ? nothing : html`<b class="seat-score">${String(result.finalScores[id] ?? 0)}</b>`}
  </li>`;
}

function waysIn(page: Page, room: RoomSnapshot): Html {
  const host = room.players.find((player) => player.id === room.hostId);
  return html`<h2>A seat is free</h2>
    <p>
      ${host === undefined ? "The host" : html`<bdi>${host.name}</bdi>`} waits for an opponent. You can look
      round first: the seat is yours when you press the button.
    </p>
    <div class="buttons" data-needs-script>
      <button class="button button-primary button-large" type="button" data-join>Join this game</button>
    </div>
    ${
      page.viewer === null
        ? html`<p class="muted" data-guest-hint>
            One press, no account: you join as a guest. Or
            <a href="${signInPath(page.address)}">sign in</a> first.
          </p>`
        : nothing
    }
    <div class="refusal" data-refusal hidden></div>
    <p class="muted">
      The seal below fixes the server's share of the luck. Yours is drawn now, in this browser, and sent when
      you join: neither side can choose the outcome.
    </p>
    <noscript>
      <p class="notice">To join, allow JavaScript for this site and load the page again.</p>
    </noscript>`;
}

function full({ slug }: GameType, { roomId }: RoomSnapshot): Html {
  return html`<h2>This room is full</h2>
    <p>All seats are taken and the game is on. You can watch, or find another seat in the lobby.</p>
    <div class="buttons">
      <a class="button button-primary" href="${roomPath(slug, roomId)}?watch">Watch this game</a>
      <a class="button" href="${lobbyPath(slug)}">To the lobby</a>
    </div>`;
}

function outcome(room: RoomSnapshot): Html {
  const { result } = room;
  const record = `/api/games/${room.gameType}/rooms/${room.roomId}/record`;
  return html`<h2>This game is over</h2>
    ${
      result === null
        ? nothing
        : html`<p>
            ${
              result.winnerName === null
                ? "Nobody won."
                : html`<strong><bdi>${result.winnerName}</bdi></strong> won${howItEnded(result.reason)}.`
            }
          </p>`
    }
    <div class="buttons">
      <a class="button button-primary" href="/games/${room.gameType}">Play one yourself</a>
      <a class="button" href="${record}" download>Save the record</a>
    </div>
    <p class="muted">
      The record has everything that is needed to check each roll:
      <code>npm run check-dice -- FILE</code> does it.
    </p>`;
}

function howItEnded(reason: string): string {
  switch (reason) {
    case "left":
      return ": the other player gave up";
    case "forfeit":
      return ": the other player did not come back in time";
    case "idle":
      return ": the other player let the clock run out";
    default:
      return "";
  }
}
