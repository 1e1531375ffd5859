import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { chromiumPath, launchChromium } from "./chromium.ts";
import { bubbles, change, cookieOf, count, makeFriends, register, write, type Member } from "./people.ts";
import { problemsOf } from "./table.ts";
import { connectClient, startPlatform, type Platform } from "../platform.ts";
import { asUserId } from "../../src/protocol/index.ts";

describe.skipIf(chromiumPath() === undefined)("friends and private chat", () => {
  let platform: Platform;
  let browser: Browser;
  let ann: Member;
  let bob: Member;
  let problems: (readonly string[])[];
  let number = 0;

  beforeAll(async () => {
    // So that sixty messages can be written; what the limits do is tested elsewhere.
    const environment = { WS_GATEWAY_LIMIT_SCALE: "100" };
    [platform, browser] = await Promise.all([startPlatform(environment), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await platform.cleanUp();
  });
  beforeEach(async () => {
    number += 1;
    [ann, bob] = await Promise.all([
      register(browser, platform.url, `ann${number}`),
      register(browser, platform.url, `bob${number}`),
    ]);
    problems = [problemsOf(ann.page), problemsOf(bob.page)];
  });
  afterEach(async () => {
    await Promise.all([ann.page.context().close(), bob.page.context().close()]);
    expect(problems.flat()).toEqual([]);
  });

  const openChat = async (who: Member, other: Member): Promise<Page> => {
    await who.page.goto(`${platform.url}/chat/${other.userId}`);
    await who.page.getByText("Nothing yet").or(bubbles(who.page)).first().waitFor();
    return who.page;
  };

  it("lets two people find each other, live, and shows who is here", async () => {
    await bob.page.goto(`${platform.url}/friends`);
    await ann.page.goto(`${platform.url}/friends`);
    await ann.page.fill("#friend-name", "nobody-at-all");
    await ann.page.press("#friend-name", "Enter");
    await ann.page
      .locator("#friend-refusal")
      .getByText(/name|nobody|no/i)
      .waitFor();
    expect(await ann.page.inputValue("#friend-name")).toBe("nobody-at-all");
    await ann.page.fill("#friend-name", `BOB${number}`);
    await ann.page.press("#friend-name", "Enter");
    await ann.page.getByText("You have asked").waitFor();
    await bob.page.getByText("They ask to be your friends").waitFor();
    expect(await count(bob.page).textContent()).toBe("1");
    await bob.page.getByRole("button", { name: `Accept ann${number}` }).press("Enter");
    await ann.page.locator("[data-status=online]").waitFor();
    await bob.page.locator("[data-status=online]").waitFor();
    await count(bob.page).waitFor({ state: "hidden" });
    await bob.page.goto("about:blank");
    await ann.page.locator("[data-status=offline]").waitFor();
    await bob.page.goto(`${platform.url}/friends`);
    await ann.page.locator("[data-status=online]").waitFor();
    await ann.page.getByRole("button", { name: `Remove bob${number}` }).click();
    await ann.page.getByRole("button", { name: `Yes bob${number}` }).click();
    await bob.page.getByText("Nobody yet").waitFor();
  }, 60_000);

  it("brings messages both ways, with typing, receipts and what is unread", async () => {
    await makeFriends(platform.url, ann, bob);
    const [one, two] = [await openChat(ann, bob), await bob.tab("/games")];
    await two.locator(".chat-line, .chat-list .muted").first().waitFor();
    await write(one, "hello <b>bob</b>, see https://example.org/a.");
    await write(one, "fancy a game?");
    await count(two).getByText("2").waitFor();
    expect(await two.title()).toMatch(/^\(2\) /);
    expect(await one.locator(".receipt").allTextContents()).toEqual(["sent", "sent"]);
    const chat = await openChat(bob, ann);
    await bubbles(chat).nth(1).waitFor();
    expect(await bubbles(chat).allTextContents()).toEqual([
      "hello <b>bob</b>, see https://example.org/a.",
      "fancy a game?",
    ]);
    expect(await bubbles(chat).locator("a").getAttribute("href")).toBe("https://example.org/a");
    await one.locator(".receipt").filter({ hasText: "read" }).nth(1).waitFor();
    await count(two).waitFor({ state: "hidden" });
    expect(await two.title()).not.toMatch(/^\(/);
    await chat.locator("#private-chat-text").pressSequentially("yes");
    await one.getByText(`bob${number} is writing…`).waitFor();
    await chat.press("#private-chat-text", "Enter");
    await bubbles(one).nth(2).waitFor();
    await one.locator(".chat-typing").filter({ hasText: /^\s*$/ }).waitFor({ state: "attached" });
    await one.reload();
    await bubbles(one).nth(2).waitFor();
    expect((await bubbles(one).allTextContents()).at(-1)).toBe("yes");
  }, 60_000);

  it("reads nothing in a page that nobody looks at (F09)", async () => {
    await makeFriends(platform.url, ann, bob);
    const hidden = await openChat(bob, ann);
    await hidden.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    const lobby = await bob.tab("/games/bigger_dice");
    const one = await openChat(ann, bob);
    for (const text of ["one", "two", "three"]) await write(one, text);
    await bubbles(hidden).nth(2).waitFor();
    for (const tab of [hidden, lobby]) await count(tab).getByText("3").waitFor();
    expect(await one.locator(".receipt").filter({ hasText: "read" }).count()).toBe(0);
    await hidden.evaluate(() => {
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "visible" });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    for (const tab of [hidden, lobby]) await count(tab).waitFor({ state: "hidden" });
    await one.locator(".receipt").filter({ hasText: "read" }).nth(2).waitFor();
    await lobby.reload();
    await lobby.locator(".chat-list").waitFor();
    await count(lobby).waitFor({ state: "hidden" });
  }, 60_000);

  it("keeps what was written where the other is no friend, and leads on to a request (F10)", async () => {
    await makeFriends(platform.url, ann, bob);
    const [one, two] = [await openChat(ann, bob), await openChat(bob, ann)];
    await write(one, "before");
    await bubbles(two).first().waitFor();
    // To bob a block looks like a removal.
    await change(platform.url, ann, "PUT", `/api/blocks/${bob.userId}`);
    await write(two, "can you hear me?");
    await two
      .locator("#private-chat-refusal")
      .getByText(`You are not friends with ann${number} yet`)
      .waitFor();
    expect(await two.inputValue("#private-chat-text")).toBe("can you hear me?");
    await two.reload();
    await bubbles(two).first().waitFor();
    expect(await two.inputValue("#private-chat-text")).toBe("can you hear me?");
    await two.press("#private-chat-text", "Enter");
    await two.getByRole("button", { name: `Ask ann${number} to be friends` }).press("Enter");
    await two.getByText("has been asked").first().waitFor();
    await one.goto(`${platform.url}/friends`);
    await one.getByText("Blocked (1)").waitFor();
    expect(await one.getByText("They ask to be your friends").count()).toBe(0);
    await change(platform.url, ann, "DELETE", `/api/blocks/${bob.userId}`);
    await change(platform.url, bob, "POST", "/api/friends/requests", { username: `ann${number}` });
    await one.getByRole("button", { name: `Accept bob${number}` }).click();
    await one.locator("[data-status]").waitFor();
    await two.press("#private-chat-text", "Enter");
    await bubbles(two).nth(1).waitFor();
    expect(await two.inputValue("#private-chat-text")).toBe("");
  }, 60_000);

  it("loses and doubles nothing where the network is cut in the middle of sending", async () => {
    await makeFriends(platform.url, ann, bob);
    const [one, two] = [await openChat(ann, bob), await openChat(bob, ann)];
    for (let n = 0; n < 4; n += 1) {
      if (n % 2 === 1) await one.context().setOffline(true);
      await write(one, `message ${n}`);
      if (n % 2 === 1) await one.context().setOffline(false);
      await one.locator("#private-chat-text:placeholder-shown").waitFor();
    }
    await bubbles(two).nth(3).waitFor();
    const expected = ["message 0", "message 1", "message 2", "message 3"];
    expect(await bubbles(two).allTextContents()).toEqual(expected);
    expect(await bubbles(one).allTextContents()).toEqual(expected);
  }, 60_000);

  it("shows older messages on the way up, and stays where one reads", async () => {
    await makeFriends(platform.url, ann, bob);
    const client = connectClient(platform.url, await cookieOf(ann.page));
    for (let n = 0; n < 60; n += 1)
      await client.send("chat.command.send_message", {
        recipientId: asUserId(bob.userId),
        content: `message ${n}`,
      });
    client.close();
    const two = await openChat(bob, ann);
    await bubbles(two).nth(49).waitFor();
    expect(await bubbles(two).count()).toBe(50);
    await two.locator("[data-chat-list]").evaluate((list) => list.scrollTo({ top: 0 }));
    await bubbles(two).nth(59).waitFor();
    expect(await bubbles(two).allTextContents()).toEqual(
      Array.from({ length: 60 }, (_, n) => `message ${n}`),
    );
    const top = await two.locator("[data-chat-list]").evaluate((list) => list.scrollTop);
    expect(top).toBeGreaterThan(0);
  }, 90_000);

  it("folds the words of a blocked person away in the lobby, until they are asked for", async () => {
    await ann.page.goto(`${platform.url}/games`);
    await bob.page.goto(`${platform.url}/games`);
    await bob.page.fill("#lobby-chat-text", `something rude ${number}`);
    await bob.page.press("#lobby-chat-text", "Enter");
    await ann.page.getByText(`something rude ${number}`).waitFor();
    await change(platform.url, ann, "PUT", `/api/blocks/${bob.userId}`);
    await ann.page.reload();
    await ann.page.getByRole("button", { name: "Show this message" }).waitFor();
    expect(await ann.page.getByText(`something rude ${number}`).count()).toBe(0);
    await ann.page.getByRole("button", { name: "Show this message" }).press("Enter");
    await ann.page.getByText(`something rude ${number}`).waitFor();
  }, 60_000);

  it("leaves a way to what somebody wrote who is no friend any more (F10)", async () => {
    await makeFriends(platform.url, ann, bob);
    const one = await openChat(ann, bob);
    for (const text of ["one", "two"]) await write(one, text);
    await one.locator(".receipt").nth(1).waitFor();
    await change(platform.url, ann, "DELETE", `/api/friends/${bob.userId}`);
    await bob.page.goto(`${platform.url}/friends`);
    await count(bob.page).getByText("2").waitFor();
    await bob.page.getByRole("region", { name: "Other chats" }).getByRole("link").click();
    await bubbles(bob.page).nth(1).waitFor();
    await count(bob.page).waitFor({ state: "hidden" });
  }, 60_000);

  it("shows the chat alone on a phone, and the list where one comes from", async () => {
    await makeFriends(platform.url, ann, bob);
    const one = await openChat(ann, bob);
    await write(one, "hello");
    await bubbles(one).first().waitFor();
    await one.setViewportSize({ width: 390, height: 844 });
    expect(await one.locator("chat-list").isVisible()).toBe(false);
    expect(await one.locator("#private-chat-text").isVisible()).toBe(true);
    await one.locator("main").getByRole("link", { name: "Friends" }).click();
    await one.getByRole("link", { name: `Write to bob${number}` }).click();
    await bubbles(one).first().waitFor();
  }, 60_000);

  it("says to the one who blocked that it is so, with the way to undo it", async () => {
    await change(platform.url, ann, "PUT", `/api/blocks/${bob.userId}`);
    const one = await openChat(ann, bob);
    await one.locator("chat-partner").getByText("You have blocked them.").waitFor();
    await one.locator("chat-partner").getByRole("link", { name: "Unblock" }).click();
    await one.getByText("Blocked (1)").click();
    await one.getByRole("button", { name: `Unblock bob${number}` }).waitFor();
  }, 60_000);

  it("shows nobody else who signs in here what was begun (F40)", async () => {
    await makeFriends(platform.url, ann, bob);
    const one = await openChat(ann, bob);
    await one.fill("#private-chat-text", "between you and me");
    await one.reload();
    await bubbles(one).or(one.getByText("Nothing yet")).first().waitFor();
    expect(await one.inputValue("#private-chat-text")).toBe("between you and me");
    const { url } = platform;
    await change(url, ann, "POST", "/api/logout");
    await change(url, ann, "POST", "/api/register", {
      username: `eve${number}`,
      password: "correct horse battery",
    });
    await one.goto(`${url}/chat/${bob.userId}`);
    await one.getByText("Nothing yet").waitFor();
    expect(await one.inputValue("#private-chat-text")).toBe("");
  }, 60_000);

  it("tells guests, strangers and the signed-out what to do", async () => {
    const { page } = ann;
    for (const [path, words] of [
      [`/chat/${ann.userId}`, "That would be you"],
      ["/chat/999999", "There is nobody of that number here"],
      ["/chat/%3Cscript%3E", "There is nobody of that number here"],
    ] as const) {
      await page.goto(platform.url + path);
      await page.getByText(words).waitFor();
    }
    await page.context().clearCookies();
    await page.goto(`${platform.url}/friends`);
    await page.getByText("Sign in to see your friends").waitFor();
    await page.goto(`${platform.url}/login`);
    await page.goto(`${platform.url}/games`);
    await page.getByRole("button", { name: /guest/i }).click();
    await page.waitForURL(/\/games/);
    await page.goto(`${platform.url}/friends`);
    await page.locator("main").getByText("Make an account").waitFor();
  }, 60_000);
});
