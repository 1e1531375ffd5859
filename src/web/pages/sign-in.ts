/** /login and /register. A refused form comes back with what was written, never with the password. */
import type { Rejection } from "../../protocol/index.ts";
import { messageOf } from "../../protocol/index.ts";
import { cookieNotice, guestForm } from "./guest-form.ts";
import { html, nothing, raw, type Html } from "./html.ts";
import { layout } from "./layout.ts";
import type { Page } from "./page.ts";

export interface SignInState {
  readonly next: string;
  readonly username: string;
  readonly rejection: Rejection | null;
  /** The page before this one lost its session: it was ended somewhere else. */
  readonly isSignedOut?: boolean;
}

export function loginPage(page: Page, state: SignInState): Html {
  const withAccount = html`<form
    class="stack"
    method="post"
    action="/login"
    data-cookies-needed
    data-guarded-form
  >
    ${credentials(state, "current-password")}
    <button class="button button-primary" type="submit">Sign in</button>
  </form>`;
  const isSignedOut = state.isSignedOut === true && page.viewer === null;
  return layout(page, {
    title: isSignedOut ? "You are signed out" : "Sign in",
    main: gate(
      page.viewer === null && !isSignedOut
        ? html`<section class="stack" aria-labelledby="guest-heading">
            <h2 id="guest-heading">No account needed</h2>
            <p>Play right away under a name that we make up for you.</p>
            ${guestForm(state.next, "primary")}
          </section>`
        : html`<p class="gate-word">Your seat is still warm.</p>`,
      html`<h1>${isSignedOut ? "You are signed out" : "Sign in"}</h1>
        ${isSignedOut ? html`<p>${howToGoOn(state.next)}</p>` : nothing} ${alreadySignedIn(page, state.next)}
        ${cookieNotice()} ${withAccount}
        <p>
          New here?
          <a href="/register?next=${encodeURIComponent(state.next)}">Make an account</a>: a name and a
          password are all it takes.
        </p>`,
    ),
  });
}

export function registerPage(page: Page, state: SignInState): Html {
  return layout(page, {
    title: "Make an account",
    main: gate(
      html`<p class="gate-word">Your name stays yours.</p>
        <ul class="gate-list">
          <li>On every device</li>
          <li>Friends and private chats</li>
          <li>No e-mail address, no questions</li>
        </ul>`,
      html`<h1>Make an account</h1>
        ${page.viewer?.guest === true ? nothing : alreadySignedIn(page, state.next)} ${cookieNotice()}
        <form class="stack" method="post" action="/register" data-cookies-needed data-guarded-form>
          ${credentials(state, "new-password")}
          <button class="button button-primary" type="submit">Make the account</button>
        </form>
        <p>You have one already? <a href="/login?next=${encodeURIComponent(state.next)}">Sign in</a>.</p>`,
    ),
  });
}

/** Two leaves of one gate: the sky, and the form. */
function gate(sky: Html, form: Html): Html {
  return html`<div class="frame section">
    <div class="gate">
      <div class="gate-form stack">${form}</div>
      <div class="gate-sky sky">${sky}</div>
    </div>
  </div>`;
}

function howToGoOn(next: string): string {
  return next.includes("/play/")
    ? "You signed out in another tab or window. A game that is on waits for you for a few minutes: sign in under the same name to go on."
    : "You signed out in another tab or window. Sign in to go on where you were.";
}

function alreadySignedIn({ viewer }: Page, next: string): Html | string {
  if (viewer === null) return nothing;
  return html`<div class="notice">
    <p>
      You are ${viewer.guest ? "playing as the guest" : "signed in as"}
      <strong><bdi>${viewer.username}</bdi></strong
      >.
    </p>
    <a href="${next}">Go on as ${viewer.guest ? "this guest" : "you are"}</a>
  </div>`;
}

function credentials(state: SignInState, password: "current-password" | "new-password"): Html {
  const { next, username, rejection } = state;
  const isNew = password === "new-password";
  // A pair that does not fit is typed again from the password on, which is not sent back.
  const wrong = (field: string) => rejection !== null && (rejection.field ?? "password") === field;
  const focus = (field: string) => (wrong(field) ? raw("autofocus") : nothing);
  return html`<input type="hidden" name="next" value="${next}" />
    ${
      rejection === null
        ? nothing
        : html`<div class="refusal" role="alert" id="refusal"><p>${messageOf(rejection)}</p></div>`
    }
    <div class="field">
      <label for="username">Name</label>
      <input
        class="input"
        id="username"
        name="username"
        value="${username}"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        required
        ${focus("username")}
        aria-invalid="${wrong("username")}"
        aria-describedby="${isNew ? "username-notes " : ""}${rejection === null ? "" : "refusal"}"
      />
      ${
        isNew
          ? html`<p class="field-notes" id="username-notes">3 to 24 letters or digits, “_” and “-” too.</p>`
          : nothing
      }
    </div>
    <div class="field">
      <label for="password">Password</label>
      <input
        class="input"
        id="password"
        name="password"
        type="password"
        autocomplete="${password}"
        required
        ${focus("password")}
        aria-invalid="${wrong("password")}"
        aria-describedby="${isNew ? "password-notes " : ""}${rejection === null ? "" : "refusal"}"
      />
      ${isNew ? html`<p class="field-notes" id="password-notes">At least 8 characters. A long one is better than a complicated one.</p>` : nothing}
    </div>`;
}
