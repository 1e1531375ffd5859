/** What a scene is, and the people that most of them begin with. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { cookieOf, register, type Member } from "../people.ts";
import { joinByLink, newPage, openRoom, rollButton, untilRolls, whoseTurn } from "../table.ts";
import { playAs, see } from "../../game-play.ts";
import type { Platform } from "../../platform.ts";
import { winningScore } from "../../../src/games/bigger-dice/state.ts";
import { asRoomId, type UserId } from "../../../src/protocol/index.ts";

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

/** What a game shows of itself, as far as one must know it to stop in time. */
interface Standing {
  /** Rolls made so far. */
  readonly turn: number;
  readonly currentTurn: UserId;
  readonly scores: Readonly<Record<UserId, number>>;
}

/**
 * Both roll until it is `enough`, by clients in their seats, as from a second tab of each that is closed again: in
 * pages a game takes twenty seconds, and the pages follow it live all the same. Answers how many rolls they show.
 */
async function rollUntil(
  { platform }: Stage,
  { host, guest }: Table,
  isEnough: (standing: Standing) => boolean,
): Promise<number> {
  const roomId = asRoomId(new URL(host.url()).pathname.split("/").at(-1) ?? "");
  const seat = async (page: Page) => playAs(platform.url, await cookieOf(page));
  const [one, other] = await Promise.all([seat(host), seat(guest)]);
  const look = async () => (await see(one, roomId)).state as unknown as Standing; // as the game declares it
  let standing = await look();
  for (; !isEnough(standing); standing = await look()) {
    const { turn, currentTurn } = standing;
    const { client } = currentTurn === one.userId ? one : other;
    await client.send("games.command.bigger_dice.roll", { roomId, turn });
  }
  const { turn } = standing;
  if (turn > 0) await Promise.all([host, guest].map((page) => untilRolls(page, turn)));
  for (const { client } of [one, other]) client.close();
  return turn;
}

export async function rollSome(stage: Stage, pages: Table, count: number): Promise<void> {
  await rollUntil(stage, pages, ({ turn }) => turn >= count);
}

/** From the match point on by clicks, so that the end is what it is to those who play. */
export async function playOut(
  stage: Stage,
  { host, guest }: Table,
): Promise<{ readonly winner: Page; readonly loser: Page }> {
  const isMatchPoint = ({ scores }: Standing) => Object.values(scores).includes(winningScore - 1);
  for (let rolled = await rollUntil(stage, { host, guest }, isMatchPoint); ;) {
    const page = await whoseTurn([host, guest]);
    if (page === null) break;
    await rollButton(page).click();
    rolled += 1;
    await Promise.all([host, guest].map((each) => untilRolls(each, rolled)));
  }
  const hostWon = await host.locator("result-banner h2").getByText("You win!").isVisible();
  return hostWon ? { winner: host, loser: guest } : { winner: guest, loser: host };
}
