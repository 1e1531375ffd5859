/**
 * What is true is what is shown: without animations, in a tab that nobody looks at, and where rolls come faster than
 * dice fall (F20). The players are clients of the library, so that they may be as quick as they like.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { chromiumPath, closePages, launchChromium } from "./chromium.ts";
import { newPage, problemsOf, scores, untilRolls } from "./table.ts";
import { beginGame, join, see, type Player } from "../game-play.ts";
import { startPlatform, type Platform } from "../platform.ts";
import type { RoomId, UserId } from "../../src/protocol/index.ts";

interface State {
  readonly turn: number;
  readonly currentTurn: UserId | null;
  readonly scores: Readonly<Record<string, number>>;
}

describe.skipIf(chromiumPath() === undefined)("a board with motion", () => {
  let platform: Platform;
  let browser: Browser;
  let table: { readonly host: Player; readonly guest: Player; readonly roomId: RoomId };

  beforeAll(async () => {
    [platform, browser] = await Promise.all([
      startPlatform({ WS_GATEWAY_LIMIT_SCALE: "100" }),
      launchChromium(),
    ]);
  });
  afterEach(async () => {
    for (const { client } of [table.host, table.guest]) client.close();
    browser = await closePages(browser);
  });
  afterAll(async () => {
    await browser.close();
    await platform.cleanUp();
  });

  /** Rolls whose frames have come to the page. */
  let heard = 0;
  const shownRolls = (page: Page) =>
    page.locator("score-board tbody td:not(.total)").filter({ hasText: /[1-6]/ }).count();

  /** Somebody watches two who play, and wants motion. */
  async function watch(): Promise<Page> {
    const [host, guest] = await Promise.all([join(platform.url), join(platform.url)]);
    table = { host, guest, roomId: await beginGame(host, guest, crypto.randomUUID().slice(0, 12)) };
    const page = await newPage(browser);
    heard = 0;
    page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => {
        if (String(payload).startsWith('{"type":"games.event.bigger_dice.rolled"')) heard += 1;
      }),
    );
    await page.goto(`${platform.url}/games/bigger_dice/play/${table.roomId}?watch`);
    await page.locator("dice-table").waitFor();
    return page;
  }

  async function state(): Promise<State> {
    return (await see(table.host, table.roomId)).state as unknown as State;
  }

  /** So many rolls, or to the end, one after the other as fast as they are taken. Answers how it stands then. */
  async function roll(count: number): Promise<State> {
    let now = await state();
    for (let made = 0; made < count && now.currentTurn !== null; made += 1) {
      const player = now.currentTurn === table.host.userId ? table.host : table.guest;
      await player.client.send("games.command.bigger_dice.roll", { roomId: table.roomId, turn: now.turn });
      now = await state();
    }
    return now;
  }

  const totals = ({ scores: all }: State) => [all[table.host.userId], all[table.guest.userId]];
  const faces = (page: Page) => page.locator("dice-table").innerText();

  const setHidden = (page: Page, isHidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      Object.defineProperty(document, "visibilityState", {
        configurable: true,
        get: () => (hidden ? "hidden" : "visible"),
      });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isHidden);

  it("shows the score within half a second of being seen again, and plays nothing back", async () => {
    const page = await watch();
    await setHidden(page, true);
    const now = await roll(10);
    while (heard < now.turn) await page.waitForTimeout(1);
    // Nothing is in the air that nobody sees: what has come is there.
    expect(await shownRolls(page)).toBe(now.turn);
    await setHidden(page, false);
    expect(await scores(page)).toEqual(totals(now) as number[]);
    const moving = await page.evaluate(() => document.getAnimations().length);
    expect(moving).toBe(0);
    const before = await faces(page);
    await page.waitForTimeout(500);
    expect(await faces(page)).toBe(before);
  }, 60_000);

  it("shows the winner of a game that ended unseen", async () => {
    const page = await watch();
    await roll(4);
    await setHidden(page, true);
    const end = await roll(1_000);
    await page.locator("result-banner h2").waitFor();
    await setHidden(page, false);
    expect(await scores(page)).toEqual(totals(end) as number[]);
    expect(await page.locator("result-banner").isVisible()).toBe(true);
  }, 60_000);

  it("needs no animation: a style sheet that forbids them all changes nothing", async () => {
    const page = await watch();
    const problems = problemsOf(page);
    await page.evaluate(() => {
      const none = new CSSStyleSheet();
      none.replaceSync("*, ::before, ::after { animation: none !important; transition: none !important; }");
      const forbid = (root: Document | ShadowRoot) => {
        root.adoptedStyleSheets = [...root.adoptedStyleSheets, none];
        for (const { shadowRoot } of root.querySelectorAll("*")) if (shadowRoot !== null) forbid(shadowRoot);
      };
      forbid(document);
    });
    let now = await roll(1);
    for (let made = 1; made <= 4; made += 1) {
      await untilRolls(page, made);
      expect(await scores(page)).toEqual(totals(now) as number[]);
      now = await roll(1);
    }
    const end = await roll(1_000);
    await page.locator("result-banner h2").waitFor();
    expect(await scores(page)).toEqual(totals(end) as number[]);
    expect(problems).toEqual([]);
  }, 60_000);

  it("is up to date within a second of the last of many quick rolls, and never ahead of a die", async () => {
    const page = await watch();
    await page.evaluate(() => {
      const ahead: string[] = [];
      Object.assign(globalThis, { ahead });
      const game = document.querySelector("bigger-dice-game");
      const look = () => {
        const root = game?.shadowRoot;
        const isThrowing = root?.textContent?.includes("The die is cast") === true;
        const line = root?.querySelector("score-board")?.shadowRoot;
        const shown = [...(line?.querySelectorAll("td:not(.total)") ?? [])].filter((cell) =>
          /[1-6]/.test(cell.textContent ?? ""),
        ).length;
        if (isThrowing) ahead.push(`throwing ${shown}`);
        requestAnimationFrame(look);
      };
      look();
    });
    const now = await roll(6);
    await page.setViewportSize({ width: 500, height: 700 });
    await untilRolls(page, now.turn);
    expect(await scores(page)).toEqual(totals(now) as number[]);
    const thrown = await page.evaluate(() => (globalThis as unknown as { ahead: string[] }).ahead);
    // While the last die is in the air, its roll is not in the table yet.
    expect(thrown.length).toBeGreaterThan(0);
    expect(thrown).not.toContain(`throwing ${now.turn}`);
  }, 60_000);
});
