/** What works without JavaScript works, and what does not says what it needs. */
import { describe, expect, it } from "bun:test";
import type { Page } from "playwright-core";
import { chromiumPath } from "./chromium.ts";
import { setStage } from "./stage.ts";
import { cookieOf } from "./people.ts";
import { newPage } from "./table.ts";
import { beginGame, join, playAs, rollToTheEnd } from "../game-play.ts";

describe.skipIf(chromiumPath() === undefined)("a browser without JavaScript", () => {
  const stage = setStage();

  const plain = (): Promise<Page> => newPage(stage.browser, { javaScriptEnabled: false });

  /** What a page says that it needs. (Playwright finds no text in a `noscript`.) */
  const needs = (page: Page): Promise<string> => page.locator("noscript .notice").innerText();

  it("chooses a game, makes an account, is refused, signs out and in, all by keyboard", async () => {
    const page = await plain();
    await page.goto(stage.platform.url);
    await page.getByRole("link", { name: "Bigger Dice" }).press("Enter");
    await page.waitForURL(/\/games\/bigger_dice$/);
    expect(await needs(page)).toContain("To play, allow it for this site");
    await page.getByRole("link", { name: "Sign in" }).first().press("Enter");
    await page.getByRole("link", { name: "Make an account" }).press("Enter");
    await page.fill("#username", "plain");
    await page.fill("#password", "short");
    await page.press("#password", "Enter");
    await page.locator("#refusal").waitFor();
    // What was wrong is what is typed next.
    expect(await page.locator("#username").inputValue()).toBe("plain");
    await page.locator("#password:focus").waitFor();
    await page.keyboard.type("correct horse battery");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/games\/bigger_dice$/);
    await page.locator(".account > summary").press("Enter");
    await page.getByRole("button", { name: "Sign out" }).press("Enter");
    await page.getByRole("link", { name: "Sign in" }).first().press("Enter");
    await page.fill("#username", "PLAIN");
    await page.fill("#password", "correct horse battery");
    await page.press("#password", "Enter");
    await page.waitForURL(/\/games\/bigger_dice$/);
    await page.locator(".account bdi").getByText("plain").first().waitFor({ state: "attached" });
    await page.goto(`${stage.platform.url}/friends`);
    expect(await needs(page)).toContain("Your friends need JavaScript");
  }, 60_000);

  it("finds its way back to a game, and reads how it ended", async () => {
    const page = await plain();
    await page.goto(`${stage.platform.url}/games`);
    await page.getByRole("button", { name: "Play as a guest" }).press("Enter");
    await page.locator(".account").waitFor();
    const [me, other] = await Promise.all([
      playAs(stage.platform.url, await cookieOf(page)),
      join(stage.platform.url),
    ]);
    const roomId = await beginGame(me, other, "Plain and simple");
    await page.goto(`${stage.platform.url}/games`);
    await page.getByRole("link", { name: "Back to your game" }).press("Enter");
    await page.waitForURL(/\/play\//);
    expect(await needs(page)).toContain("To play, allow JavaScript");
    expect(await page.getByText("Setting the table…").isVisible()).toBe(false);
    await rollToTheEnd(roomId, me, other);
    await page.reload();
    await page.locator("noscript h2").waitFor();
    expect(await page.locator("noscript .panel").innerText()).toMatch(
      /This game is over[^]* won\.[^]*Save the record/,
    );
    for (const { client } of [me, other]) client.close();
  }, 60_000);
});
