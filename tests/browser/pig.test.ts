/** The second game, played by people in browsers: everything around it is the platform's. */
import { describe, expect, it } from "bun:test";
import type { Page } from "playwright-core";
import { chromiumPath } from "./chromium.ts";
import { setStage } from "./stage.ts";
import { focusedElement, listenToLiveRegion, tabTo } from "./keyboard.ts";
import { holdButton, makeMove, playPig, rollUntilKept, seatAtPig, stakeOn, untilMoves } from "./pig.ts";
import { newPage, problemsOf, rollButton, scores, whoseTurn } from "./table.ts";
import { playByWire } from "./wire-play.ts";
import { connectClient, guestSession } from "../platform.ts";
import type { pigMessages } from "../../src/games/pig/messages.ts";
import { asRoomId } from "../../src/protocol/index.ts";

describe.skipIf(chromiumPath() === undefined)("Pig, in browsers", () => {
  const stage = setStage();

  async function open(options: { readonly width?: number } = {}): Promise<Page> {
    const { width = 1280 } = options;
    return newPage(stage.browser, { reducedMotion: "reduce", viewport: { width, height: 800 } });
  }

  /** The moves that a page sends, in order. */
  function movesSentBy(page: Page): () => readonly string[] {
    const sent: string[] = [];
    page.on("websocket", (socket) => {
      socket.on("framesent", ({ payload }) => {
        const [, move] = /"type":"games\.command\.pig\.(\w+)"/.exec(String(payload)) ?? [];
        if (move !== undefined) sent.push(move);
      });
    });
    return () => sent;
  }

  it("is played to 100 by two, watched by a third, checked, and played again with the seats exchanged", async () => {
    const [host, guest, fan] = [await open(), await open({ width: 360 }), await open()];
    const problems = [host, guest, fan].map(problemsOf);
    await seatAtPig(stage.platform.url, host, guest, "Pigs might fly");
    await fan.goto(`${stage.platform.url}/games/pig`);
    await fan.getByRole("link", { name: "Watch Pigs might fly" }).click();
    await fan.getByText("You are spectating.").waitFor();
    await host.locator("pig-game footer").getByText("1 watching").waitFor();
    expect(await fan.locator("roll-button, hold-button").count()).toBe(0);

    // The long way by the wire; the last few turns as people play them.
    const before = await playByWire(
      stage.platform.url,
      [host, guest],
      ({ scores: points, turnTotal = 0 }) => {
        if (Object.values(points).some((score) => score >= 80)) return null;
        return turnTotal >= 20 ? "games.command.pig.hold" : "games.command.pig.roll";
      },
    );
    await Promise.all([host, guest].map((page) => untilMoves(page, before)));
    const moves = await playPig(host, guest, 20, before);
    await untilMoves(fan, moves);
    const [mine, theirs, watched] = await Promise.all([host, guest, fan].map(scores));
    expect([theirs, watched]).toEqual([mine, mine]);
    expect(mine?.filter((score) => score >= 100).length).toBe(1);
    const headlines = await Promise.all(
      [host, guest, fan].map((page) => page.locator("result-banner h2").textContent()),
    );
    expect(headlines.filter((headline) => /You win!/.test(headline ?? "")).length).toBe(1);
    expect(headlines[2]).toMatch(/ wins$/);

    for (const page of [host, fan]) {
      await page.getByRole("button", { name: "Check the dice" }).click();
      await page.locator("dice-check .verdict[data-ok=true]").waitFor();
    }

    const address = host.url();
    await host.getByRole("button", { name: "Rematch" }).click();
    await guest.getByRole("button", { name: "Accept the rematch" }).click();
    for (const page of [host, guest, fan]) await page.waitForURL((url) => !url.href.startsWith(address));
    expect(await whoseTurn([host, guest])).toBe(guest);
    await fan.getByText("You are spectating.").waitFor();
    await fan.locator("pig-table").waitFor();
    expect(problems.flat()).toEqual([]);
  }, 150_000);

  it("takes a double click for one roll, and one for one hold", async () => {
    const [host, guest] = [await open(), await open()];
    const [sentByHost, sentByGuest] = [movesSentBy(host), movesSentBy(guest)];
    await seatAtPig(stage.platform.url, host, guest, "One at a time");
    const { roller, moves } = await rollUntilKept(host, guest, (page) => rollButton(page).dblclick());
    await whoseTurn([host, guest]);
    await holdButton(roller).dblclick();
    await Promise.all([host, guest].map((page) => untilMoves(page, moves + 1)));
    // A second press that counted would have been sent, and have been a move of its own.
    expect([...sentByHost(), ...sentByGuest()].length).toBe(moves + 1);
  }, 60_000);

  it("is rolled and held by a keyboard alone, and a held key counts once", async () => {
    const [host, guest] = [await open(), await open()];
    const sent = movesSentBy(host);
    await seatAtPig(stage.platform.url, host, guest, "No mouse");
    await tabTo(host, "roll-button");
    let moves = 0;
    // What the table shows may be the other's stake: a 1 in the first roll, and it is hers.
    const hasStake = async () => (await whoseTurn([host, guest])) === host && (await stakeOn(host)) >= 2;
    while (!(await hasStake())) {
      // Whatever the other does, it is the host's turn again.
      if ((await whoseTurn([host, guest])) === guest) {
        await makeMove(guest, (await stakeOn(guest)) > 0 ? "hold" : "roll");
      } else {
        expect(await focusedElement(host)).toContain("roll-button");
        for (let n = 0; n < 3; n += 1) await host.keyboard.down("Enter");
        await host.keyboard.up("Enter");
      }
      moves += 1;
      await Promise.all([host, guest].map((page) => untilMoves(page, moves)));
    }
    await host.keyboard.press("Tab");
    expect(await focusedElement(host)).toContain("hold-button");
    await host.keyboard.press("Space");
    await untilMoves(guest, moves + 1);
    expect(sent().at(-1)).toBe("hold");
    expect(await focusedElement(host)).toContain("hold-button");
    expect(await whoseTurn([host, guest])).toBe(guest);
  }, 60_000);

  it("says each roll and each hold once to those who listen", async () => {
    const page = await open();
    const client = connectClient<typeof pigMessages>(
      stage.platform.url,
      await guestSession(stage.platform.url),
    );
    const other = connectClient<typeof pigMessages>(
      stage.platform.url,
      await guestSession(stage.platform.url),
    );
    const created = await client.send("games.command.create_room", { gameType: "pig", roomName: "Listen" });
    const roomId = asRoomId(String(created["roomId"]));
    await page.goto(`${stage.platform.url}/games/pig/play/${roomId}?watch`);
    await page.getByText("You are spectating.").waitFor();
    const said = await listenToLiveRegion(page);
    await other.send("games.command.join_room", { roomId });
    const happened: string[] = [];
    client.on("games.event.pig.rolled", ({ roll }) => happened.push(`rolled ${roll}`));
    client.on("games.event.pig.held", ({ banked }) => happened.push(`kept ${banked}`));
    let [mine, theirs] = [client, other];
    for (let moves = 0; moves < 12;) {
      const rolled = await mine.send("games.command.pig.roll", { roomId, turn: moves });
      await untilMoves(page, (moves += 1));
      if (rolled["roll"] !== 1) {
        await mine.send("games.command.pig.hold", { roomId, turn: moves });
        await untilMoves(page, (moves += 1));
      }
      [mine, theirs] = [theirs, mine];
    }
    const heard = (await said()).flatMap((text) => text.match(/rolled \d|kept \d+/g) ?? []);
    expect(heard).toEqual(happened);
    for (const each of [client, other]) each.close();
  }, 60_000);
});
