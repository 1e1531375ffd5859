/** Who I am, and the way out: in one template for the server and the browser (see room-row.ts). */
import { avatar } from "./avatar.ts";
import type { TemplateTag } from "./template-tag.ts";

export interface ShownAccount {
  readonly username: string;
  readonly guest: boolean;
  /** Where signing out leads to. */
  readonly next: string;
}

export function accountMenu(html: TemplateTag, { username, guest, next }: ShownAccount): unknown {
  return html`<details class="account">
    <summary>
      <span class="visually-hidden">Your account:</span>
      ${avatar(html, username)}<bdi>${username}</bdi>
      ${guest ? html`<span class="badge">guest</span>` : ""}
    </summary>
    <div class="account-panel">
      <p>
        ${guest ? "You play as a guest," : "Signed in as"}
        <strong><bdi>${username}</bdi></strong
        >.
      </p>
      ${
        guest
          ? html`<p class="muted">A guest's name lasts until you sign out on this device.</p>
              <a class="button" href="/register">Make an account</a>`
          : ""
      }
      <form method="post" action="/logout">
        <input type="hidden" name="next" value="${next}" />
        <button class="button" type="submit">Sign out</button>
      </form>
    </div>
  </details>`;
}

/** Closes like a menu: by a press elsewhere, by Escape. */
export function enhanceAccountMenus(): void {
  const open = () => document.querySelector<HTMLDetailsElement>("details.account[open]");
  document.addEventListener("click", (event) => {
    const menu = open();
    if (menu !== null && event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = open();
    if (menu === null || event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}
