/** The way in, and addresses that lead nowhere. */
import { newPage } from "../table.ts";
import { member, still, table, visit, type Scene } from "./stage.ts";

export const frontScenes: readonly Scene[] = [
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
      await page.goto(`${stage.platform.url}/games`);
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
    name: "sign-in-first",
    shows: "a page that is for members only",
    mayFail: /\/friends$/,
    open: (stage) => visit(stage, "/friends"),
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
    name: "no-script",
    shows: "a lobby in a browser without JavaScript",
    hasScript: false,
    settings: {},
    async open({ platform, browser }) {
      const page = await newPage(browser, { ...still, javaScriptEnabled: false });
      await page.goto(`${platform.url}/games/bigger_dice`);
      return page;
    },
  },
  {
    name: "no-script-game",
    shows: "a game in a browser without JavaScript",
    hasScript: false,
    async open(stage) {
      const { host } = await table(stage, "Plain and simple");
      const page = await newPage(stage.browser, { ...still, javaScriptEnabled: false });
      await page.goto(`${host.url()}?watch`);
      return page;
    },
  },
];
