/** A refusal in words, where it happened, with the way on that its `action` names (W6). */
import { errorTable } from "../../protocol/errors.ts";
import type { Refusal } from "../../sockets/types.ts";
import { announce } from "./announce.ts";

/** Fills `box` and says it once. `roomId`: the room that was asked for, where it was one. */
export function showRefusal(box: HTMLElement, refusal: Refusal, context: RefusalContext): void {
  const words = document.createElement("p");
  words.textContent = refusal.message;
  box.replaceChildren(words, ...wayOn(refusal, context));
  box.hidden = false;
  announce(refusal.message);
}

export function hideRefusal(box: HTMLElement): void {
  box.replaceChildren();
  box.hidden = true;
}

export interface RefusalContext {
  readonly slug: string;
  readonly roomId?: string;
}

function wayOn(refusal: Refusal, { slug, roomId }: RefusalContext): readonly HTMLElement[] {
  if (refusal.code === "ALREADY_IN_ROOM" && refusal.roomId !== undefined) {
    return [link(`/games/${slug}/play/${refusal.roomId}`, "Go to your room")];
  }
  switch (refusal.action ?? errorTable[refusal.code].action) {
    case "sign_in":
      return [link(`/login?next=${encodeURIComponent(location.pathname + location.search)}`, "Sign in")];
    case "watch":
      return roomId === undefined ? [] : [link(`/games/${slug}/play/${roomId}?watch`, "Watch the game")];
    case "reload":
    case "resync":
      return [reloadButton()];
    default:
      return [];
  }
}

function link(href: string, label: string): HTMLElement {
  const anchor = document.createElement("a");
  anchor.className = "button";
  anchor.href = href;
  anchor.textContent = label;
  return anchor;
}

export function reloadButton(): HTMLButtonElement {
  const button = document.createElement("button");
  button.className = "button";
  button.type = "button";
  button.textContent = "Reload the page";
  button.addEventListener("click", () => location.reload());
  return button;
}
