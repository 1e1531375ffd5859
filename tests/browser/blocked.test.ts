import { afterAll, afterEach, beforeAll, describe, expect, it } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { chromiumPath, closePages, launchChromium } from "./chromium.ts";
import { newPage, openRoom, problemsOf, rollButton } from "./table.ts";
import { startPlatform, type Platform } from "../platform.ts";

/** Browsers and networks that keep something from the page (F32, F34). */
describe.skipIf(chromiumPath() === undefined)("a page from which something is kept", () => {
  let platform: Platform;
  let browser: Browser;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([startPlatform(), launchChromium()]);
  });
  afterEach(async () => {
    browser = await closePages(browser);
  });
  afterAll(async () => {
    await browser.close();
    await platform.cleanUp();
  });

  async function seatOf(page: Page): Promise<string> {
    await openRoom(platform.url, page, crypto.randomUUID().slice(0, 12));
    return page.url();
  }

  const ways: readonly [string, (page: Page) => Promise<void>][] = [
    [
      "closes at once",
      async (page) => {
        await page.routeWebSocket(/\/ws$/, (socket) => socket.close({ code: 1011 }));
      },
    ],
    [
      "never says a word",
      async (page) => {
        await page.routeWebSocket(/\/ws$/, () => {});
      },
    ],
    [
      "is not let through",
      async (page) => {
        await page.addInitScript(() => {
          // As where a proxy refuses the upgrade: an error, and closed with 1006.
          const Real = WebSocket;
          Object.assign(window, {
            WebSocket: class extends Real {
              constructor(url: string) {
                super(url.replace(/\/ws$/, "/no-such-socket"));
              }
            },
          });
        });
      },
    ],
  ];
  it("says within ten seconds that there is no live connection, whatever is done to the socket, and goes on trying", async () => {
    // Side by side, since each of them takes its seven seconds.
    const outcomes = await Promise.all(
      ways.map(async ([name, block]) => {
        const page = await newPage(browser, { reducedMotion: "reduce" });
        const address = await seatOf(page);
        await block(page);
        await page.goto(address);
        const since = Date.now();
        await page
          .getByText(/no live connection|cannot be made/i)
          .first()
          .waitFor();
        const isInTime = Date.now() - since < 10_000;
        return { name, isInTime, mayRoll: await rollButton(page).isVisible() };
      }),
    );
    expect(outcomes).toEqual(ways.map(([name]) => ({ name, isInTime: true, mayRoll: false })));
  }, 30_000);

  it("draws every page, and keeps choices in memory, where storage throws", async () => {
    const page = await newPage(browser, { reducedMotion: "reduce" });
    const problems = problemsOf(page);
    await page.addInitScript(() => {
      for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException("denied", "SecurityError");
          },
        });
      }
    });
    for (const path of ["/games", "/login", "/register", "/games/bigger_dice"]) {
      await page.goto(platform.url + path);
      await page.locator("h1").waitFor();
      await page.locator("[data-theme-toggle]").click();
    }
    await seatOf(page);
    await page.getByText("Waiting for an opponent").first().waitFor();
    await page.getByRole("button", { name: "Sound: off" }).click();
    await page.getByRole("button", { name: "Sound: on" }).waitFor();
    expect(problems).toEqual([]);
  }, 30_000);

  it("says that it cannot stay signed in where cookies are refused, and shows everything that can be read", async () => {
    const page = await newPage(browser, { reducedMotion: "reduce" });
    const problems = problemsOf(page);
    await page.addInitScript(() => {
      Object.defineProperty(Document.prototype, "cookie", { get: () => "", set: () => {} });
      Object.defineProperty(Navigator.prototype, "cookieEnabled", { get: () => false });
    });
    await page.goto(`${platform.url}/login`);
    await page.getByText("This browser does not keep cookies").first().waitFor();
    await page.goto(`${platform.url}/games/bigger_dice`);
    await page.locator("[data-cookie-notice]").waitFor();
    await page.locator("room-list").waitFor();
    expect(problems).toEqual([]);
  });

  it("flashes no alarm while one goes from page to page with a live connection", async () => {
    const page = await newPage(browser, { reducedMotion: "reduce" });
    const errors: string[] = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    const shown = () =>
      page.evaluate(() => document.querySelector("[data-connection]:not([hidden])")?.textContent ?? "");
    await seatOf(page);
    await page.getByText("Waiting for an opponent").first().waitFor();
    for (const path of ["/games", "/games/bigger_dice", "/games"]) {
      await page.goto(platform.url + path);
      expect(await shown()).toBe("");
      await page.waitForFunction(() => document.querySelector("lobby-chat .muted, lobby-chat .chat-line"));
      expect(await shown()).toBe("");
    }
    expect(errors).toEqual([]);
  });
});
