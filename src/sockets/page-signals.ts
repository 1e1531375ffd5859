/** What the browser tells about the page: that the network or the machine came back, that nobody looks. */

export type PageSignal =
  /** The network is back, the page is looked at again, or it was thawed: the connection may be dead (F26). */
  | "wake"
  /** Nobody looks at the page any more. */
  | "hidden"
  /** The page is going away, perhaps into the back-forward cache: no loss to report (F34). */
  | "leave";

export interface PageSignals {
  isHidden(): boolean;
  /** Returns the function that ends it. */
  listen(listener: (signal: PageSignal) => void): () => void;
}

export const browserPage: PageSignals = {
  isHidden: () => document.visibilityState === "hidden",
  listen(listener) {
    const ended = new AbortController();
    const on = (target: EventTarget, event: string, signal: () => PageSignal) =>
      target.addEventListener(event, () => listener(signal()), { signal: ended.signal });
    on(window, "online", () => "wake");
    on(window, "pageshow", () => "wake");
    on(window, "pagehide", () => "leave");
    on(document, "resume", () => "wake");
    on(document, "visibilitychange", () => (browserPage.isHidden() ? "hidden" : "wake"));
    return () => ended.abort();
  },
};

/** For a bot or a test: there is no page, or it looks for itself. */
const noPage: PageSignals = { isHidden: () => false, listen: () => () => undefined };

export function pageHere(): PageSignals {
  return typeof document === "undefined" ? noPage : browserPage;
}
