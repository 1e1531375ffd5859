/** Two people at a table, as a test sees and uses their pages. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** A context of one's own, as a person with her own browser has. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

/** What goes wrong in a page's own scripts, in words. */
export function problemsOf(page: Page): readonly string[] {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  return problems;
}

/** By the lobby's form; the page is in the room then. */
export async function openRoom(url: string, host: Page, name: string, slug = "bigger_dice"): Promise<void> {
  await host.goto(`${url}/games/${slug}`);
  await host.fill("#new-room-name", name);
  await host.press("#new-room-name", "Enter");
  await host.waitForURL(/\/play\//);
}

/** By the link of the host's room; the game is on then, on both pages. */
export async function joinByLink(host: Page, guest: Page): Promise<void> {
  await guest.goto(host.url());
  await guest
    .getByRole("button", { name: /join|take the seat|play/i })
    .first()
    .click();
  await Promise.all([host, guest].map((page) => rollButton(page).waitFor()));
}

export const rollButton = (page: Page) => page.locator("roll-button button");

export const isReady = async (page: Page): Promise<boolean> =>
  (await rollButton(page).getAttribute("aria-disabled")) === "false";

/** The points that the cards show, the host's first. */
export async function scores(page: Page): Promise<readonly number[]> {
  const texts = await page.locator("player-card .score b").allTextContents();
  return texts.map(Number);
}

/** Waits until the page's table of rounds shows so many rolls, of both players. */
export async function untilRolls(page: Page, count: number): Promise<void> {
  const rolls = page.locator("score-board tbody td:not(.total)").filter({ hasText: /[1-6]/ });
  await rolls.nth(count - 1).waitFor({ state: "attached" });
}

/** Waits until this page may roll or shows the result. */
export async function untilMyTurnOrOver(page: Page): Promise<"mine" | "over"> {
  const mine = page.locator("roll-button button[aria-disabled='false']");
  const over = page.locator("result-banner h2");
  await mine.or(over).first().waitFor();
  return (await over.isVisible()) ? "over" : "mine";
}

/** The next page that may roll; null when both show the result. */
export async function whoseTurn(pages: readonly [Page, Page]): Promise<Page | null> {
  const first = await Promise.race(
    pages.map(async (page) => ({ page, state: await untilMyTurnOrOver(page) })),
  );
  if (first.state === "mine") return first.page;
  await Promise.all(pages.map((page) => page.locator("result-banner h2").waitFor()));
  return null;
}

/** Rolls by clicking, whosever turn it is, until both pages show the result. `rolled`: rolls that were made before. */
export async function rollToTheEnd(host: Page, guest: Page, rolled = 0): Promise<number> {
  for (let rolls = rolled; ; rolls += 1) {
    const page = await whoseTurn([host, guest]);
    if (page === null) return rolls;
    await rollButton(page).click();
    await Promise.all([host, guest].map((each) => untilRolls(each, rolls + 1)));
  }
}
