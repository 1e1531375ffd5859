/** Who is there, and who is not: the other player, the server, oneself. */
import type { Page } from "playwright-core";
import { member, rollSome, table, type Scene, type Stage } from "./stage.ts";

/**
 * A second tab of the same browser, that of a member. It has all it asks for when it is live: what it still asked
 * for when the browser is signed out, or in as somebody else, would be refused.
 */
async function otherTab({ platform }: Stage, page: Page): Promise<Page> {
  const other = await page.context().newPage();
  const asked = ["/api/friends", "/api/friends/requests", "/api/blocks", "/api/chats"];
  const answers = asked.map(async (path) => other.waitForResponse(platform.url + path));
  await other.goto(`${platform.url}/games`);
  for (const answer of await Promise.all(answers)) await answer.finished();
  return other;
}

export const connectionScenes: readonly Scene[] = [
  {
    name: "opponent-away",
    shows: "the other has lost the connection",
    async open(stage) {
      const pages = await table(stage, "Somebody away");
      await rollSome(stage, pages, 2);
      await pages.guest.close();
      await pages.host.getByText(/lost the connection: \d/).waitFor();
      return pages.host;
    },
  },
  {
    name: "signed-out",
    shows: "a game whose player has signed out in another tab",
    mayFail: /\/api\/me$/,
    async open(stage) {
      const { host } = await table(stage, "Out of here");
      const other = await otherTab(stage, host);
      await other.locator(".account > summary").click();
      await other.getByRole("button", { name: "Sign out" }).click();
      await host.waitForURL(/\/login/);
      await other.close();
      await host.getByText("You are signed out").first().waitFor();
      return host;
    },
  },
  {
    name: "reconnecting",
    shows: "a game whose page has lost the server",
    settings: {},
    mayFail: /./,
    async open(stage) {
      const pages = await table(stage, "Hold the line");
      await rollSome(stage, pages, 2);
      await stage.platform.kill();
      await pages.host.locator("[data-connection]:not([hidden])").waitFor();
      return pages.host;
    },
  },
  {
    name: "server-away",
    shows: "the same page when the server has been away for a while",
    settings: {},
    mayFail: /./,
    async open(stage) {
      const pages = await table(stage, "Anybody there");
      await rollSome(stage, pages, 2);
      await stage.platform.kill();
      await pages.host.locator("[data-connection]").getByText("No live connection.").waitFor();
      return pages.host;
    },
  },
  {
    name: "both-away",
    shows: "a game whose players have both lost the connection, to somebody who watches",
    async open(stage) {
      const pages = await table(stage, "Lights out");
      await rollSome(stage, pages, 2);
      const { page } = await member(stage, "stargazer");
      await page.goto(`${pages.host.url()}?watch`);
      await page.getByText("You are spectating.").waitFor();
      await Promise.all([pages.host.close(), pages.guest.close()]);
      await page
        .getByText(/lost the connection: \d/)
        .nth(1)
        .waitFor();
      return page;
    },
  },
  {
    name: "somebody-else",
    shows: "a game in a tab whose browser is signed in as somebody else by now",
    // Between the two sessions there is nobody.
    mayFail: /\/api\/me$/,
    async open(stage) {
      const { host } = await table(stage, "Mistaken identity");
      const other = await otherTab(stage, host);
      await other.evaluate(() => fetch("/api/guest", { method: "POST" }));
      await host.locator("[data-identity]").getByText("You are signed in as").waitFor();
      await other.close();
      return host;
    },
  },
];
