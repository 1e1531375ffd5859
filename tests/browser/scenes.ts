/**
 * Every page in every state that a person meets, brought about by real people in real browsers: what the gallery
 * shows and the visual check looks at. One list, so that a state that is drawn is a state that is checked.
 */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { rollUntilKept, rollUntilLost, seatAtPig } from "./pig.ts";
import { change, makeFriends, register, write, type Member } from "./people.ts";
import { joinByLink, newPage, openRoom, rollButton, untilRolls, whoseTurn } from "./table.ts";
import type { Platform } from "../platform.ts";

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
}

export interface Stage {
  readonly platform: Platform;
  readonly browser: Browser;
}

const still: BrowserContextOptions = { reducedMotion: "reduce" };
let number = 0;
const nextName = (name: string): string => `${name}-${(number += 1)}`;

async function visit({ platform, browser }: Stage, path: string): Promise<Page> {
  const page = await newPage(browser, still);
  await page.goto(platform.url + path);
  return page;
}

async function member({ platform, browser }: Stage, name: string): Promise<Member> {
  return register(browser, platform.url, nextName(name), still);
}

interface Table {
  readonly host: Page;
  readonly guest: Page;
}

/** Two members at a table, and it is somebody's turn. */
async function table(stage: Stage, name: string): Promise<Table> {
  const [{ page: host }, { page: guest }] = [await member(stage, "sunny"), await member(stage, "moony")];
  await openRoom(stage.platform.url, host, name);
  await joinByLink(host, guest);
  return { host, guest };
}

async function rollSome({ host, guest }: Table, count: number): Promise<void> {
  for (let rolled = 1; rolled <= count; rolled += 1) {
    const page = await whoseTurn([host, guest]);
    await rollButton(page ?? host).click();
    await Promise.all([host, guest].map((each) => untilRolls(each, rolled)));
  }
}

async function playOut({ host, guest }: Table): Promise<{ readonly winner: Page; readonly loser: Page }> {
  for (let rolled = 1; ; rolled += 1) {
    const page = await whoseTurn([host, guest]);
    if (page === null) break;
    await rollButton(page).click();
    await Promise.all([host, guest].map((each) => untilRolls(each, rolled)));
  }
  const hostWon = await host.locator("result-banner h2").getByText("You win!").isVisible();
  return hostWon ? { winner: host, loser: guest } : { winner: guest, loser: host };
}

export const scenes: readonly Scene[] = [
  {
    name: "games",
    shows: "the front page to a stranger",
    open: (stage) => visit(stage, "/games"),
  },
  {
    name: "games-chat",
    shows: "the front page to a member, with the chat for everybody",
    async open(stage) {
      const { page } = await member(stage, "sunny");
      const field = page.locator("lobby-chat input, lobby-chat textarea").first();
      for (const text of ["Good morning!", "Anybody up for dice? https://example.org/rules"]) {
        await field.fill(text);
        await field.press("Enter");
        await page.locator("lobby-chat").getByText(text.slice(0, 12)).first().waitFor();
      }
      return page;
    },
  },
  { name: "sign-in", shows: "signing in", open: (stage) => visit(stage, "/login") },
  {
    name: "sign-in-refused",
    shows: "a password that is not right",
    mayFail: /\/login$/,
    async open(stage) {
      const page = await visit(stage, "/login");
      await page.fill("input[name=username]", "nobody");
      await page.fill("input[name=password]", "not the password");
      await page.click("form[action='/login'] button");
      await page.locator("#refusal").waitFor();
      return page;
    },
  },
  { name: "register", shows: "making an account", open: (stage) => visit(stage, "/register") },
  {
    name: "lobby-empty",
    shows: "a game's lobby where nobody waits",
    open: (stage) => visit(stage, "/games/bigger_dice"),
  },
  {
    name: "lobby",
    shows: "a game's lobby with rooms that wait and games to watch",
    async open(stage) {
      await openRoom(stage.platform.url, (await member(stage, "early")).page, "Lunch break dice");
      await openRoom(
        stage.platform.url,
        (await member(stage, "late")).page,
        "A room with a rather long name, is it",
      );
      await table(stage, "The final");
      const { page } = await member(stage, "sunny");
      await page.goto(`${stage.platform.url}/games/bigger_dice`);
      await page.getByRole("link", { name: "Watch The final" }).waitFor();
      return page;
    },
  },
  {
    name: "waiting",
    shows: "a room that waits for an opponent",
    async open(stage) {
      const { page } = await member(stage, "sunny");
      await openRoom(stage.platform.url, page, "Come in");
      await page.locator("invite-link").waitFor();
      return page;
    },
  },
  {
    name: "invited",
    shows: "the same room to somebody who has its link",
    async open(stage) {
      const { page: host } = await member(stage, "sunny");
      await openRoom(stage.platform.url, host, "By invitation");
      const { page } = await member(stage, "moony");
      await page.goto(host.url());
      await page.locator("main button").first().waitFor();
      return page;
    },
  },
  {
    name: "full",
    shows: "a room whose seats are taken",
    async open(stage) {
      const { host } = await table(stage, "Both seats taken");
      return visit(stage, new URL(host.url()).pathname);
    },
  },
  {
    name: "my-turn",
    shows: "a game where it is this player's turn",
    async open(stage) {
      const pages = await table(stage, "My turn");
      await rollSome(pages, 4);
      return (await whoseTurn([pages.host, pages.guest])) ?? pages.host;
    },
  },
  {
    name: "their-turn",
    shows: "a game where it is the other's turn",
    async open(stage) {
      const pages = await table(stage, "Their turn");
      await rollSome(pages, 5);
      const mine = await whoseTurn([pages.host, pages.guest]);
      return mine === pages.host ? pages.guest : pages.host;
    },
  },
  {
    name: "game-chat",
    shows: "two players who talk",
    async open(stage) {
      const { host, guest } = await table(stage, "Small talk");
      const say = async (page: Page, text: string): Promise<void> => {
        await page.locator("game-chat input").fill(text);
        await page.locator("game-chat input").press("Enter");
      };
      await say(guest, "Good luck!");
      await host.locator("game-chat").getByText("Good luck!").waitFor();
      await say(host, "You will need it: I have been practising all morning, and the dice like me.");
      await guest.locator("game-chat").getByText("practising").waitFor();
      return guest;
    },
  },
  {
    name: "opponent-away",
    shows: "the other has lost the connection",
    async open(stage) {
      const pages = await table(stage, "Somebody away");
      await rollSome(pages, 2);
      await pages.guest.close();
      await pages.host.getByText(/lost the connection: \d/).waitFor();
      return pages.host;
    },
  },
  {
    name: "spectating",
    shows: "a game to somebody who watches it",
    async open(stage) {
      const pages = await table(stage, "Watch us");
      await rollSome(pages, 3);
      const { page } = await member(stage, "stargazer");
      await page.goto(`${pages.host.url()}?watch`);
      await page.getByText("You are spectating.").waitFor();
      return page;
    },
  },
  {
    name: "leaving",
    shows: "the question before a game is given up",
    async open(stage) {
      const { host } = await table(stage, "Second thoughts");
      await host.getByRole("button", { name: /leave/i }).first().click();
      await host.locator("dialog[open]").waitFor();
      return host;
    },
  },
  {
    name: "won",
    shows: "the winner's moment",
    async open(stage) {
      return (await playOut(await table(stage, "To the end"))).winner;
    },
  },
  {
    name: "lost",
    shows: "the same moment on the other side",
    async open(stage) {
      return (await playOut(await table(stage, "To the bitter end"))).loser;
    },
  },
  {
    name: "rematch-offered",
    shows: "the other would like to play again",
    async open(stage) {
      const { winner, loser } = await playOut(await table(stage, "Once more"));
      await loser.getByRole("button", { name: "Rematch" }).click();
      await winner.getByRole("button", { name: "Accept the rematch" }).waitFor();
      return winner;
    },
  },
  {
    name: "forfeit",
    shows: "a game that the other has given up",
    async open(stage) {
      const { host, guest } = await table(stage, "Given up");
      await guest.getByRole("button", { name: /leave/i }).first().click();
      await guest.locator("dialog[open] button").last().click();
      await host.locator("result-banner h2").waitFor();
      return host;
    },
  },
  {
    name: "over",
    shows: "a game that is over, to somebody who comes later",
    async open(stage) {
      const { winner } = await playOut(await table(stage, "Long ago"));
      return visit(stage, new URL(winner.url()).pathname);
    },
  },
  {
    name: "dice-check",
    shows: "the dice of a game, checked",
    async open(stage) {
      const { winner } = await playOut(await table(stage, "Fair and square"));
      await winner.getByRole("button", { name: "Check the dice" }).click();
      await winner.locator("dice-check .verdict[data-ok=true]").waitFor();
      return winner;
    },
  },
  {
    name: "pig-stake",
    shows: "a game of Pig, to the player who may roll on or hold",
    async open(stage) {
      const [{ page: host }, { page: guest }] = [await member(stage, "sunny"), await member(stage, "moony")];
      await seatAtPig(stage.platform.url, host, guest, "Pigs might fly");
      const { roller } = await rollUntilKept(host, guest);
      await whoseTurn([host, guest]);
      return roller;
    },
  },
  {
    name: "pig-lost",
    shows: "a game of Pig in which a 1 has just taken everything that was at stake",
    async open(stage) {
      const [{ page: host }, { page: guest }] = [await member(stage, "sunny"), await member(stage, "moony")];
      await seatAtPig(stage.platform.url, host, guest, "When pigs fall");
      await rollUntilLost(host, guest);
      return (await whoseTurn([host, guest])) ?? host;
    },
  },
  {
    name: "room-closed",
    shows: "a room that its host has closed",
    mayFail: /\/play\//,
    async open(stage) {
      const { page } = await member(stage, "sunny");
      await openRoom(stage.platform.url, page, "Changed my mind");
      const address = new URL(page.url()).pathname;
      await page.getByRole("button", { name: "Leave the room" }).click();
      await page.waitForURL(/\/games\/bigger_dice$/);
      return visit(stage, address);
    },
  },
  {
    name: "signed-out",
    shows: "a game whose player has signed out in another tab",
    mayFail: /\/api\/me$/,
    async open(stage) {
      const { host } = await table(stage, "Out of here");
      const other = await host.context().newPage();
      await other.goto(`${stage.platform.url}/games`);
      await other.locator(".account > summary").click();
      await other.getByRole("button", { name: "Sign out" }).click();
      await host.waitForURL(/\/login/);
      await other.close();
      await host.getByText("You are signed out").first().waitFor();
      return host;
    },
  },
  {
    name: "two-tabs",
    shows: "a game in a second tab of the same player",
    async open(stage) {
      const pages = await table(stage, "Twice at the table");
      const second = await pages.host.context().newPage();
      await second.goto(pages.host.url());
      await rollButton(second).waitFor();
      await rollSome(pages, 3);
      await untilRolls(second, 3);
      return second;
    },
  },
  {
    name: "friends-none",
    shows: "the friends of somebody who has none yet",
    async open(stage) {
      const { page } = await member(stage, "sunny");
      await page.goto(`${stage.platform.url}/friends`);
      await page.locator("#friend-name").waitFor();
      return page;
    },
  },
  {
    name: "friends",
    shows: "friends, requests and chats",
    async open(stage) {
      const { platform } = stage;
      const [me, friend, asker, gone] = [
        await member(stage, "sunny"),
        await member(stage, "moony"),
        await member(stage, "comet"),
        await member(stage, "faraway"),
      ];
      await makeFriends(platform.url, me, friend);
      await makeFriends(platform.url, me, gone);
      await gone.page.context().close();
      const name = (await me.page.locator("body").getAttribute("data-user-name")) ?? "";
      await change(platform.url, asker, "POST", "/api/friends/requests", { username: name });
      await friend.page.goto(`${platform.url}/chat/${me.userId}`);
      await write(friend.page, "Are you there?");
      await friend.page.locator(".bubble").first().waitFor();
      await me.page.goto(`${platform.url}/friends`);
      await me.page.locator("[data-status=online]").waitFor();
      return me.page;
    },
  },
  {
    name: "private-chat",
    shows: "a chat of two friends",
    async open(stage) {
      const { platform } = stage;
      const [me, friend] = [await member(stage, "sunny"), await member(stage, "moony")];
      await makeFriends(platform.url, me, friend);
      await Promise.all([
        me.page.goto(`${platform.url}/chat/${friend.userId}`),
        friend.page.goto(`${platform.url}/chat/${me.userId}`),
      ]);
      const lines: readonly [Member, Member, string][] = [
        [friend, me, "Dice tonight?"],
        [me, friend, "Gladly. At eight?"],
        [friend, me, "Eight it is 🎲 and I bring the luck that I had on Sunday, all of it."],
        [me, friend, "We shall see."],
      ];
      for (const [from, to, text] of lines) {
        await write(from.page, text);
        await to.page.locator(".bubble").getByText(text).waitFor();
      }
      return me.page;
    },
  },
  {
    name: "not-friends",
    shows: "writing to somebody who is no friend",
    async open(stage) {
      const [me, other] = [await member(stage, "sunny"), await member(stage, "moony")];
      await me.page.goto(`${stage.platform.url}/chat/${other.userId}`);
      await write(me.page, "Hello, shall we play?");
      await me.page
        .getByText(/not friends with/)
        .first()
        .waitFor();
      return me.page;
    },
  },
  {
    name: "no-such-room",
    shows: "a link to a room that is not there",
    mayFail: /\/play\//,
    open: (stage) => visit(stage, `/games/bigger_dice/play/${crypto.randomUUID()}`),
  },
  {
    name: "not-found",
    shows: "an address with nothing behind it",
    mayFail: /\/nowhere$/,
    open: (stage) => visit(stage, "/nowhere"),
  },
  {
    name: "sign-in-first",
    shows: "a page that is for members only",
    mayFail: /\/friends$/,
    open: (stage) => visit(stage, "/friends"),
  },
  {
    name: "no-script",
    shows: "a lobby in a browser without JavaScript",
    hasScript: false,
    async open({ platform, browser }) {
      const page = await newPage(browser, { ...still, javaScriptEnabled: false });
      await page.goto(`${platform.url}/games/bigger_dice`);
      return page;
    },
  },
  {
    // The last one: the platform is gone after it.
    name: "reconnecting",
    shows: "a game whose page has lost the server",
    mayFail: /./,
    async open(stage) {
      const pages = await table(stage, "Hold the line");
      await rollSome(pages, 2);
      await stage.platform.kill();
      await pages.host.locator("[data-connection]:not([hidden])").waitFor();
      return pages.host;
    },
  },
];
