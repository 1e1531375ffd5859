import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { chromiumPath, launchChromium } from "./chromium.ts";
import { newPage, problemsOf, rollButton, untilRolls, whoseTurn } from "./table.ts";
import { join } from "../game-play.ts";
import { startPlatform, type Platform } from "../platform.ts";
import { asRoomId } from "../../src/protocol/index.ts";

describe.skipIf(chromiumPath() === undefined)("the chat of two players", () => {
  let platform: Platform;
  let browser: Browser;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([startPlatform(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await platform.cleanUp();
  });

  const field = (page: Page) => page.locator("game-chat input");
  const texts = (page: Page) => page.locator("game-chat .text").allTextContents();

  it("is between the two of them, beside the game, and no third person gets a word of it", async () => {
    const pages = [await newPage(browser), await newPage(browser)] as const;
    const problems = pages.map(problemsOf);
    const [host, guest] = pages;
    await Promise.all(pages.map((page) => page.goto(`${platform.url}/games/bigger_dice`)));
    await host.fill("#new-room-name", "Talk");
    await host.press("#new-room-name", "Enter");
    await host.waitForURL(/\/play\//);
    await guest.click("a[data-join]");
    await guest.waitForURL(/\/play\//);
    const third = await join(platform.url);
    const frames: string[] = [];
    third.client.onAny((frame) => frames.push(JSON.stringify(frame)));
    await third.client.send("games.command.open_lobby", { gameType: "bigger_dice" });

    await field(host).fill("good luck!");
    await field(host).press("Enter");
    await guest.locator("game-chat").getByText("good luck!").waitFor();
    await field(guest).fill("half a thought");
    // The game goes on; what is half written stays, and nobody's focus moves.
    await rollButton((await whoseTurn(pages)) ?? host).click();
    await Promise.all(pages.map((page) => untilRolls(page, 1)));
    expect(await field(guest).inputValue()).toBe("half a thought");
    await field(guest).fill("you too 🎲");
    await field(guest).press("Enter");
    await host.locator("game-chat").getByText("you too 🎲").waitFor();
    expect([await texts(host), await texts(guest)]).toEqual([
      ["good luck!", "you too 🎲"],
      ["good luck!", "you too 🎲"],
    ]);

    const roomId = asRoomId(host.url().split("/").at(-1) ?? "");
    const intruding = third.client.send("games.command.player_chat", { roomId, content: "hello" });
    expect(await intruding.catch((error: unknown) => (error as { code: string }).code)).toBe("NOT_A_PLAYER");
    expect(frames.filter((frame) => frame.includes("luck") || frame.includes("you too"))).toEqual([]);
    third.client.close();
    expect(problems.flat()).toEqual([]);
  });
});
