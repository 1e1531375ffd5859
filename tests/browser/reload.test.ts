import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { chromiumPath, launchChromium } from "./chromium.ts";
import { newPage, rollButton, scores, untilRolls, whoseTurn } from "./table.ts";
import { startPlatform, type Platform } from "../platform.ts";

describe.skipIf(chromiumPath() === undefined)("a game in two browsers", () => {
  let platform: Platform;
  let browser: Browser;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([startPlatform(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await platform.cleanUp();
  });

  it("goes on after a reload, and after the platform was killed and started again", async () => {
    const lobby = `${platform.url}/games/bigger_dice`;
    // The host's dice tumble; the guest wants no motion.
    const pages = [await newPage(browser), await newPage(browser, { reducedMotion: "reduce" })] as const;
    const [host, guest] = pages;
    await Promise.all(pages.map((page) => page.goto(lobby)));
    await host.fill("#new-room-name", "Come back");
    await host.press("#new-room-name", "Enter");
    await host.waitForURL(/\/play\//);
    await guest.click("a[data-join]");
    await guest.waitForURL(/\/play\//);

    await rollOnce(pages, 1);
    await rollOnce(pages, 2);
    await rollOnce(pages, 3);
    const before = await scores(host);

    await Promise.all(pages.map((page) => page.reload()));
    await Promise.all(pages.map((page) => untilRolls(page, 3)));
    expect(await Promise.all(pages.map(scores))).toEqual([before, before]);
    await rollOnce(pages, 4);

    await platform.kill();
    await Promise.all(
      pages.map((page) =>
        page
          .getByText(/connecting again|no live connection/i)
          .first()
          .waitFor(),
      ),
    );
    expect(await host.locator("roll-button button[aria-disabled='false']").count()).toBe(0);
    expect(await guest.locator("roll-button button[aria-disabled='false']").count()).toBe(0);
    await platform.restart();
    await rollOnce(pages, 5);
    await rollOnce(pages, 6);
    const [mine, theirs] = await Promise.all(pages.map(scores));
    expect(mine).toEqual(theirs ?? []);
  }, 90_000);

  /** The roll of whoever's turn it is; both pages show it then, as the `count`-th of the game. */
  async function rollOnce(pages: readonly [Page, Page], count: number): Promise<void> {
    const page = await whoseTurn(pages);
    if (page === null) throw new Error("The game is over already.");
    await rollButton(page).click();
    await Promise.all(pages.map((each) => untilRolls(each, count)));
  }
});
