/** Who this page was made for, and how somebody without a session becomes a guest without leaving it. */
import { html, render } from "lit";
import type { UserId } from "../../protocol/ids.ts";
import { CommandRefused, readRefusal, refusalOf } from "../../sockets/refusal.ts";
import type { SignedInUser } from "../../sockets/types.ts";
import { renewPageClient } from "../client.ts";
import { accountMenu } from "./account-menu.ts";

/** The user id that the page was made for; null for visitors. */
export function viewerHere(): string | null {
  const { userId } = document.body.dataset;
  return userId === undefined || userId === "" ? null : userId;
}

const noCookies =
  "This browser keeps no cookies, so you cannot sit down: allow them for this site, then reload.";

/** Makes a guest session where there is none. Rejects with a `CommandRefused`. */
export async function becomePlayer(): Promise<void> {
  if (viewerHere() !== null) return;
  if (!navigator.cookieEnabled) throw new CommandRefused(refusalOf("AUTH_REQUIRED", noCookies));
  const guest = await postGuest();
  document.body.dataset["userId"] = guest.userId;
  document.body.dataset["userName"] = guest.username;
  document.body.dataset["guest"] = "yes";
  showInHeader(guest.username);
  for (const hint of document.querySelectorAll("[data-guest-hint]")) hint.remove();
  renewPageClient();
}

async function postGuest(): Promise<{ readonly userId: string; readonly username: string }> {
  const response = await fetch("/api/guest", { method: "POST", credentials: "same-origin" }).catch(
    () => null,
  );
  const body: unknown = await response?.json().catch(() => null);
  const fields = isRecord(body) ? body : {};
  if (response === null || !response.ok) {
    const { detail: message = "The server cannot be reached: check the network, then try again." } = fields;
    throw new CommandRefused(readRefusal({ code: "UNAVAILABLE", ...fields, message }));
  }
  return { userId: String(fields["userId"]), username: String(fields["username"]) };
}

/** Who the session cookie says is here now; null for nobody, undefined where the server cannot be asked. */
export async function whoIsSignedIn(): Promise<SignedInUser | null | undefined> {
  const response = await fetch("/api/me", { cache: "no-store", credentials: "same-origin" }).catch(
    () => null,
  );
  if (response?.status === 401) return null;
  const body: unknown = response?.ok === true ? await response.json().catch(() => null) : null;
  if (!isRecord(body) || !Array.isArray(body["roles"])) return undefined;
  // What /api/me answers: {userId, username, roles}.
  return {
    userId: body["userId"] as UserId,
    username: String(body["username"]),
    roles: body["roles"].map(String),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function showInHeader(username: string): void {
  const place = document.querySelector<HTMLElement>("[data-account]");
  if (place === null) return;
  place.replaceChildren();
  render(accountMenu(html, { username, guest: true, next: location.pathname + location.search }), place);
}
