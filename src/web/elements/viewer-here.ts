/** Who this page was made for, and how somebody without a session becomes a guest without leaving it. */
import { CommandRefused, readRefusal } from "../../sockets/refusal.ts";
import { renewPageClient } from "../client.ts";

/** The user id that the page was made for; null for visitors. */
export function viewerHere(): string | null {
  const { userId } = document.body.dataset;
  return userId === undefined || userId === "" ? null : userId;
}

/** Makes a guest session where there is none. Rejects with a `CommandRefused`. */
export async function becomePlayer(): Promise<void> {
  if (viewerHere() !== null) return;
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** The server draws the whole menu with the next page. */
function showInHeader(username: string): void {
  const name = document.createElement("bdi");
  name.textContent = username;
  const badge = document.createElement("span");
  badge.className = "badge";
  badge.textContent = "guest";
  document.querySelector("[data-account]")?.replaceChildren(name, " ", badge);
}
