import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { chromiumPath, launchChromium } from "./chromium.ts";
import { newPage, problemsOf } from "./table.ts";
import { startPlatform, type Platform } from "../platform.ts";

describe.skipIf(chromiumPath() === undefined)("the chat of a lobby", () => {
  let platform: Platform;
  let browser: Browser;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([startPlatform(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await platform.cleanUp();
  });

  async function open(path = "/games/bigger_dice"): Promise<Page> {
    const page = await newPage(browser);
    await page.goto(platform.url + path);
    await page.getByText("Nobody has said anything yet").or(page.locator(".chat-line")).first().waitFor();
    return page;
  }

  async function say(page: Page, text: string): Promise<void> {
    await page.fill("#lobby-chat-text", text);
    await page.press("#lobby-chat-text", "Enter");
    await page
      .locator(".chat-line")
      .filter({ hasText: text.split("\n")[0] ?? "" })
      .last()
      .waitFor();
  }

  const texts = (page: Page) => page.locator(".chat-text").allTextContents();

  it("shows everybody what is said, newcomers too, as text with links and nothing else", async () => {
    const [one, two] = [await open(), await open()];
    const problems = [one, two].map(problemsOf);
    await say(one, "Anyone for a game?");
    await two.getByText("Anyone for a game?").waitFor();
    const nasty = "<img src=x onerror=alert(1)> see https://example.org/a?b=1. שלום 👩‍👩‍👧";
    await say(two, nasty);
    await one.locator(".chat-text").nth(1).waitFor();
    expect(await texts(one)).toEqual(["Anyone for a game?", nasty]);
    expect(await one.locator(".chat-text img").count()).toBe(0);
    const link = one.locator(".chat-text a");
    expect([await link.getAttribute("href"), await link.getAttribute("rel")]).toEqual([
      "https://example.org/a?b=1",
      "noopener noreferrer nofollow ugc",
    ]);
    const late = await open();
    await late.locator(".chat-text").nth(1).waitFor();
    expect(await texts(late)).toEqual(["Anyone for a game?", nasty]);
    expect(await (await open("/games")).locator(".chat-line").count()).toBe(0);
    expect(problems.flat()).toEqual([]);
  });

  it("keeps what was written when it is refused, and says why", async () => {
    const page = await open("/games");
    const long = "é".repeat(2_001);
    await page.fill("#lobby-chat-text", long);
    await page.getByText("2001 / 2000").waitFor();
    await page.press("#lobby-chat-text", "Enter");
    await page.locator("#lobby-chat-refusal").getByText("too long").waitFor();
    expect(await page.inputValue("#lobby-chat-text")).toBe(long);
    await say(page, "short enough");
    expect(await page.inputValue("#lobby-chat-text")).toBe("");
  });

  it("brings older messages by asking, and comes through a restart of the platform", async () => {
    const page = await open("/games");
    for (let n = 1; n <= 8; n += 1) await say(page, `number ${n}`);
    await platform.kill();
    await platform.restart();
    await say(page, "after the restart");
    const all = await texts(page);
    expect(all.slice(-9)).toEqual([
      ...Array.from({ length: 8 }, (_, n) => `number ${n + 1}`),
      "after the restart",
    ]);
    expect(new Set(all).size).toBe(all.length);
    const cookie = await page.evaluate(() =>
      fetch("/api/lobbies/main/messages?limit=3").then((r) => r.json()),
    );
    expect((cookie as { items: { content: string }[] }).items.map(({ content }) => content)).toEqual([
      "number 7",
      "number 8",
      "after the restart",
    ]);
  });
});
