/**
 * A page that falls apart: every scene, in every look, at 320 px, and with text at 200 %. Nothing sticks out, nothing
 * lies on what one wants to press, Tab comes to everything and it shows, axe-core has nothing to say, and no script,
 * request or policy failed on the way.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "bun:test";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { chromiumPath, closePages, launchChromium } from "./chromium.ts";
import { looks, show, type Look } from "./looks.ts";
import { scenes, startFor, type Scene } from "./scenes.ts";
import type { Platform } from "../platform.ts";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const narrow: Look = { name: "320 px", width: 320, height: 640, colorScheme: "light" };

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
  }[];
}

declare const axe: { run(options: { readonly resultTypes: readonly ["violations"] }): Promise<AxeResults> };

/** By an evaluation of the debugger, which the page's Content-Security-Policy does not bind. */
async function axeProblems(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = "" }) => `${id}: ${JSON.stringify(target)} ${failureSummary}`),
  );
}

/** What is wider than the page, and what cannot be pressed because something else lies on it. */
function layoutProblems(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const problems: string[] = [];
    const name = (element: Element) =>
      `${element.localName}${element.id === "" ? "" : `#${element.id}`}.${element.className} "${(element.textContent ?? "").trim().slice(0, 30)}"`;
    const all = (node: Document | ShadowRoot): Element[] =>
      [...node.querySelectorAll("*")].flatMap((element) =>
        element.shadowRoot === null ? [element] : [element, ...all(element.shadowRoot)],
      );
    const hit = (x: number, y: number): Element | null => {
      let found = document.elementFromPoint(x, y);
      for (;;) {
        const inner: Element | null = found?.shadowRoot?.elementFromPoint(x, y) ?? null;
        if (inner === null || inner === found) return found;
        found = inner;
      }
    };
    const around = (element: Element | null): Element[] => {
      const chain: Element[] = [];
      for (
        let at: Node | null = element;
        at !== null;
        at = at.parentNode ?? (at as ShadowRoot).host ?? null
      ) {
        if (at instanceof Element) chain.push(at);
      }
      return chain;
    };
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) {
      const widest = all(document).findLast((each) => each.getBoundingClientRect().right > clientWidth + 0.5);
      problems.push(
        `the page is ${scrollWidth - clientWidth} px too wide${widest === undefined ? "" : ` by ${name(widest)}`}`,
      );
    }
    const isModal = all(document).some((element) => element.matches("dialog[open]"));
    const scrollTop = scrollY;
    for (const element of all(document)) {
      if (!element.matches("button, a[href], input:not([type=hidden]), textarea, summary")) continue;
      if (isModal || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      if (element.closest(".skip-link, .visually-hidden") !== null) continue;
      element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
      const box = element.getClientRects()[0];
      if (box === undefined || box.width === 0) continue;
      if (box.left < -1 || box.right > document.documentElement.clientWidth + 1) {
        // Inside something that scrolls by itself it may stick out.
        if (!around(element).some((each) => /auto|scroll/.test(getComputedStyle(each).overflowX)))
          problems.push(`${name(element)} sticks out`);
        continue;
      }
      const on = hit(box.left + box.width / 2, box.top + box.height / 2);
      if (on !== null && !around(on).includes(element) && !around(element).includes(on))
        problems.push(`${name(on)} lies on ${name(element)}`);
    }
    scrollTo({ top: scrollTop, behavior: "instant" });
    return problems;
  });
}

/** What Tab does not come to, and what does not show that it has the focus. */
async function keyboardProblems(page: Page, hasScript: boolean): Promise<string[]> {
  const wanted = await page.evaluate(() => {
    const all = (node: Document | ShadowRoot): Element[] =>
      [...node.querySelectorAll("*")].flatMap((element) =>
        element.shadowRoot === null ? [element] : [element, ...all(element.shadowRoot)],
      );
    const elements = all(document);
    const modal = elements.find((element) => element.matches("dialog[open]"));
    const isFocusable = (element: Element) =>
      element instanceof HTMLElement &&
      element.matches("a[href], button, input:not([type=hidden]), textarea, select, summary, [tabindex]") &&
      element.tabIndex >= 0 &&
      !element.matches(":disabled") &&
      (modal === undefined || modal.contains(element)) &&
      element.checkVisibility({ visibilityProperty: true });
    (document.activeElement as HTMLElement | null)?.blur();
    const focusable = elements.filter(isFocusable);
    const missing = new Map(
      focusable.map((element) => [
        element,
        `${element.localName}.${element.className} "${(element.textContent ?? "").trim().slice(0, 30)}"`,
      ]),
    );
    const unseen: string[] = [];
    /** Notes where the focus is now. */
    const look = (): void => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      const name = element === null ? undefined : missing.get(element);
      if (element === null || name === undefined) return;
      missing.delete(element);
      const isOutlined = ({ outlineStyle, outlineWidth }: CSSStyleDeclaration) =>
        outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
      // A link that covers its whole card shows it round the card.
      const isSeen = [null, "::after"].some((part) => isOutlined(getComputedStyle(element, part)));
      if (!isSeen) unseen.push(name);
    };
    // The page takes notes itself, where it may: to ask it after each press takes as long as the press. Steps within
    // one shadow tree are not heard outside of it.
    const roots = elements.flatMap(({ shadowRoot }) => shadowRoot ?? []);
    for (const root of [document, ...roots]) root.addEventListener("focusin", look);
    Object.assign(globalThis, { keyboard: { look, missing, unseen } });
    return focusable.length;
  });
  interface Keyboard {
    readonly look: () => void;
    readonly missing: ReadonlyMap<Element, string>;
    readonly unseen: readonly string[];
  }
  const notes = () =>
    page.evaluate(() => {
      const { keyboard } = globalThis as unknown as { keyboard: Keyboard };
      return { missing: [...keyboard.missing.values()], unseen: keyboard.unseen };
    });
  // Twice round, since nobody knows where it begins.
  for (let round = 0; round < 2 && (await notes()).missing.length > 0; round += 1)
    for (let presses = 0; presses < wanted + 2; presses += 1) {
      await page.keyboard.press("Tab");
      if (!hasScript)
        await page.evaluate(() => (globalThis as unknown as { keyboard: Keyboard }).keyboard.look());
    }
  const { missing, unseen } = await notes();
  // Where the focus comes to rest is chance; on the skip link it would lie over the header.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  return [
    ...missing.map((name) => `Tab does not come to ${name}`),
    ...unseen.map((name) => `${name} does not show that it has the focus`),
  ];
}

describe.skipIf(chromiumPath() === undefined)("every page in every state", () => {
  let platform: Platform;
  let browser: Browser;
  let problems: string[] = [];
  let mayFail: RegExp | undefined;

  const isExpected = (address: string): boolean => mayFail?.test(address) === true;

  function listenTo(its: Browser): void {
    its.on("context", (context) => {
      context.on("console", (message) => {
        const { url } = message.location();
        if (message.type() === "error" && !isExpected(url))
          problems.push(`console: ${message.text()} (${url})`);
      });
      context.on("weberror", (error) => problems.push(`script: ${error.error().message}`));
      context.on("requestfailed", (request) => {
        // A page that is left gives up what it was asking for.
        const isGivenUp = request.failure()?.errorText === "net::ERR_ABORTED";
        if (!isGivenUp && !isExpected(request.url())) problems.push(`request: ${request.url()}`);
      });
    });
  }

  beforeAll(async () => {
    [platform, browser] = await Promise.all([startFor({ settings: {} }), launchChromium()]);
    listenTo(browser);
  });
  afterEach(async () => {
    const next = await closePages(browser);
    if (next !== browser) listenTo(next);
    browser = next;
  });
  afterAll(async () => {
    await browser.close();
    await platform.cleanUp();
  });

  async function check(scene: Scene, page: Page): Promise<void> {
    const hasScript = scene.hasScript !== false;
    for (const look of [...looks, narrow]) {
      await show(page, look, hasScript);
      const found = [
        ...(await layoutProblems(page)),
        ...(hasScript && look !== narrow ? await axeProblems(page) : []),
      ];
      problems.push(...found.map((problem) => `${look.name}: ${problem}`));
    }
    const [first] = looks;
    if (first !== undefined) await show(page, first, hasScript);
    problems.push(...(await keyboardProblems(page, hasScript)));
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    problems.push(...(await layoutProblems(page)).map((problem) => `text at 200 %: ${problem}`));
    expect(problems).toEqual([]);
  }

  for (const scene of scenes) {
    it(`${scene.name}: ${scene.shows}`, async () => {
      problems = [];
      ({ mayFail } = scene);
      const own = scene.settings === undefined ? undefined : await startFor(scene);
      try {
        await check(scene, await scene.open({ platform: own ?? platform, browser }));
      } finally {
        await own?.cleanUp();
      }
    }, 120_000);
  }
});
