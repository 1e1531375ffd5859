/** What a scene is, and the people that most of them begin with. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { register, type Member } from "../people.ts";
import { joinByLink, newPage, openRoom, rollToTheEnd } from "../table.ts";
import { rollByWire, rollToMatchPoint } from "../wire-play.ts";
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
  /**
   * It wants a platform of its own, with these settings: because it ends it, because others would suffer, or because
   * it shows rooms. Those of scenes before it end one after the other, and a list of them never stands still.
   */
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
  const [{ page: host }, { page: guest }] = await Promise.all([
    member(stage, "sunny", options),
    member(stage, "moony", options),
  ]);
  await openRoom(stage.platform.url, host, name);
  await joinByLink(host, guest);
  return { host, guest };
}

export async function rollSome(stage: Stage, { host, guest }: Table, count: number): Promise<void> {
  await rollByWire(stage.platform.url, [host, guest], count);
}

/** From the match point on by clicks, so that the end is what it is to those who play. */
export async function playOut(
  stage: Stage,
  { host, guest }: Table,
): Promise<{ readonly winner: Page; readonly loser: Page }> {
  await rollToTheEnd(host, guest, await rollToMatchPoint(stage.platform.url, [host, guest]));
  const hostWon = await host.locator("result-banner h2").getByText("You win!").isVisible();
  return hostWon ? { winner: host, loser: guest } : { winner: guest, loser: host };
}
