import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { chromiumPath, launchChromium } from "./chromium.ts";
import { focusedElement, listenToLiveRegion, tabTo } from "./keyboard.ts";
import { newPage, problemsOf, rollButton, untilMyTurnOrOver } from "./table.ts";
import {
  connectClient,
  guestSession,
  startPlatform,
  type Platform,
  type PlatformClient,
} from "../platform.ts";

describe.skipIf(chromiumPath() === undefined)("a person with a keyboard only", () => {
  let platform: Platform;
  let browser: Browser;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([startPlatform(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await platform.cleanUp();
  });

  it("opens a room, plays a whole game with Enter and Space, and hears each roll once", async () => {
    const page = await newPage(browser, { reducedMotion: "reduce" });
    const problems = problemsOf(page);
    await page.goto(`${platform.url}/games/bigger_dice`);
    await tabTo(page, "#new-room-name");
    await page.keyboard.type("By keyboard");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/play\//);
    const spoken = await listenToLiveRegion(page);

    const opponent = connectClient(platform.url, await guestSession(platform.url));
    rollWheneverAllowed(opponent);
    const roomId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    await opponent.send("games.command.join_room", { roomId: roomId as never });

    let turns = 0;
    await untilMyTurnOrOver(page);
    await tabTo(page, "roll-button");
    while ((await untilMyTurnOrOver(page)) === "mine") {
      expect(await focusedElement(page)).toContain("roll-button");
      const key = turns % 2 === 0 ? "Enter" : "Space";
      // Held down, a key comes again and again; only the first one counts.
      for (let n = 0; n < 3; n += 1) await page.keyboard.down(key);
      await page.keyboard.up(key);
      turns += 1;
      await untilOwnRolls(page, turns);
    }
    await page.locator("result-banner h2").waitFor();
    const own = (await spoken()).filter((sentence) => /you rolled/i.test(sentence));
    expect(own.length).toBe(turns);
    opponent.close();
    expect(problems).toEqual([]);
  }, 90_000);

  it("is asked twice before a game is given up: Enter stays", async () => {
    const page = await newPage(browser, { reducedMotion: "reduce" });
    await page.goto(`${platform.url}/games/bigger_dice`);
    await tabTo(page, "#new-room-name");
    await page.keyboard.type("Not so fast");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/play\//);
    const opponent = connectClient(platform.url, await guestSession(platform.url));
    const roomId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    await opponent.send("games.command.join_room", { roomId: roomId as never });
    const over = new Promise<unknown>((resolve) => {
      opponent.on("games.event.bigger_dice.game_over", ({ reason }) => resolve(reason));
    });
    await untilMyTurnOrOver(page);

    const leave = page.getByRole("button", { name: "Leave the game" });
    await leave.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Stay" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Stay" }).waitFor({ state: "hidden" });
    expect(await rollButton(page).isVisible()).toBe(true);

    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Leave and lose" }).waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await over).toBe("left");
    opponent.close();
  }, 60_000);
});

/** Waits until the host's line of rounds shows so many rolls. */
async function untilOwnRolls(page: Page, count: number): Promise<void> {
  const rolls = page.locator("score-board tr[data-seat=host] td:not(.total)").filter({ hasText: /[1-6]/ });
  await rolls.nth(count - 1).waitFor({ state: "attached" });
}

/** An opponent who rolls as soon as it is her turn. */
function rollWheneverAllowed(client: PlatformClient): void {
  const rollIf = (userId: unknown, roomId: unknown, turn: number) => {
    if (client.state.name !== "live" || client.state.user.userId !== userId) return;
    void client.send("games.command.bigger_dice.roll", { roomId: roomId as never, turn });
  };
  client.on("games.event.bigger_dice.rolled", ({ nextTurn, roomId, turn }) =>
    rollIf(nextTurn, roomId, turn + 1),
  );
  client.on("games.event.bigger_dice.round_complete", ({ nextTurn, roomId, turn }) =>
    rollIf(nextTurn, roomId, turn),
  );
}
