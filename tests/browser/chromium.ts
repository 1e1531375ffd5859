/** The Chromium that the browser tests drive. A test that needs it is left out (`skipIf`) where there is none. */
import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const usualPlaces = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** Where Chromium is: what CHROMIUM_PATH says, else the first of the usual places that has one. */
export function chromiumPath(): string | undefined {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen === undefined || chosen === "") return usualPlaces.find((path) => existsSync(path));
  if (!existsSync(chosen)) throw new Error(`CHROMIUM_PATH is ${chosen}, and there is no such file`);
  return chosen;
}

/** A browser of one's own. Whoever launches it closes it. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error("No Chromium here: npm run engines -- install");
  return await chromium.launch({ executablePath, headless: true, args: [...quiet, ...asRoot()] });
}

/** Longer than any page takes that is closed at all. */
const closingMs = 10_000;

/**
 * Closes every page of a browser, and answers which browser to go on with. Once in some fifty runs Chromium does not
 * answer to that any more, and would take all tests after this one with it: then it is another one.
 */
export async function closePages(browser: Browser): Promise<Browser> {
  const closing = Promise.all(browser.contexts().map((context) => context.close()));
  const tooLate = Promise.withResolvers<"too late">();
  const timer = setTimeout(() => tooLate.resolve("too late"), closingMs);
  const outcome = await Promise.race([closing, tooLate.promise]).finally(() => clearTimeout(timer));
  if (outcome !== "too late") return browser;
  console.warn(
    `Chromium did not close its pages within ${closingMs / 1000} s: the next test gets another one.`,
  );
  // It is ended by force after a while; whatever it says to that.
  for (const ending of [closing, browser.close()]) ending.catch(() => undefined);
  return launchChromium();
}

/** No work in the background, and nothing that a machine without a screen lacks. */
const quiet = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Chromium's sandbox refuses to run as root, which is what containers run as. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? ["--no-sandbox"] : [];
}
