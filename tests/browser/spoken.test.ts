/** What a screen reader is given to say: each thing once, no ticks, nothing that was only loaded (F35). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "bun:test";
import type { Browser } from "playwright-core";
import { chromiumPath, launchChromium } from "./chromium.ts";
import { listen } from "./live-regions.ts";
import { register } from "./people.ts";
import { newPage, untilRolls } from "./table.ts";
import { beginGame, join, playAs, see, type Player } from "../game-play.ts";
import { guestSession, startPlatform, type Platform } from "../platform.ts";
import type { RoomId, UserId } from "../../src/protocol/index.ts";

describe.skipIf(chromiumPath() === undefined)("those who listen to a page", () => {
  let platform: Platform;
  let browser: Browser;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([
      startPlatform({ WS_GATEWAY_LIMIT_SCALE: "100" }),
      launchChromium(),
    ]);
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  afterAll(async () => {
    await browser.close();
    await platform.cleanUp();
  });

  async function seat(): Promise<{
    readonly host: Player;
    readonly guest: Player;
    readonly roomId: RoomId;
    readonly cookie: string;
  }> {
    const cookie = await guestSession(platform.url);
    const [host, guest] = [await playAs(platform.url, cookie), await join(platform.url)];
    return { host, guest, cookie, roomId: await beginGame(host, guest, crypto.randomUUID().slice(0, 12)) };
  }

  it("hear each roll and each turn of a whole game once, draws in a row too", async () => {
    const { host, guest, roomId } = await seat();
    const page = await newPage(browser, { reducedMotion: "reduce" });
    const said = await listen(page);
    await page.goto(`${platform.url}/games/bigger_dice/play/${roomId}?watch`);
    await page.locator("dice-table").waitFor();
    const faces: number[] = [];
    host.client.on("games.event.bigger_dice.rolled", ({ roll }) => faces.push(roll));
    for (let rolled = 1; ; rolled += 1) {
      const { state } = await see(host, roomId);
      const { turn, currentTurn } = state as unknown as { turn: number; currentTurn: UserId | null };
      if (currentTurn === null) break;
      const { client } = currentTurn === host.userId ? host : guest;
      await client.send("games.command.bigger_dice.roll", { roomId, turn });
      await untilRolls(page, rolled);
    }
    await page.locator("result-banner h2").waitFor();
    const heard = (await said()).flatMap((sentence) =>
      [...sentence.matchAll(/rolled (\d)/g)].map(([, face]) => Number(face)),
    );
    expect(heard).toEqual(faces);
    expect((await said()).filter((sentence) => /wins|won the game/i.test(sentence)).length).toBe(1);
    for (const { client } of [host, guest]) client.close();
  }, 90_000);

  it("hear once that somebody is away and once that she is back, and no second of the countdown", async () => {
    const { host, guest, roomId, cookie } = await seat();
    const page = await newPage(browser, { reducedMotion: "reduce" });
    const said = await listen(page);
    await page.goto(`${platform.url}/games/bigger_dice/play/${roomId}?watch`);
    await page.locator("dice-table").waitFor();
    const before = (await said()).length;
    host.client.close();
    await page.getByText(/lost the connection: 4:5[0-6]/).waitFor();
    const again = await playAs(platform.url, cookie);
    await page.locator("player-card").getByText("is back", { exact: true }).waitFor();
    const since = (await said()).slice(before);
    expect(since.length).toBe(2);
    expect(since[0]).toContain("lost the connection");
    expect(since[1]).toContain("is back");
    for (const { client } of [again, guest]) client.close();
  }, 60_000);

  it("hear nothing of a history that is loaded, and each message after it once", async () => {
    const { page } = await register(browser, platform.url, `ann-${crypto.randomUUID().slice(0, 8)}`);
    const say = async (text: string) => {
      await page.fill("#lobby-chat-text", text);
      await page.press("#lobby-chat-text", "Enter");
      await page.locator("lobby-chat").getByText(text, { exact: true }).waitFor();
    };
    await page.goto(`${platform.url}/games/bigger_dice`);
    for (let n = 1; n <= 3; n += 1) await say(`old ${n}.`);
    const other = await newPage(browser, { reducedMotion: "reduce" });
    const said = await listen(other);
    await other.goto(`${platform.url}/games/bigger_dice`);
    await other.locator("lobby-chat").getByText("old 3.", { exact: true }).waitFor();
    await other.locator("lobby-chat [aria-live=polite]").waitFor();
    for (let n = 1; n <= 10; n += 1) await say(`new ${n}.`);
    await other.locator("lobby-chat").getByText("new 10.", { exact: true }).waitFor();
    const lines = (await said()).flatMap((text) => /(?:old|new) \d+\./.exec(text) ?? []);
    expect(lines).toEqual(Array.from({ length: 10 }, (_, n) => `new ${n + 1}.`));
  }, 60_000);
});
