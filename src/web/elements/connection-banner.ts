/** How the live connection stands, in a quiet bar under the header: nothing while it works (F34). */
import type { AnyEventFrame, ConnectionState, SignedInUser } from "../../sockets/types.ts";
import { followPageClient } from "../client.ts";
import { announce } from "./announce.ts";
import { reloadButton } from "./refusal-box.ts";
import { viewerHere, whoIsSignedIn } from "./viewer-here.ts";

/** A connection that is back sooner than this was not missed. */
const quietMs = 1_000;
/** Long enough to be read. */
const warningMs = 4_000;
/** How long signing in takes, from the end of the old session to the browser's having the new one. */
const signingInMs = 1_000;
const tooFast = "That was too fast. It is sent again by itself in a moment.";

export function watchConnection(bar: HTMLElement, identityBar: HTMLElement): void {
  let leaving = false;
  let wasLive = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Signing out ends the socket before the next page is there.
  document.addEventListener("submit", (event) => (leaving = !event.defaultPrevented));
  window.addEventListener("pageshow", () => (leaving = false));

  function show(words: string): void {
    if (leaving) return;
    if (bar.textContent === words) return;
    bar.replaceChildren(framed(words));
    bar.hidden = false;
    announce(words);
  }

  function hide(): void {
    bar.hidden = true;
    bar.replaceChildren();
  }

  /** The library waits and sends again; the person should know why nothing happens (plan §7.4). */
  function warn(event: AnyEventFrame): void {
    if (event.type !== "system.error" || event["code"] !== "RATE_LIMITED") return;
    show(tooFast);
    const { retryAfterMs } = event;
    const ms = typeof retryAfterMs === "number" ? Math.max(retryAfterMs, warningMs) : warningMs;
    setTimeout(() => {
      if (bar.textContent === tooFast) hide();
    }, ms);
  }

  function hear(state: ConnectionState, close: () => void): void {
    clearTimeout(timer);
    switch (state.name) {
      case "connecting":
        return;
      case "live":
        wasLive = true;
        if (!bar.hidden) announce("Connected.");
        hide();
        if (!isViewer(state.user)) {
          close();
          showIdentity(identityBar, state.user);
        }
        return;
      case "reconnecting":
        timer = setTimeout(
          show,
          Math.max(0, state.since + quietMs - Date.now()),
          wasLive ? "Connecting again…" : "Connecting…",
        );
        return;
      case "unreachable":
        return show(
          `No live connection. ${state.why} It is tried again by itself; if it stays so, try another network, or ` +
            "switch off what filters this one (a proxy, a VPN, a blocker).",
        );
      case "signed_out":
        hide();
        if (!leaving) void goOn(state, identityBar);
        return;
      case "closed":
        hide();
    }
  }

  followPageClient(
    (client) => {
      const stops = [client.onAny(warn), client.onState((state) => hear(state, () => client.close()))];
      return () => {
        for (const stop of stops) stop();
      };
    },
    { open: false },
  );
}

/** The session is over: was it this browser that signed out, or did somebody else sign in here (F40)? */
async function goOn(state: ConnectionState & { readonly name: "signed_out" }, identityBar: HTMLElement) {
  const signedIn = state.now ?? (await whoIsHereNow());
  if (signedIn === undefined) showWords(identityBar, [state.message]);
  else if (signedIn !== null && !isViewer(signedIn)) showIdentity(identityBar, signedIn);
  else if (signedIn !== null || viewerHere() === null) showWords(identityBar, [state.message]);
  else location.assign(`/login?signed-out&next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** Whoever signs in ends the old session first: between the two there is nobody, and soon there is somebody else. */
async function whoIsHereNow(): Promise<SignedInUser | null | undefined> {
  const first = await whoIsSignedIn();
  if (first !== null || viewerHere() === null) return first;
  await new Promise((resolve) => setTimeout(resolve, signingInMs));
  return whoIsSignedIn();
}

/** Whether the one who is connected is the one for whom the page was made (F40). */
function isViewer({ userId, roles }: SignedInUser): boolean {
  const viewer = viewerHere();
  return viewer === null ? roles.includes("visitor") : viewer === userId;
}

function showIdentity(bar: HTMLElement, { username, roles }: SignedInUser): void {
  if (roles.includes("visitor"))
    return showWords(bar, ["You are signed out now. This page stands still until it is loaded again."]);
  const name = document.createElement("bdi");
  name.textContent = username;
  showWords(bar, [
    "You are signed in as ",
    name,
    " now. This page was made for somebody else and stands still.",
  ]);
}

function showWords(bar: HTMLElement, words: readonly (string | Node)[]): void {
  const line = document.createElement("p");
  line.append(...words);
  const frame = framed(line);
  frame.append(reloadButton());
  bar.replaceChildren(frame);
  bar.hidden = false;
  announce(line.textContent);
}

function framed(content: string | HTMLElement): HTMLElement {
  const frame = document.createElement("div");
  frame.className = "frame";
  const line = typeof content === "string" ? document.createElement("p") : content;
  if (typeof content === "string") line.textContent = content;
  frame.append(line);
  return frame;
}
