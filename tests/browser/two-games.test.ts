import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { chromiumPath, launchChromium } from "./chromium.ts";
import { isReady, newPage, problemsOf, rollButton, scores, untilRolls, whoseTurn } from "./table.ts";
import { startPlatform, type Platform } from "../platform.ts";

describe.skipIf(chromiumPath() === undefined)("two people in two browsers", () => {
  let platform: Platform;
  let browser: Browser;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([startPlatform(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await platform.cleanUp();
  });

  it("find each other in the lobby, play two whole games by clicking, and check the dice", async () => {
    const lobby = `${platform.url}/games/bigger_dice`;
    const host = await newPage(browser, { reducedMotion: "reduce" });
    const guest = await newPage(browser, { viewport: { width: 360, height: 640 }, reducedMotion: "reduce" });
    const problems = [problemsOf(host), problemsOf(guest)];
    await Promise.all([host.goto(lobby), guest.goto(lobby)]);

    await host.fill("#new-room-name", "Friday <b>dice</b> 🎲");
    await host.press("#new-room-name", "Enter");
    await host.waitForURL(/\/play\//);
    await host.locator("invite-link").waitFor();
    // Live: the guest's lobby was open before the room was.
    await guest.getByText("Friday <b>dice</b> 🎲").first().waitFor();
    await guest.click("a[data-join]");
    await guest.waitForURL(/\/play\//);
    expect(guest.url()).toBe(host.url());

    const first = await playToTheEnd(host, guest);
    expect(Math.max(...first)).toBe(10);
    await host.getByRole("button", { name: "Check the dice" }).click();
    await host.locator("dice-check .verdict[data-ok=true]").waitFor();

    const firstGame = guest.url();
    await host.getByRole("button", { name: "Rematch" }).click();
    await guest.getByRole("button", { name: "Accept the rematch" }).click();
    await Promise.all(
      [host, guest].map((page) =>
        page.waitForURL((url) => url.href !== firstGame && /\/play\//.test(url.href)),
      ),
    );
    // G4: a rematch swaps who begins.
    const second = await playToTheEnd(guest, host);
    expect(Math.max(...second)).toBe(10);
    // The seeds of the second game were drawn for the offers, before its room was there.
    for (const page of [host, guest]) {
      await page.getByRole("button", { name: "Check the dice" }).click();
      await page.getByText("The seed that your browser brought is in the record under your name.").waitFor();
      await page.locator("dice-check .verdict[data-ok=true]").waitFor();
    }

    await guest.getByRole("link", { name: "Back to the lobby" }).last().click();
    await guest.waitForURL(lobby);
    expect(problems.flat()).toEqual([]);
  }, 120_000);

  /** Plays by clicking whichever page may roll; answers the final scores, the new host's first. */
  async function playToTheEnd(hostOfGame: Page, other: Page): Promise<readonly number[]> {
    const pages = [hostOfGame, other] as const;
    const rollers: Page[] = [];
    for (let page = await whoseTurn(pages); page !== null; page = await whoseTurn(pages)) {
      const waiting = page === hostOfGame ? other : hostOfGame;
      expect(await isReady(waiting)).toBe(false);
      await rollButton(page).click();
      rollers.push(page);
      await Promise.all(pages.map((each) => untilRolls(each, rollers.length)));
    }
    rollers.forEach((roller, turn) => {
      const round = Math.floor(turn / 2) + 1;
      const isFirst = turn % 2 === 0;
      const firstRoller = round % 2 === 1 ? hostOfGame : other;
      expect(roller === firstRoller).toBe(isFirst);
    });
    const [mine, theirs] = await Promise.all(pages.map(scores));
    expect(mine).toEqual(theirs ?? []);
    const headlines = await Promise.all(pages.map((page) => page.locator("result-banner h2").textContent()));
    expect(headlines.filter((headline) => /you (won|win)/i.test(headline ?? "")).length).toBe(1);
    return mine ?? [];
  }
});
