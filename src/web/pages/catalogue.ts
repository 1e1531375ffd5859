/** /games: the games there are, and whether somebody waits. */
import type { GameType } from "../../games/face.ts";
import { chatSection } from "./chat-section.ts";
import { guestForm } from "./guest-form.ts";
import { html, nothing, type Html } from "./html.ts";
import { layout } from "./layout.ts";
import { lobbyPath, pictureOf, signInPath, type Page } from "./page.ts";

/** `waiting`: how many rooms wait for an opponent, by slug. */
export function cataloguePage(page: Page, waiting: ReadonlyMap<string, number>): Html {
  return layout(page, {
    title: "Games",
    scripts: ["games.js"],
    main: html`<div class="sky">
        <div class="frame hero">
          <div class="hero-text">
            <h1>Pull up a chair</h1>
            <p class="lede">
              Quick games for two, live: with a friend by a link, or with whoever is up. No account needed,
              and every roll of the dice can be checked.
            </p>
            ${page.viewer === null ? welcome(page) : nothing}
          </div>
          <img
            class="hero-dice"
            src="${page.assets.url("images/dice.svg")}"
            alt=""
            width="400"
            height="280"
          />
        </div>
      </div>
      <div class="frame section front">
        <section aria-labelledby="games-heading">
          <div class="section-head">
            <h2 id="games-heading">${page.gameTypes.length === 1 ? "On the table" : "Choose a game"}</h2>
          </div>
          ${
            page.gameTypes.length === 0
              ? html`<div class="empty">
                  <img src="${page.assets.url("images/sunset.svg")}" alt="" width="160" height="100" />
                  <strong>No game is open right now</strong>
                  <p class="muted">Whoever runs this place has closed all of them. Come back later.</p>
                </div>`
              : html`<div class="cards">
                  ${page.gameTypes.map((gameType) => card(page, gameType, waiting.get(gameType.slug) ?? 0))}
                </div>`
          }
        </section>
        ${chatSection("main", "Chat for everybody")}
      </div>`,
  });
}

function welcome(page: Page): Html {
  return html`<div class="buttons">
    ${guestForm(firstLobby(page), "primary")}
    <a class="button" href="${signInPath(page.address)}">Sign in</a>
  </div>`;
}

/** Where there is one game, a guest is a press away from it; else she chooses. */
function firstLobby({ gameTypes, address }: Page): string {
  const [only, ...others] = gameTypes;
  return only !== undefined && others.length === 0 ? lobbyPath(only.slug) : address;
}

function card(page: Page, gameType: GameType, waiting: number): Html {
  return html`<article class="card">
    <img class="card-picture" src="${pictureOf(page, gameType)}" alt="" width="640" height="400" />
    <div class="card-text">
      <h3><a href="${lobbyPath(gameType.slug)}">${gameType.name}</a></h3>
      <p class="muted">${gameType.description}</p>
      <div class="card-foot">
        <span class="button button-primary" aria-hidden="true">Play</span>
        ${
          waiting === 0
            ? html`<p class="muted">${seats(gameType)}</p>`
            : html`<p class="waiting-now">
                ${waiting === 1 ? "1 room waits for you" : `${waiting} rooms wait for you`}
              </p>`
        }
      </div>
    </div>
  </article>`;
}

export function seats({ minPlayers, maxPlayers }: GameType): string {
  return minPlayers === maxPlayers ? `${minPlayers} players` : `${minPlayers} to ${maxPlayers} players`;
}
