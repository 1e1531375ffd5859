/** A platform and a browser for all tests of a file; no page of one test is open in the next. */
import { afterAll, afterEach, beforeAll } from "bun:test";
import type { Browser } from "playwright-core";
import { closePages, launchChromium } from "./chromium.ts";
import { startPlatform, type Platform } from "../platform.ts";

/** Both are there from the first test on. */
export interface Stage {
  readonly platform: Platform;
  readonly browser: Browser;
}

/** Call it where the tests are described. */
export function setStage(
  environment: Readonly<Record<string, string>> = { WS_GATEWAY_LIMIT_SCALE: "100" },
): Stage {
  let platform: Platform | undefined;
  let browser: Browser | undefined;
  const set = <Thing>(thing: Thing | undefined): Thing => {
    if (thing === undefined) throw new Error("The stage is set before the first test.");
    return thing;
  };
  beforeAll(async () => {
    [platform, browser] = await Promise.all([startPlatform(environment), launchChromium()]);
  });
  afterEach(async () => {
    browser = await closePages(set(browser));
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.cleanUp();
  });
  return {
    get platform() {
      return set(platform);
    },
    get browser() {
      return set(browser);
    },
  };
}
