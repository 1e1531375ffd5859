import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { chromiumPath, launchChromium } from "./chromium.ts";
import { newPage, problemsOf, rollToTheEnd, untilMyTurnOrOver, untilRolls } from "./table.ts";
import { rollToMatchPoint } from "./wire-play.ts";
import { startPlatform, type Platform } from "../platform.ts";

describe.skipIf(chromiumPath() === undefined)("those who watch", () => {
  let platform: Platform;
  let browser: Browser;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([
      startPlatform({ WS_GATEWAY_LIMIT_SCALE: "100" }),
      launchChromium(),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await platform.cleanUp();
  });

  /** A page, and every frame that comes to it. */
  async function open() {
    const page = await newPage(browser, { reducedMotion: "reduce" });
    const frames: string[] = [];
    page.on("websocket", (socket) => {
      socket.on("framereceived", ({ payload }) => void frames.push(String(payload)));
    });
    return { page, frames, problems: problemsOf(page) };
  }

  async function beginGame(host: Page, guest: Page, name: string): Promise<void> {
    await Promise.all([host, guest].map((page) => page.goto(`${platform.url}/games/bigger_dice`)));
    await host.fill("#new-room-name", name);
    await host.press("#new-room-name", "Enter");
    await host.waitForURL(/\/play\//);
    await guest.locator("li.room").filter({ hasText: name }).locator("a[data-join]").click();
    await guest.waitForURL(/\/play\//);
  }

  const watchers = (page: Page, count: number) =>
    page.locator("bigger-dice-game footer").getByText(`${count} watching`).waitFor();
  const field = (page: Page) => page.locator("game-chat input");
  const say = async (page: Page, text: string) => {
    await field(page).fill(text);
    await field(page).press("Enter");
  };

  it("see a whole game and its rematch, are counted, and talk among themselves: no chat crosses over", async () => {
    const people = await Promise.all([open(), open(), open(), open()]);
    const [host, guest, fan, visitor] = people.map(({ page }) => page) as [Page, Page, Page, Page];
    await beginGame(host, guest, "The final");
    const table = host.url();

    // One comes by the list, as a guest of the platform; the other by a link, signed out.
    await fan.goto(`${platform.url}/login`);
    await fan.goto(`${platform.url}/games`);
    await fan.getByRole("button", { name: /guest/i }).click();
    await fan.waitForURL(/\/games/);
    await fan.goto(`${platform.url}/games/bigger_dice`);
    await fan.getByRole("link", { name: "Watch The final" }).click();
    await fan.getByText("You are spectating.").waitFor();
    await visitor.goto(table);
    await visitor.getByRole("link", { name: "Watch this game" }).click();
    await visitor.getByText("You are spectating.").waitFor();
    await visitor.getByText("To talk, sign in or play as a guest first.").waitFor();
    for (const page of [host, guest, fan, visitor]) await watchers(page, 2);

    await say(host, "between players one");
    await guest.locator("game-chat").getByText("between players one").waitFor();
    await say(fan, "among watchers one");
    await visitor.locator("game-chat").getByText("among watchers one").waitFor();
    const rolls = await rollToTheEnd(host, guest, await rollToMatchPoint(platform.url, [host, guest]));
    for (const page of [fan, visitor]) {
      await page.locator("result-banner h2").waitFor();
      await untilRolls(page, rolls);
    }

    await host.getByRole("button", { name: "Rematch" }).click();
    await guest.getByRole("button", { name: "Accept the rematch" }).click();
    for (const { page } of people) await page.waitForURL((url) => !url.href.startsWith(table));
    for (const page of [fan, visitor]) await page.getByText("You are spectating.").waitFor();
    for (const page of [host, guest]) await watchers(page, 2);
    await say(guest, "between players two");
    await host.locator("game-chat").getByText("between players two").waitFor();
    await say(fan, "among watchers two");
    await visitor.locator("game-chat").getByText("among watchers two").waitFor();

    await visitor.getByRole("link", { name: "Stop watching" }).click();
    await visitor.waitForURL(/\/games\/bigger_dice$/);
    for (const page of [host, guest, fan]) await watchers(page, 1);
    await fan.reload();
    await fan.getByText("You are spectating.").waitFor();
    await watchers(host, 1);

    for (const { frames, page } of people) {
      const isPlayer = page === host || page === guest;
      const forbidden = isPlayer ? "among watchers" : "between players";
      expect(frames.filter((frame) => frame.includes(forbidden))).toEqual([]);
    }
    expect(people.flatMap(({ problems }) => problems)).toEqual([]);
    for (const { page } of people) await page.context().close();
  }, 180_000);

  it("are shown their own seat where they play, and who is away and for how long", async () => {
    const people = await Promise.all([open(), open(), open()]);
    const [host, guest, fan] = people.map(({ page }) => page) as [Page, Page, Page];
    await beginGame(host, guest, "Away");
    const table = host.url();
    const second = await host.context().newPage();
    await second.goto(`${table}?watch`);
    await second.locator("roll-button").waitFor();
    expect(await second.getByText("You are spectating.").count()).toBe(0);
    await second.close();
    await fan.goto(`${table}?watch`);
    await fan.getByText("You are spectating.").waitFor();
    await guest.goto("about:blank");
    await fan
      .locator("player-card")
      .filter({ hasText: /lost the connection|away/i })
      .first()
      .waitFor();
    await guest.goto(table);
    await untilMyTurnOrOver(host).catch(() => undefined);
    expect(people.flatMap(({ problems }) => problems)).toEqual([]);
    for (const { page } of people) await page.context().close();
  }, 90_000);
});
