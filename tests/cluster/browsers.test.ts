import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { startCluster, type Cluster } from "./cluster.ts";
import { runningEngines } from "./engines.ts";
import { chromiumPath, launchChromium } from "../browser/chromium.ts";
import { newPage, problemsOf, rollButton, scores, untilRolls, whoseTurn } from "../browser/table.ts";

const engines = runningEngines();

describe.skipIf(engines === null || chromiumPath() === undefined)(
  "two browsers on different gateways",
  () => {
    let cluster: Cluster;
    let browser: Browser;

    beforeAll(async () => {
      if (engines !== null) [cluster, browser] = await Promise.all([startCluster(engines), launchChromium()]);
    });
    afterAll(async () => {
      await browser.close();
      await cluster.cleanUp();
    });

    it("play a game through the death of a gateway and of a platform", async () => {
      const options = { reducedMotion: "reduce" as const };
      const pages = [await newPage(browser, options), await newPage(browser, options)] as const;
      const [host, guest] = pages;
      const problems = pages.map(problemsOf);
      const [one, two] = cluster.platforms.map(({ url }) => url) as [string, string];
      await Promise.all([host.goto(`${one}/games/bigger_dice`), guest.goto(`${two}/games/bigger_dice`)]);
      await host.fill("#new-room-name", "Across");
      await host.press("#new-room-name", "Enter");
      await host.waitForURL(/\/play\//);
      await guest.click("a[data-join]");
      await guest.waitForURL(/\/play\//);
      expect([new URL(host.url()).origin, new URL(guest.url()).origin]).toEqual([one, two]);
      let rolls = 0;
      const roll = async () => rollOnce(pages, (rolls += 1));
      for (let n = 0; n < 3; n += 1) await roll();

      // The guest's gateway dies, and comes back.
      const [, gateway] = cluster.gateways;
      await gateway?.kill();
      await guest
        .getByText(/connecting again|no live connection/i)
        .first()
        .waitFor();
      expect(await guest.locator("roll-button button[aria-disabled='false']").count()).toBe(0);
      await gateway?.restart();
      for (let n = 0; n < 3; n += 1) await roll();

      // The guest's platform dies: its share of the rooms goes to the other one.
      const [, platform] = cluster.platforms;
      await platform?.kill();
      for (let n = 0; n < 3; n += 1) await roll();
      await platform?.restart();
      await roll();
      const [mine, theirs] = await Promise.all(pages.map(scores));
      expect(mine).toEqual(theirs ?? []);
      expect(problems.flat()).toEqual([]);
    }, 120_000);

    async function rollOnce(pages: readonly [Page, Page], count: number): Promise<void> {
      const page = await whoseTurn(pages);
      if (page === null) throw new Error("The game is over already.");
      await rollButton(page).click();
      await Promise.all(pages.map((each) => untilRolls(each, count)));
    }
  },
);
