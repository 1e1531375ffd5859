import { describe, expect, it } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { chromiumPath } from "./chromium.ts";
import { setStage } from "./stage.ts";
import { cookieOf, makeFriends, register } from "./people.ts";
import { joinByLink, newPage, rollButton, untilRolls, whoseTurn } from "./table.ts";
import { playAs, rollToTheEnd } from "../game-play.ts";
import { asRoomId } from "../../src/protocol/index.ts";

type Count = (type: string, text?: string) => number;

/** One press is one action (F15), and a word that is still being composed is none (F05, F16). */
describe.skipIf(chromiumPath() === undefined)("what one presses and types", () => {
  const stage = setStage();

  /** Counts what a page sends: commands of a type, or requests to a path; all, or those with a text in them. */
  function commandsOf(page: Page): Count {
    const sent: string[] = [];
    page.on("websocket", (socket) => {
      socket.on("framesent", ({ payload }) => void sent.push(String(payload)));
    });
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      sent.push(`"type":"${request.method()} ${pathname}" ${request.postData() ?? ""}`);
    });
    return (type, text = "") =>
      sent.filter((frame) => frame.includes(`"type":"${type}"`) && frame.includes(text)).length;
  }

  async function person(): Promise<{ readonly page: Page; readonly count: Count }> {
    const page = await newPage(stage.browser, { reducedMotion: "reduce" });
    const count = commandsOf(page);
    await page.goto(`${stage.platform.url}/games/bigger_dice`);
    return { page, count };
  }

  async function seatTwo() {
    const [host, guest] = [await person(), await person()];
    await host.page.fill("#new-room-name", crypto.randomUUID().slice(0, 12));
    await host.page.getByRole("button", { name: "Open the room" }).dblclick();
    await host.page.waitForURL(/\/play\//);
    await joinByLink(host.page, guest.page);
    return { host, guest };
  }

  it("brings a stranger from the front page into a game by two: the game, quick play", async () => {
    const page = await newPage(stage.browser, { reducedMotion: "reduce" });
    await page.goto(stage.platform.url);
    await page.getByRole("link", { name: "Bigger Dice" }).click();
    await page.getByRole("button", { name: "Quick play" }).click();
    await page.waitForURL(/\/play\//);
    await page.locator("bigger-dice-game player-card").first().waitFor();
  });

  it("opens one room and one game for a double click", async () => {
    const { host } = await seatTwo();
    expect(host.count("games.command.create_room")).toBe(1);
    const { page, count } = await person();
    await page.getByRole("button", { name: "Quick play" }).dblclick();
    await page.waitForURL(/\/play\//);
    expect(count("games.command.quick_play")).toBe(1);
  });

  it("rolls once for a double click, a held key and a tap, also where the next roll is one's own", async () => {
    const { host, guest } = await seatTwo();
    const pages = [host.page, guest.page] as const;
    const rolls = () =>
      host.count("games.command.bigger_dice.roll") + guest.count("games.command.bigger_dice.roll");
    const presses: readonly ((button: Locator, page: Page) => Promise<void>)[] = [
      (button) => button.dblclick(),
      async (button, page) => {
        await button.focus();
        // What a held key does: one press, and repeats.
        await page.keyboard.down("Enter");
        for (let n = 0; n < 20; n += 1) await page.keyboard.down("Enter");
        await page.keyboard.up("Enter");
      },
      async (button, page) => {
        await button.focus();
        await page.keyboard.down("Space");
        for (let n = 0; n < 20; n += 1) await page.keyboard.down("Space");
        await page.keyboard.up("Space");
      },
      (button) => button.click({ clickCount: 3 }),
    ];
    // Each way as first and as second roller of a round.
    for (let rolled = 1; rolled <= 8; rolled += 1) {
      const page = (await whoseTurn(pages)) ?? host.page;
      await presses[Math.floor((rolled - 1) / 2)]?.(rollButton(page), page);
      await Promise.all(pages.map((each) => untilRolls(each, rolled)));
      expect(rolls()).toBe(rolled);
    }
  }, 60_000);

  /** Enter that only confirms a word: as Chromium and Firefox say it, then as Safari does. */
  async function confirmWord(field: Locator, text: string): Promise<void> {
    await field.fill(text);
    await field.evaluate((element) => {
      const enter = (init: KeyboardEventInit) =>
        element.dispatchEvent(
          new KeyboardEvent("keydown", {
            key: "Enter",
            bubbles: true,
            composed: true,
            cancelable: true,
            ...init,
          }),
        );
      element.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true, composed: true }));
      // Not prevented, the browser would send the form of an input; that of a text area it never does.
      const sendAs = (isLeft: boolean) => {
        if (isLeft && element.localName === "input") element.closest("form")?.requestSubmit();
      };
      sendAs(enter({ isComposing: true, keyCode: 229 }));
      element.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true, composed: true }));
      sendAs(enter({ keyCode: 229 }));
    });
  }

  it("sends nothing while a word is confirmed, and the whole text once for a plain Enter", async () => {
    const { host, guest } = await seatTwo();
    const ann = await register(stage.browser, stage.platform.url, `ann-${crypto.randomUUID().slice(0, 8)}`);
    const bob = await register(stage.browser, stage.platform.url, `bob-${crypto.randomUUID().slice(0, 8)}`);
    await makeFriends(stage.platform.url, ann, bob);
    const annCounts = commandsOf(ann.page);
    await ann.page.goto(`${stage.platform.url}/chat/${bob.userId}`);
    const bobCounts = commandsOf(bob.page);
    await bob.page.goto(`${stage.platform.url}/friends`);
    const [lobby, talker, joiner, watcher] = [await person(), await person(), await person(), await person()];
    await watcher.page.evaluate(() => fetch("/api/guest", { method: "POST" }));
    await watcher.page.goto(`${host.page.url()}?watch`);
    const cases: readonly [Page, string, Count, string][] = [
      [ann.page, "#private-chat-text", annCounts, "chat.command.send_message"],
      [host.page, "game-chat input", host.count, "games.command.player_chat"],
      [talker.page, "#lobby-chat-text", talker.count, "chat.command.send_lobby_message"],
      [bob.page, "#friend-name", bobCounts, "POST /api/friends/requests"],
      [watcher.page, "game-chat input", watcher.count, "games.command.spectator_chat"],
      [joiner.page, "#join-room-name", joiner.count, "games.command.join_room"],
      [lobby.page, "#new-room-name", lobby.count, "games.command.create_room"],
    ];
    for (const [page, field, count, type] of cases) {
      await page.locator(field).waitFor();
      await confirmWord(page.locator(field), "こんにちは");
      expect(await page.locator(field).inputValue()).toBe("こんにちは");
      await page.locator(field).press("End");
      await page.keyboard.insertText("世界");
      await page.keyboard.press("Enter");
      while (count(type) === 0) await page.waitForTimeout(20);
      // What went out first went out by the plain Enter, since it is all there.
      expect([field, count(type), count(type, "こんにちは世界")]).toEqual([field, 1, 1]);
    }
    await guest.page.locator("game-chat").getByText("こんにちは").waitFor();
  }, 60_000);

  it("keeps what is being typed, and the focus, while the game goes on around it", async () => {
    const { host, guest } = await seatTwo();
    const field = guest.page.locator("game-chat input");
    const [half, rest] = ["5 more and r is done, ", "space bar and all"];
    let rolled = 0;
    if ((await whoseTurn([host.page, guest.page])) === guest.page) {
      await rollButton(guest.page).click();
      await Promise.all([host, guest].map(({ page }) => untilRolls(page, 1)));
      rolled = 1;
    }
    const before = guest.count("games.command.bigger_dice.roll");
    await field.focus();
    await guest.page.keyboard.type(half);
    await rollButton(host.page).click();
    await untilRolls(guest.page, rolled + 1);
    await guest.page.keyboard.type(rest);
    expect(await field.inputValue()).toBe(half + rest);
    await guest.page.context().setOffline(true);
    await guest.page.context().setOffline(false);
    await guest.page.keyboard.type("!");
    expect(await field.inputValue()).toBe(`${half}${rest}!`);
    expect(guest.count("games.command.bigger_dice.roll")).toBe(before);
    expect(guest.count("games.command.player_chat")).toBe(0);
  }, 60_000);

  it("loses no letter of a sentence while everything happens, and takes it along into a reload and a rematch", async () => {
    const { host, guest } = await seatTwo();
    const pages = [host.page, guest.page] as const;
    const field = guest.page.locator("game-chat input");
    await field.focus();
    const rolledByHand = () => guest.count("games.command.bigger_dice.roll");
    let typed = "";
    const enough = new AbortController();
    const typing = (async () => {
      const letters = "r 1 quick sentence, l & s. ";
      for (let at = 0; !enough.signal.aborted || at % letters.length !== 0; at += 1) {
        await guest.page.keyboard.type(letters[at % letters.length] ?? "", { delay: 60 });
        typed += letters[at % letters.length] ?? "";
      }
    })();
    // The game by clients in the same two seats, so that no press on the page takes the focus.
    const players = await Promise.all(
      pages.map(async (page) => playAs(stage.platform.url, await cookieOf(page))),
    );
    const [one, other] = players;
    const roomId = asRoomId(new URL(host.page.url()).pathname.split("/").at(-1) ?? "");
    if (one === undefined || other === undefined) throw new Error("nobody plays");
    await guest.page.context().setOffline(true);
    await guest.page.context().setOffline(false);
    await rollToTheEnd(roomId, one, other);
    await guest.page.locator("result-banner h2").waitFor();
    await one.client.send("games.command.rematch", { roomId, clientSeed: "0".repeat(32) });
    await guest.page.getByRole("button", { name: "Accept the rematch" }).waitFor();
    enough.abort();
    await typing;
    expect(await field.inputValue()).toBe(typed);
    expect([rolledByHand(), guest.count("games.command.player_chat")]).toEqual([0, 0]);
    await guest.page.reload();
    await field.waitFor();
    expect(await field.inputValue()).toBe(typed);
    const before = guest.page.url();
    await guest.page.getByRole("button", { name: "Accept the rematch" }).click();
    await guest.page.waitForURL((url) => url.href !== before);
    await field.waitFor();
    expect(await field.inputValue()).toBe(typed);
    for (const { client } of players) client.close();
  }, 60_000);

  it("keeps what is written while the message before it is on its way", async () => {
    const { host, guest } = await seatTwo();
    const field = host.page.locator("game-chat input");
    await field.fill("first");
    // In one go, so that no answer can come in between.
    await field.evaluate((input: HTMLInputElement) => {
      input.form?.requestSubmit();
      input.value += " and second";
      input.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    });
    await guest.page.locator("game-chat").getByText("first", { exact: true }).waitFor();
    await host.page.locator("game-chat").getByText("first", { exact: true }).waitFor();
    await host.page.locator("game-chat button[aria-disabled=false]").waitFor();
    expect(await field.inputValue()).toBe(" and second");
  }, 60_000);
});
