/** What was begun and not sent: it outlives a reload of this tab (F16), and nobody else who signs in here sees it (F40). */
import { viewerHere } from "./viewer-here.ts";

const nobody = "";

/** @param key of the place where it is written; "": nothing is kept */
export function keptDraft(key: string): string {
  try {
    return key === "" ? "" : (sessionStorage.getItem(nameOf(key, viewerHere() ?? nobody)) ?? "");
  } catch {
    return "";
  }
}

export function keepDraft(key: string, draft: string): void {
  if (key === "") return;
  const viewer = viewerHere() ?? nobody;
  try {
    // Who became a guest by sending it began it as nobody.
    sessionStorage.removeItem(nameOf(key, nobody));
    if (draft === "") sessionStorage.removeItem(nameOf(key, viewer));
    else sessionStorage.setItem(nameOf(key, viewer), draft);
  } catch {
    // A browser that keeps nothing: the draft lives as long as the page.
  }
}

function nameOf(key: string, viewer: string): string {
  return `draft ${viewer} ${key}`;
}
