import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import type { Browser, Page, WebSocketRoute } from "playwright-core";
import { chromiumPath, launchChromium } from "./chromium.ts";
import { newPage, rollButton, scores, untilRolls, whoseTurn } from "./table.ts";
import { startPlatform, type Platform } from "../platform.ts";

/** What a page does when the live connection does not do as it should (plan §7.4). */
describe.skipIf(chromiumPath() === undefined)("a page", () => {
  let platform: Platform;
  let browser: Browser;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([startPlatform(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await platform.cleanUp();
  });

  /** Passes on what the server says, unless `keep` says no; answers the page's side of the newest socket. */
  async function overhear(page: Page, keep: (text: string) => boolean = () => true) {
    const heard: { socket: WebSocketRoute | null } = { socket: null };
    await page.routeWebSocket(/\/ws$/, (socket) => {
      const server = socket.connectToServer();
      heard.socket = socket;
      socket.onMessage((text) => server.send(text));
      server.onMessage((text) => {
        if (keep(String(text))) socket.send(text);
      });
    });
    return heard;
  }

  /** Each on a page of its own, at one table: the first one is its host. */
  async function sitDown([host, guest]: readonly [Page, Page], roomName: string): Promise<void> {
    await Promise.all([host, guest].map((page) => page.goto(`${platform.url}/games/bigger_dice`)));
    await host.fill("#new-room-name", roomName);
    await host.press("#new-room-name", "Enter");
    await host.waitForURL(/\/play\//);
    await guest.getByRole("listitem").filter({ hasText: roomName }).locator("a[data-join]").click();
    await guest.waitForURL(/\/play\//);
  }

  it("says why nothing happens when it was too fast, and goes on", async () => {
    const page = await newPage(browser);
    const heard = await overhear(page);
    await page.goto(`${platform.url}/games/bigger_dice`);
    await page.locator("#new-room-name").waitFor();
    await page.waitForFunction(() => document.querySelector("room-list, open-rooms") !== null);
    while (heard.socket === null) await page.waitForTimeout(10);
    const error = { type: "system.error", code: "RATE_LIMITED", message: "Too fast.", retryable: true };
    heard.socket.send(JSON.stringify({ ...error, eventId: crypto.randomUUID(), retryAfterMs: 100 }));
    const warning = page.getByText("That was too fast.").first();
    await warning.waitFor();
    await warning.waitFor({ state: "hidden" });
  });

  it("says at the table why a roll was refused, until the next one", async () => {
    const pages = [await newPage(browser), await newPage(browser)] as const;
    const [host] = pages;
    const message = "The dice fell from the table: roll again.";
    let refused = 0;
    await host.routeWebSocket(/\/ws$/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((text) => {
        const command = JSON.parse(String(text)) as { readonly type: string; readonly commandId?: string };
        if (!command.type.endsWith(".roll") || refused > 0) return server.send(text);
        refused += 1;
        const { commandId } = command;
        const error = { type: "system.error", eventId: crypto.randomUUID(), commandId, code: "ILLEGAL_MOVE" };
        socket.send(JSON.stringify({ ...error, message, retryable: false }));
      });
    });
    await sitDown(pages, "A refusal");
    const refusal = host.locator("main").getByText(message);
    await rollButton(host).click();
    await refusal.waitFor();
    expect(refused).toBe(1);
    await rollButton(host).click();
    await Promise.all(pages.map((page) => untilRolls(page, 1)));
    await refusal.waitFor({ state: "detached" });
  });

  it("asks for the whole room when a part of it was lost, and shows it as it is", async () => {
    const options = { reducedMotion: "reduce" as const };
    const pages = [await newPage(browser, options), await newPage(browser, options)] as const;
    const [host, guest] = pages;
    let lost = 0;
    await overhear(guest, (text) => {
      // One that another event follows: by that the hole shows.
      const isLost = text.includes('"isFirstRoll":false') && lost === 0;
      if (isLost) lost += 1;
      return !isLost;
    });
    await sitDown(pages, "A hole");
    for (let count = 1; count <= 4; count += 1) {
      await rollButton((await whoseTurn(pages)) ?? host).click();
      await Promise.all(pages.map((page) => untilRolls(page, count)));
    }
    expect(lost).toBe(1);
    const [mine, theirs] = await Promise.all(pages.map(scores));
    expect(mine).toEqual(theirs ?? []);
  });

  it("of somebody who signed out in another tab leads to signing in again, and says why", async () => {
    const page = await newPage(browser);
    await page.goto(`${platform.url}/register?next=/games/bigger_dice`);
    await page.fill("input[name=username]", "leaving_soon");
    await page.fill("input[name=password]", "correct horse battery");
    await page.press("input[name=password]", "Enter");
    await page.waitForURL(/\/games\/bigger_dice/);
    const other = await page.context().newPage();
    await other.goto(`${platform.url}/games/bigger_dice`);
    await other.locator("#new-room-name").waitFor();
    await page.evaluate(() => fetch("/api/logout", { method: "POST" }));
    await other.waitForURL(/\/login\?signed-out&next=%2Fgames%2Fbigger_dice/);
    await other.getByRole("heading", { name: "You are signed out" }).waitFor();
  });

  it("says who is signed in now when that took a moment longer than ending the old session", async () => {
    const page = await newPage(browser);
    await page.goto(`${platform.url}/games/bigger_dice`);
    await page.evaluate(() => fetch("/api/guest", { method: "POST" }));
    await page.reload();
    await page.locator("#new-room-name").waitFor();
    const other = await page.context().newPage();
    await other.goto(`${platform.url}/games`);
    // Until the browser has the new session, it has none: the old one is over already.
    await other.route("**/api/guest", async (route) => {
      const answer = await route.fetch();
      await other.waitForTimeout(400);
      await route.fulfill({ response: answer });
    });
    await other.evaluate(() => fetch("/api/guest", { method: "POST" }));
    await page.locator("[data-identity]").getByText("You are signed in as").waitFor();
    expect(new URL(page.url()).pathname).toBe("/games/bigger_dice");
  });
});
