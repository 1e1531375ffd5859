/** A page as those use it who have no mouse, or do not see it. */
import type { Page } from "playwright-core";

/** Presses Tab until the element that `selector` names, or one inside it, has the focus. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    const there = await page.evaluate((wanted) => {
      let element: Element | null = document.activeElement;
      while (element !== null) {
        if (element.closest(wanted) !== null) return true;
        element = element.shadowRoot?.activeElement ?? null;
      }
      return false;
    }, selector);
    if (there) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches ${selector}.`);
}

/** The names of the elements that hold the focus, from the page inwards. */
export function focusedElement(page: Page): Promise<string> {
  return page.evaluate(() => {
    const names: string[] = [];
    for (
      let element = document.activeElement;
      element !== null;
      element = element.shadowRoot?.activeElement ?? null
    ) {
      names.push(element.localName);
    }
    return names.join(" ");
  });
}

/** Everything that the page's live region says from now on. */
export async function listenToLiveRegion(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const region = document.querySelector("[data-announcements]");
    const spoken: string[] = [];
    Object.assign(globalThis, { spoken });
    if (region === null) return;
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const { textContent } of addedNodes) spoken.push(textContent ?? "");
    }).observe(region, { childList: true });
  });
  return () => page.evaluate(() => (globalThis as unknown as { spoken: string[] }).spoken);
}
