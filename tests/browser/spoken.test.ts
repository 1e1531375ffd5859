/** What a screen reader is given to say: each thing once, no ticks, nothing that was only loaded (F35). */
import { describe, expect, it } from "bun:test";
import type { Page } from "playwright-core";
import { chromiumPath } from "./chromium.ts";
import { setStage } from "./stage.ts";
import { listen } from "./live-regions.ts";
import { makeFriends, register, write } from "./people.ts";
import { newPage, untilRolls } from "./table.ts";
import { beginGame, join, playAs, see, type Player } from "../game-play.ts";
import { guestSession, startPlatform } from "../platform.ts";
import { asRoomId, type RoomId, type UserId } from "../../src/protocol/index.ts";

describe.skipIf(chromiumPath() === undefined)("those who listen to a page", () => {
  const stage = setStage();

  async function seat(): Promise<{
    readonly host: Player;
    readonly guest: Player;
    readonly roomId: RoomId;
    readonly cookie: string;
  }> {
    const cookie = await guestSession(stage.platform.url);
    const [host, guest] = [await playAs(stage.platform.url, cookie), await join(stage.platform.url)];
    return { host, guest, cookie, roomId: await beginGame(host, guest, crypto.randomUUID().slice(0, 12)) };
  }

  it("hear each roll and each turn of a whole game once, draws in a row too", async () => {
    const { host, guest, roomId } = await seat();
    const page = await newPage(stage.browser, { reducedMotion: "reduce" });
    const said = await listen(page);
    await page.goto(`${stage.platform.url}/games/bigger_dice/play/${roomId}?watch`);
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
    const page = await newPage(stage.browser, { reducedMotion: "reduce" });
    const said = await listen(page);
    await page.goto(`${stage.platform.url}/games/bigger_dice/play/${roomId}?watch`);
    await page.locator("dice-table").waitFor();
    const before = (await said()).length;
    host.client.close();
    await page.getByText(/lost the connection: 4:5[0-6]/).waitFor();
    const again = await playAs(stage.platform.url, cookie);
    await page.locator("player-card").getByText("is back", { exact: true }).waitFor();
    const since = (await said()).slice(before);
    expect(since.length).toBe(2);
    expect(since[0]).toContain("lost the connection");
    expect(since[1]).toContain("is back");
    for (const { client } of [again, guest]) client.close();
  }, 60_000);

  it("hear nothing of a history that is loaded, and each message after it once", async () => {
    const { page } = await register(
      stage.browser,
      stage.platform.url,
      `ann-${crypto.randomUUID().slice(0, 8)}`,
    );
    const say = async (text: string) => {
      await page.fill("#lobby-chat-text", text);
      await page.press("#lobby-chat-text", "Enter");
      await page.locator("lobby-chat").getByText(text, { exact: true }).waitFor();
    };
    await page.goto(`${stage.platform.url}/games/bigger_dice`);
    for (let n = 1; n <= 3; n += 1) await say(`old ${n}.`);
    const other = await newPage(stage.browser, { reducedMotion: "reduce" });
    const said = await listen(other);
    await other.goto(`${stage.platform.url}/games/bigger_dice`);
    await other.locator("lobby-chat").getByText("old 3.", { exact: true }).waitFor();
    await other.locator("lobby-chat [aria-live=polite]").waitFor();
    for (let n = 1; n <= 10; n += 1) await say(`new ${n}.`);
    await other.locator("lobby-chat").getByText("new 10.", { exact: true }).waitFor();
    const lines = (await said()).flatMap((text) => /(?:old|new) \d+\./.exec(text) ?? []);
    expect(lines).toEqual(Array.from({ length: 10 }, (_, n) => `new ${n + 1}.`));
  }, 60_000);

  it("hear each message of an open private chat once, and no letter of a long one counted", async () => {
    const [ann, bob] = [
      await register(stage.browser, stage.platform.url, `ann-${crypto.randomUUID().slice(0, 8)}`),
      await register(stage.browser, stage.platform.url, `bob-${crypto.randomUUID().slice(0, 8)}`),
    ];
    await makeFriends(stage.platform.url, ann, bob);
    const said = await listen(ann.page);
    await bob.page.goto(`${stage.platform.url}/chat/${ann.userId}`);
    await write(bob.page, "old.");
    await bob.page.locator(".receipt").first().waitFor();
    await ann.page.goto(`${stage.platform.url}/chat/${bob.userId}`);
    await ann.page.locator("[data-chat-list][aria-live=polite] .bubble").waitFor();
    for (const text of ["one.", "two."]) {
      await bob.page.locator("#private-chat-text").pressSequentially(text);
      await ann.page.getByText("is writing…").waitFor();
      await bob.page.press("#private-chat-text", "Enter");
      await ann.page.locator(".bubble").getByText(text, { exact: true }).waitFor();
    }
    await ann.page.fill("#private-chat-text", "x".repeat(1_995));
    await ann.page.locator("#private-chat-text").pressSequentially("0123456789");
    await ann.page.getByText("2005 / 2000").waitFor();
    const heard = await said();
    expect(heard.map((text) => /(?:old|one|two)\./.exec(text)?.[0] ?? text)).toEqual(["one.", "two."]);
  }, 60_000);

  it("hear ten messages at the table within a second, each once", async () => {
    const { host, guest, roomId, cookie } = await seat();
    const page = await newPage(stage.browser, { reducedMotion: "reduce" });
    const said = await listen(page);
    await signIn(page, cookie, stage.platform.url);
    await page.goto(`${stage.platform.url}/games/bigger_dice/play/${roomId}`);
    await page.locator("game-chat").waitFor();
    const before = (await said()).length;
    const texts = Array.from({ length: 10 }, (_, n) => `number ${n}.`);
    await Promise.all(
      texts.map((content) => guest.client.send("games.command.player_chat", { roomId, content })),
    );
    await page.locator("game-chat .text").nth(9).waitFor();
    const heard = (await said()).slice(before).map((text) => /number \d\./.exec(text)?.[0] ?? text);
    expect(heard).toEqual(texts);
    for (const { client } of [host, guest]) client.close();
  }, 60_000);

  it("hear the last ten seconds of a turn announced once, and that it is over once", async () => {
    const hurried = await startPlatform({ TURN_CLOCK_MS: "12000" });
    try {
      const cookie = await guestSession(hurried.url);
      const [host, guest] = [await playAs(hurried.url, cookie), await join(hurried.url)];
      const page = await newPage(stage.browser, { reducedMotion: "reduce" });
      const said = await listen(page);
      await signIn(page, cookie, hurried.url);
      const created = await host.client.send("games.command.create_room", {
        gameType: "bigger_dice",
        roomName: "Tick, tock",
      });
      const roomId = asRoomId(String(created["roomId"]));
      await page.goto(`${hurried.url}/games/bigger_dice/play/${roomId}`);
      await page.getByRole("heading", { name: "Waiting for an opponent" }).waitFor();
      await guest.client.send("games.command.join_room", { roomId });
      await page.getByRole("heading", { name: "Your turn" }).waitFor();
      const before = (await said()).length;
      await untilRolls(page, 1);
      const [warning = "", over = "", ...more] = (await said()).slice(before);
      expect([warning, more]).toEqual(["10 seconds left in your turn.", []]);
      expect(over).toMatch(/^Your time was up: \d was rolled for you\. .* turn\.$/);
      for (const { client } of [host, guest]) client.close();
    } finally {
      await hurried.cleanUp();
    }
  }, 60_000);

  it("hear once that the connection is lost and once that it is back, and nothing of the page that was there", async () => {
    const own = await startPlatform({ WS_GATEWAY_LIMIT_SCALE: "100" });
    try {
      const page = await newPage(stage.browser, { reducedMotion: "reduce" });
      const said = await listen(page);
      await page.goto(`${own.url}/games/bigger_dice`);
      await page.fill("#lobby-chat-text", "before.");
      await page.press("#lobby-chat-text", "Enter");
      await page.locator("lobby-chat").getByText("before.", { exact: true }).waitFor();
      await page.locator("lobby-chat [aria-live=polite]").waitFor();
      const before = (await said()).length;
      await own.kill();
      await page.locator("[data-connection]").getByText("Connecting again…").waitFor();
      await own.restart();
      await page.locator("[data-connection]").waitFor({ state: "hidden" });
      await page.fill("#lobby-chat-text", "after.");
      await page.press("#lobby-chat-text", "Enter");
      await page.locator("lobby-chat").getByText("after.", { exact: true }).waitFor();
      const heard = (await said()).slice(before).map((text) => /after\./.exec(text)?.[0] ?? text);
      // Where starting takes longer than seven seconds, it is said once that this is no moment any more.
      expect(heard.filter((text) => !text.startsWith("No live connection."))).toEqual([
        "Connecting again…",
        "Connected.",
        "after.",
      ]);
    } finally {
      await own.cleanUp();
    }
  }, 60_000);
});

/** The page belongs to whoever has this cookie. */
async function signIn(page: Page, cookie: string, url: string): Promise<void> {
  const [name = "", value = ""] = cookie.split(/=(.*)/s);
  await page.context().addCookies([{ name, value, url }]);
}
