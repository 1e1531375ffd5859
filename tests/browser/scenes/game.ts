/** Two at a table, and those who watch them. */
import type { Page } from "playwright-core";
import { rollUntilKept, rollUntilLost, seatAtPig } from "../pig.ts";
import { rollButton, untilRolls, whoseTurn } from "../table.ts";
import { member, rollSome, table, type Scene } from "./stage.ts";

export const gameScenes: readonly Scene[] = [
  {
    name: "my-turn",
    shows: "a game where it is this player's turn",
    async open(stage) {
      const pages = await table(stage, "My turn");
      await rollSome(stage, pages, 4);
      return (await whoseTurn([pages.host, pages.guest])) ?? pages.host;
    },
  },
  {
    name: "their-turn",
    shows: "a game where it is the other's turn",
    async open(stage) {
      const pages = await table(stage, "Their turn");
      await rollSome(stage, pages, 5);
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
    name: "spectating",
    shows: "a game to somebody who watches it",
    async open(stage) {
      const pages = await table(stage, "Watch us");
      await rollSome(stage, pages, 3);
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
    name: "two-tabs",
    shows: "a game in a second tab of the same player",
    async open(stage) {
      const pages = await table(stage, "Twice at the table");
      const second = await pages.host.context().newPage();
      await second.goto(pages.host.url());
      await rollButton(second).waitFor();
      await rollSome(stage, pages, 3);
      await untilRolls(second, 3);
      return second;
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
    name: "rolling",
    shows: "a die in the air, and a score that waits for it",
    async open(stage) {
      const { host, guest } = await table(stage, "In the air", { reducedMotion: "no-preference" });
      const page = (await whoseTurn([host, guest])) ?? host;
      // The throw never ends: neither by its timer nor by itself.
      await page.evaluate((midAirMs) => {
        const wait = globalThis.setTimeout;
        const isThrow = (ms = 0) => ms > 500 && ms < 1000;
        globalThis.setTimeout = ((then: () => void, ms?: number) =>
          isThrow(ms) ? 0 : wait(then, ms)) as typeof setTimeout;
        const { animate } = Element.prototype;
        Element.prototype.animate = function (...how) {
          const motion = animate.apply(this, how);
          motion.pause();
          motion.currentTime = midAirMs;
          Object.defineProperty(motion, "currentTime", { set: () => {} });
          return motion;
        };
      }, 420);
      await rollButton(page).click();
      await page.getByText("The die is cast…").waitFor();
      return page;
    },
  },
];
