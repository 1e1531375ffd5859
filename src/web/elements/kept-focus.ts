import type { LitElement } from "lit";

/**
 * Whoever was on something that is drawn away goes on near it, not at the top of the page (F16).
 * @param goOn puts the focus where its loser looks for it
 */
export function keepFocus(host: LitElement, goOn: () => void): void {
  let had = false;
  const isInside = (): boolean => {
    const { renderRoot } = host;
    if (renderRoot instanceof ShadowRoot) return renderRoot.activeElement !== null;
    return host.contains(document.activeElement);
  };
  host.addController({
    hostUpdate() {
      had = isInside();
    },
    hostUpdated() {
      if (had && !isInside()) goOn();
    },
  });
}
