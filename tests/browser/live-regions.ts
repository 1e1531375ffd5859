/** What a page gives a screen reader to say by itself. */
import type { Page } from "playwright-core";

/** From its first moment on, notes every text that comes into the page's live regions, those in shadow trees too. */
export async function listen(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.addInitScript(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    const isLive = (node: Node): boolean => {
      for (let at: Node | null = node; at !== null; at = at.parentNode ?? (at as ShadowRoot).host ?? null) {
        if (!(at instanceof Element)) continue;
        const live = at.getAttribute("aria-live");
        if (live !== null) return live !== "off";
        const role = at.getAttribute("role");
        if (role === "timer") return false;
        if (/^(status|log|alert)$/.test(role ?? "") || at.localName === "output") return true;
      }
      return false;
    };
    const observed = new WeakSet<Node>();
    const observe = (root: Node): void => {
      if (observed.has(root)) return;
      observed.add(root);
      new MutationObserver((changes) => {
        for (const { target, type, addedNodes } of changes) {
          for (const node of addedNodes) watchInside(node);
          if (!isLive(target)) continue;
          const added = type === "characterData" ? [target] : [...addedNodes];
          for (const { textContent, nodeType } of added) {
            if (nodeType === Node.COMMENT_NODE) continue;
            const text = textContent?.replaceAll(/[ \n]+/g, " ").trim() ?? "";
            if (text !== "") said.push(text);
          }
        }
      }).observe(root, { childList: true, characterData: true, subtree: true });
    };
    const watchInside = (node: Node) => {
      if (!(node instanceof Element)) return;
      for (const each of [node, ...node.querySelectorAll("*")])
        if (each.shadowRoot !== null) observe(each.shadowRoot);
    };
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      const root = attach.call(this, init);
      observe(root);
      return root;
    };
    observe(document);
  });
  return () => page.evaluate(() => (globalThis as unknown as { said: string[] }).said);
}
