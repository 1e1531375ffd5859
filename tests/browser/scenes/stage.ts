/** What a scene is, and the people that most of them begin with. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { register, type Member } from "../people.ts";
import { joinByLink, newPage, openRoom, rollButton, untilRolls, whoseTurn } from "../table.ts";
import type { Platform } from "../../platform.ts";

export interface Scene {
  /** As its picture is called. */
  readonly name: string;
  /** What a person sees there. */
  readonly shows: string;
  /** Brings it about; the page stands still in it until it is closed. */
  open(stage: Stage): Promise<Page>;
  /** Requests that fail here by intention, by the end of their address. */
  readonly mayFail?: RegExp;
  readonly hasScript?: false;
  /** It wants a platform of its own, with these settings: because it ends it, or because others would suffer. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface Stage {
  readonly platform: Platform;
  readonly browser: Browser;
}

export const still: BrowserContextOptions = { reducedMotion: "reduce" };
let number = 0;
const nextName = (name: string): string => `${name}-${(number += 1)}`;

export async function visit({ platform, browser }: Stage, path: string): Promise<Page> {
  const page = await newPage(browser, still);
  await page.goto(platform.url + path);
  return page;
}

export async function member(
  { platform, browser }: Stage,
  name: string,
  options: BrowserContextOptions = still,
): Promise<Member> {
  return register(browser, platform.url, nextName(name), options);
}

export interface Table {
  readonly host: Page;
  readonly guest: Page;
}

/** Two members at a table, and it is somebody's turn. */
export async function table(
  stage: Stage,
  name: string,
  options: BrowserContextOptions = still,
): Promise<Table> {
  const [{ page: host }, { page: guest }] = [
    await member(stage, "sunny", options),
    await member(stage, "moony", options),
  ];
  await openRoom(stage.platform.url, host, name);
  await joinByLink(host, guest);
  return { host, guest };
}

export async function rollSome({ host, guest }: Table, count: number): Promise<void> {
  for (let rolled = 1; rolled <= count; rolled += 1) {
    const page = await whoseTurn([host, guest]);
    await rollButton(page ?? host).click();
    await Promise.all([host, guest].map((each) => untilRolls(each, rolled)));
  }
}

export async function playOut({
  host,
  guest,
}: Table): Promise<{ readonly winner: Page; readonly loser: Page }> {
  for (let rolled = 1; ; rolled += 1) {
    const page = await whoseTurn([host, guest]);
    if (page === null) break;
    await rollButton(page).click();
    await Promise.all([host, guest].map((each) => untilRolls(each, rolled)));
  }
  const hostWon = await host.locator("result-banner h2").getByText("You win!").isVisible();
  return hostWon ? { winner: host, loser: guest } : { winner: guest, loser: host };
}
