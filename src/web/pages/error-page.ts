/** Where a link ends nowhere: words, and a way on (F33). */
import { html, nothing, type Html } from "./html.ts";
import { layout } from "./layout.ts";
import type { Page } from "./page.ts";

export interface WayOn {
  readonly href: string;
  readonly label: Html | string;
}

export interface ErrorPageOptions {
  readonly title: string;
  readonly text: Html | string;
  /** The first is the likeliest. */
  readonly waysOn: readonly WayOn[];
}

export function errorPage(page: Page, { title, text, waysOn }: ErrorPageOptions): Html {
  return layout(page, {
    title,
    main: html`<div class="sky error-sky">
      <div class="frame error-page">
        <h1>${title}</h1>
        <p class="lede">${text}</p>
        ${
          waysOn.length === 0
            ? nothing
            : html`<p class="buttons">
                ${waysOn.map(
                  ({ href, label }, index) =>
                    html`<a class="button ${index === 0 ? "button-primary" : ""}" href="${href}"
                      >${label}</a
                    >`,
                )}
              </p>`
        }
      </div>
    </div>`,
  });
}

export function notFoundPage(page: Page): Html {
  return errorPage(page, {
    title: "There is nothing at this address",
    text: "The link may be old, or a letter of it got lost on the way.",
    waysOn: [{ href: "/games", label: "See all games" }],
  });
}

export function brokenPage(page: Page): Html {
  return errorPage(page, {
    title: "Something went wrong here",
    text: "It is our fault, not yours, and nothing was changed. Try once more; if it stays so, come back a little later.",
    waysOn: [
      { href: page.address, label: "Try again" },
      { href: "/games", label: "See all games" },
    ],
  });
}

export function awayPage(page: Page): Html {
  return errorPage(page, {
    title: "One moment",
    text: "A part of this place is away just now. Games and messages are safe: try again in a few seconds.",
    waysOn: [{ href: page.address, label: "Try again" }],
  });
}
