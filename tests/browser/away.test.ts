import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { chromiumPath, launchChromium } from "./chromium.ts";
import {
  isReady,
  joinByLink,
  newPage,
  openRoom,
  problemsOf,
  rollButton,
  untilRolls,
  whoseTurn,
} from "./table.ts";
import { startPlatform, type Platform } from "../platform.ts";

describe.skipIf(chromiumPath() === undefined)("someone who is away from the table", () => {
  let platform: Platform;
  let browser: Browser;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([
      startPlatform({ RECONNECT_WINDOW_MS: "8000" }),
      launchChromium(),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await platform.cleanUp();
  });

  let tables = 0;
  async function seatTwo(): Promise<readonly [Page, Page]> {
    const options = { reducedMotion: "reduce" as const };
    const [host, guest] = [await newPage(browser, options), await newPage(browser, options)];
    await openRoom(platform.url, host, `Away ${(tables += 1)}`);
    await joinByLink(host, guest);
    return [host, guest];
  }

  async function rollOnce(pages: readonly [Page, Page], count: number): Promise<void> {
    const page = await whoseTurn(pages);
    await rollButton(page ?? pages[0]).click();
    await Promise.all(pages.map((each) => untilRolls(each, count)));
  }

  it("is counted down, and is back with the game as it stands", async () => {
    const [host, guest] = await seatTwo();
    const problems = problemsOf(host);
    await rollOnce([host, guest], 1);
    const address = guest.url();
    const context: BrowserContext = guest.context();
    await guest.close();
    await host.getByText(/lost the connection: \d/).waitFor();
    await host.getByText("The clock stands until").waitFor();
    const again = await context.newPage();
    await again.goto(address);
    await host.locator("player-card").getByText("is back", { exact: true }).waitFor();
    expect(await host.getByText(/lost the connection: \d/).count()).toBe(0);
    await untilRolls(again, 1);
    expect(await isReady(again)).toBe(true);
    await rollOnce([host, again], 2);
    expect(problems).toEqual([]);
  });

  it("loses the game when the time is over, and both are told why", async () => {
    const [host, guest] = await seatTwo();
    await rollOnce([host, guest], 1);
    const [address, context] = [guest.url(), guest.context()];
    await guest.close();
    await host.locator("result-banner h2").getByText("You win!").waitFor({ timeout: 30_000 });
    await host
      .getByText(/ was away for too long/)
      .first()
      .waitFor();
    const again = await context.newPage();
    await again.goto(address);
    await again.getByText("You were away for too long.").first().waitFor();
  });

  it("rolls once, when the network is back, what was pressed while it was gone", async () => {
    const pages = await seatTwo();
    const mine = (await whoseTurn(pages)) ?? pages[0];
    const theirs = pages.find((page) => page !== mine) ?? pages[1];
    await mine.context().setOffline(true);
    await rollButton(mine).click({ force: true });
    await mine.context().setOffline(false);
    await Promise.all(pages.map((page) => untilRolls(page, 1)));
    expect(
      await theirs.locator("score-board tbody td:not(.total)").filter({ hasText: /[1-6]/ }).count(),
    ).toBe(1);
    await rollOnce(pages, 2);
  });
});
