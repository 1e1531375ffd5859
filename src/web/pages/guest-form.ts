/** "Play as a guest": one press, without JavaScript too. */
import { html, type Html } from "./html.ts";

export function guestForm(next: string, look: "primary" | "plain" = "plain"): Html {
  return html`<form method="post" action="/guest" data-cookies-needed>
    <input type="hidden" name="next" value="${next}" />
    <button class="button ${look === "primary" ? "button-primary" : ""}" type="submit">
      Play as a guest
    </button>
  </form>`;
}

/** F32: says so before the form is filled in. */
export function cookieNotice(): Html {
  return html`<div class="notice" data-cookie-notice hidden>
    <p>
      This browser does not keep cookies, so it cannot stay signed in. Allow cookies for this site, then load
      the page again. You can look round and watch without.
    </p>
  </div>`;
}
