/** Two people who play Pig, as a test sees and uses their pages. */
import type { Page } from "playwright-core";
import { joinByLink, openRoom, rollButton, whoseTurn } from "./table.ts";

export const holdButton = (page: Page) => page.locator("hold-button button");

export async function seatAtPig(url: string, host: Page, guest: Page, name: string): Promise<void> {
  await openRoom(url, host, name, "pig");
  await joinByLink(host, guest);
}

/** The points that a hold would keep now; 0 where nothing was rolled in this turn. */
export async function stakeOn(page: Page): Promise<number> {
  const [open] = await page.locator("pig-table .stake[data-state=open] b").allTextContents();
  return Number(open ?? 0);
}

/** Waits until the page shows the game after so many moves. */
export async function untilMoves(page: Page, count: number): Promise<void> {
  await page.locator(`pig-table [data-moves="${count}"]`).waitFor();
}

export async function makeMove(page: Page, move: "roll" | "hold"): Promise<void> {
  await (move === "roll" ? rollButton(page) : holdButton(page)).click();
}

/** Both roll, each until she holds `dare` points or has won; answers how many moves there were, with those `before`. */
export async function playPig(host: Page, guest: Page, dare: number, before: number): Promise<number> {
  const pages = [host, guest] as const;
  for (let moves = before; ; moves += 1) {
    const page = await whoseTurn(pages);
    if (page === null) return moves;
    const wins = (await holdButton(page).textContent())?.includes("win") === true;
    await makeMove(page, wins || (await stakeOn(page)) >= dare ? "hold" : "roll");
    await Promise.all(pages.map((each) => untilMoves(each, moves + 1)));
  }
}

/** From the first move on, whoever's turn it is rolls once, until that was no 1. */
export async function rollUntilKept(
  host: Page,
  guest: Page,
  roll: (page: Page) => Promise<void> = (page) => makeMove(page, "roll"),
): Promise<{ readonly roller: Page; readonly moves: number }> {
  for (let moves = 1; ; moves += 1) {
    const roller = (await whoseTurn([host, guest])) ?? host;
    await roll(roller);
    await Promise.all([host, guest].map((page) => untilMoves(page, moves)));
    if ((await stakeOn(roller)) > 0) return { roller, moves };
  }
}

/** The same, until a 1 takes what somebody had at stake. */
export async function rollUntilLost(host: Page, guest: Page): Promise<void> {
  for (let moves = 1; ; moves += 1) {
    const roller = (await whoseTurn([host, guest])) ?? host;
    const stake = await stakeOn(roller);
    await makeMove(roller, stake > 20 ? "hold" : "roll");
    await Promise.all([host, guest].map((page) => untilMoves(page, moves)));
    if (stake > 0 && stake <= 20 && (await stakeOn(roller)) === 0) return;
  }
}
