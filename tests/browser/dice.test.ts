import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { chromiumPath, launchChromium } from "./chromium.ts";
import { joinByLink, newPage, openRoom, rollButton, untilRolls, whoseTurn } from "./table.ts";
import { startPlatform, type Platform } from "../platform.ts";

/** What moves on a page at one moment. */
interface Motion {
  readonly element: string;
  /** CSS properties, as a keyframe names them. */
  readonly properties: readonly string[];
  /** Milliseconds from the start to the end. */
  readonly length: number;
  readonly path: string;
}

describe.skipIf(chromiumPath() === undefined)("dice that are thrown", () => {
  let platform: Platform;
  let browser: Browser;

  beforeAll(async () => {
    [platform, browser] = await Promise.all([startPlatform(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await platform.cleanUp();
  });

  /** All animations that run, also in shadow trees, except those that run for ever. */
  function motions(page: Page): Promise<Motion[]> {
    return page.evaluate(() => {
      const rootsIn = (root: Document | ShadowRoot): (Document | ShadowRoot)[] => [
        root,
        ...[...root.querySelectorAll("*")].flatMap(({ shadowRoot }) =>
          shadowRoot === null ? [] : rootsIn(shadowRoot),
        ),
      ];
      return rootsIn(document)
        .flatMap((root) => root.getAnimations())
        .flatMap(({ effect }) => {
          if (!(effect instanceof KeyframeEffect)) return [];
          const frames = effect.getKeyframes();
          const length = Number(effect.getComputedTiming().endTime);
          const own = ["offset", "computedOffset", "easing", "composite"];
          return [
            {
              element: `${effect.target?.localName ?? ""}.${effect.target?.className.toString() ?? ""}`,
              properties: [...new Set(frames.flatMap((frame) => Object.keys(frame)))].filter(
                (name) => !own.includes(name),
              ),
              length,
              path: JSON.stringify(frames.map(({ transform }) => transform)),
            },
          ];
        });
    });
  }

  it("move by transform and opacity alone, under a second, each throw in its own way", async () => {
    const [host, guest] = [await newPage(browser), await newPage(browser)];
    await openRoom(platform.url, host, "Throws");
    await joinByLink(host, guest);
    const paths = new Set<string>();
    for (let rolled = 1; rolled <= 6; rolled += 1) {
      const page = (await whoseTurn([host, guest])) ?? host;
      await rollButton(page).click();
      await page.getByText("The die is cast…").waitFor();
      const seen = await motions(page);
      const thrown = seen.filter(({ path }) => path.includes("matrix3d"));
      expect(thrown.length).toBeGreaterThan(0);
      const others = seen.flatMap(({ properties }) => properties);
      expect(
        others.filter((name) => !["transform", "opacity", "translate", "rotate", "scale"].includes(name)),
      ).toEqual([]);
      for (const { length } of thrown) expect(length).toBeLessThanOrEqual(1_000);
      paths.add(thrown.map(({ path }) => path).join());
      await Promise.all([host, guest].map((each) => untilRolls(each, rolled)));
    }
    expect(paths.size).toBe(6);
  }, 60_000);
});
