/**
 * The play page on a phone of the middle sort: a cold cache, a processor slowed down four times, 1.6 Mbit/s with
 * 150 ms there and back (Chromium's own emulation). When one can roll, how much script came, how far the page moved
 * under one's finger; then, at full speed, how long the longest task was while dice were thrown.
 *
 *   npm run bench -- page [seconds of throwing]
 */
import type { CDPSession, Page, Response } from "playwright-core";
import { describeMachine, percentile } from "./machine.ts";
import { launchChromium } from "../tests/browser/chromium.ts";
import { joinByLink, newPage, openRoom, rollButton, untilRolls, whoseTurn } from "../tests/browser/table.ts";
import { startPlatform } from "../tests/platform.ts";

const loads = 5;
const slowdown = 4;
const network = {
  offline: false,
  latency: 150,
  downloadThroughput: 1_600_000 / 8,
  uploadThroughput: 750_000 / 8,
};

/** What the page's own observers saw. */
interface Seen {
  /** Cumulative layout shift. */
  readonly shift: number;
  /** Milliseconds. */
  readonly longTasks: readonly number[];
}

declare global {
  interface Window {
    seen?: { shift: number; longTasks: number[] };
  }
}

export async function benchPage(seconds = 10): Promise<void> {
  console.log(`the play page: ${describeMachine()}; processor ÷ ${slowdown}, 1.6 Mbit/s, 150 ms, cold cache`);
  const [platform, browser] = await Promise.all([startPlatform(), launchChromium()]);
  try {
    const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
    const [host, guest] = [await newPage(browser, phone), await newPage(browser, phone)];
    await openRoom(platform.url, host, "On the phone");
    await joinByLink(host, guest);
    await host.addInitScript(observe);
    const slow = await slowDown(host);

    const times: number[] = [];
    const shifts: number[] = [];
    let scripts = 0;
    for (let load = 0; load < loads; load += 1) {
      await slow.send("Network.clearBrowserCache");
      scripts = 0;
      const count = countScripts(host, (bytes) => (scripts += bytes));
      const start = performance.now();
      await host.reload({ waitUntil: "commit" });
      await rollButton(host).waitFor();
      times.push(performance.now() - start);
      await host.waitForLoadState("networkidle");
      count.stop();
      shifts.push((await seenBy(host)).shift);
    }
    const sorted = times.toSorted((a, b) => a - b);
    console.log(
      `  the board is there after ${percentile(sorted, 0.5).toFixed(0)} ms (most ${(sorted.at(-1) ?? 0).toFixed(0)}, ` +
        `${loads} loads); ${(scripts / 1024).toFixed(1)} KiB of compressed script; layout shift ${Math.max(...shifts).toFixed(3)}`,
    );

    await slow.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    await host.evaluate(() => {
      if (window.seen !== undefined) window.seen.longTasks = [];
    });
    const end = performance.now() + seconds * 1000;
    let rolls = 0;
    while (performance.now() < end) {
      const page = await whoseTurn([host, guest]);
      if (page === null) break;
      await rollButton(page).click();
      rolls += 1;
      await Promise.all([host, guest].map((each) => untilRolls(each, rolls)));
    }
    const { longTasks } = await seenBy(host);
    console.log(
      `  ${rolls} throws at full speed: ${longTasks.length} tasks over 50 ms` +
        (longTasks.length === 0 ? "" : `, the longest ${Math.max(...longTasks).toFixed(0)} ms`),
    );
  } finally {
    await browser.close();
    await platform.cleanUp();
  }
}

async function slowDown(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", network);
  await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  return session;
}

/** Adds up the scripts' compressed bodies. */
function countScripts(page: Page, add: (bytes: number) => void): { stop(): void } {
  const onResponse = (response: Response): void => {
    if (response.request().resourceType() === "script")
      add(Number(response.headers()["content-length"] ?? 0));
  };
  page.on("response", onResponse);
  return { stop: () => page.off("response", onResponse) };
}

/** Runs in the page, before its scripts. */
function observe(): void {
  const seen = { shift: 0, longTasks: [] as number[] };
  window.seen = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const shift = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
      if (!shift.hadRecentInput) seen.shift += shift.value;
    }
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longTasks.push(duration);
  }).observe({ type: "longtask", buffered: true });
}

async function seenBy(page: Page): Promise<Seen> {
  const seen = await page.evaluate(() => window.seen);
  if (seen === undefined) throw new Error("The page was not observed.");
  return seen;
}
