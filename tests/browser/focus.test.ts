/** Where the focus goes when what had it is gone: near it, and never to the top of the page (F16). */
import { describe, expect, it } from "bun:test";
import type { Page } from "playwright-core";
import { chromiumPath } from "./chromium.ts";
import { setStage } from "./stage.ts";
import { focusedElement, tabTo } from "./keyboard.ts";
import { change, makeFriends, register } from "./people.ts";
import { joinByLink, newPage, openRoom, rollButton, untilRolls, whoseTurn } from "./table.ts";
import { connectClient, guestSession } from "../platform.ts";

describe.skipIf(chromiumPath() === undefined)("somebody with a keyboard, whose button is taken away", () => {
  const stage = setStage();
  const still = { reducedMotion: "reduce" } as const;
  const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`;

  async function seatTwo(): Promise<readonly [Page, Page]> {
    const [host, guest] = [await newPage(stage.browser, still), await newPage(stage.browser, still)];
    await openRoom(stage.platform.url, host, unique("room"));
    await joinByLink(host, guest);
    return [host, guest];
  }

  async function playOut(pages: readonly [Page, Page]): Promise<void> {
    for (let rolled = 1; ; rolled += 1) {
      const page = await whoseTurn(pages);
      if (page === null) return;
      await rollButton(page).click();
      await Promise.all(pages.map((each) => untilRolls(each, rolled)));
    }
  }

  async function untilFocusIs(page: Page, names: string): Promise<void> {
    let focused = await focusedElement(page);
    for (const until = Date.now() + 5_000; focused !== names && Date.now() < until;) {
      await page.waitForTimeout(20);
      focused = await focusedElement(page);
    }
    expect(focused).toBe(names);
  }

  it("goes on at the page when the bar of a room goes with it, and Escape means no", async () => {
    const [host, guest] = await seatTwo();
    for (const page of [host, guest]) await page.goto(`${stage.platform.url}/games`);
    await tabTo(host, "[data-do=ask]");
    await host.keyboard.press("Enter");
    await untilFocusIs(host, "button");
    await host.locator("[data-do=stay]").waitFor();
    await host.keyboard.press("Escape");
    await host.locator("[data-do=stay]").waitFor({ state: "detached" });
    expect(await host.evaluate(() => document.activeElement?.getAttribute("data-do"))).toBe("ask");
    await tabTo(guest, "[data-do=ask]");
    await guest.keyboard.press("Enter");
    await tabTo(guest, "[data-do=leave]").catch(() => guest.keyboard.press("Shift+Tab"));
    await guest.locator("[data-do=leave]").press("Enter");
    // The game is over for both, whoever ended it.
    for (const page of [host, guest]) await untilFocusIs(page, "main");
  }, 60_000);

  it("is led from a seat that was taken to the words that say so", async () => {
    const [host, guest] = [await newPage(stage.browser, still), await newPage(stage.browser, still)];
    const late = await newPage(stage.browser, still);
    await openRoom(stage.platform.url, host, unique("seat"));
    await late.goto(host.url());
    await tabTo(late, "[data-join]");
    await joinByLink(host, guest);
    await late.getByText("This room is full now").first().waitFor();
    await untilFocusIs(late, "h2");
  }, 60_000);

  it("stays among the friends when a request is withdrawn, and Escape means no there too", async () => {
    const [ann, bob] = [
      await register(stage.browser, stage.platform.url, unique("ann")),
      await register(stage.browser, stage.platform.url, unique("bob")),
    ];
    await change(stage.platform.url, bob, "POST", "/api/friends/requests", { username: ann.username });
    await ann.page.goto(`${stage.platform.url}/friends`);
    await ann.page.locator("[data-do=accept]").waitFor();
    await tabTo(ann.page, "[data-do=accept]");
    await change(stage.platform.url, bob, "DELETE", `/api/friends/requests/${ann.userId}`);
    await ann.page.locator("[data-do=accept]").waitFor({ state: "detached" });
    await untilFocusIs(ann.page, "h2");
    await makeFriends(stage.platform.url, ann, bob);
    await ann.page.locator("[data-do=ask-remove]").press("Enter");
    await ann.page.getByRole("button", { name: "Yes" }).waitFor();
    await ann.page.keyboard.press("Escape");
    await ann.page.getByRole("button", { name: "Yes" }).waitFor({ state: "detached" });
    expect(await ann.page.evaluate(() => document.activeElement?.getAttribute("data-do"))).toBe("ask-remove");
  }, 60_000);

  it("stays in the chat with older messages, and with those that were folded away", async () => {
    const ann = await register(stage.browser, stage.platform.url, unique("ann"));
    const rude = connectClient(stage.platform.url, await guestSession(stage.platform.url));
    await Promise.all(
      Array.from({ length: 60 }, async (_, n) =>
        rude.send("chat.command.send_lobby_message", { lobbyId: "main", content: `number ${n}` }),
      ),
    );
    await ann.page.goto(`${stage.platform.url}/games`);
    await tabTo(ann.page, ".chat-older button");
    await ann.page.keyboard.press("Enter");
    await ann.page.locator(".chat-text").nth(59).waitFor();
    await untilFocusIs(ann.page, "div");
    if (rude.state.name !== "live") throw new Error("not live");
    await change(stage.platform.url, ann, "PUT", `/api/blocks/${rude.state.user.userId}`);
    await ann.page.reload();
    await tabTo(ann.page, "[data-folded] button");
    await ann.page.keyboard.press("Enter");
    await ann.page.locator(".chat-text").first().waitFor();
    await untilFocusIs(ann.page, "div");
    rude.close();
  }, 60_000);

  it("is told on the spot that there will be no rematch", async () => {
    const pages = await seatTwo();
    await playOut(pages);
    const [host, guest] = pages;
    await tabTo(host, "after-game");
    await guest.getByRole("link", { name: "Back to the lobby" }).click();
    await host.locator("after-game").getByText("There will be no rematch.").waitFor();
    await untilFocusIs(host, "bigger-dice-game after-game p");
  }, 90_000);

  it("is asked no more whether to give up a game that the other has given up", async () => {
    const [host, guest] = await seatTwo();
    for (const page of [guest, host]) {
      await tabTo(page, "footer button:not(sound-switch *)");
      await page.getByRole("button", { name: "Leave the game" }).press("Enter");
      await page.locator("dialog[open]").waitFor();
    }
    await guest.getByRole("button", { name: "Leave and lose" }).press("Enter");
    await host.locator("result-banner h2").waitFor();
    await host.locator("dialog[open]").waitFor({ state: "detached" });
    await untilFocusIs(host, "bigger-dice-game result-banner h2");
  }, 60_000);
});
