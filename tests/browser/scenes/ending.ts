/** How games end, and what is left of them. */
import { member, playOut, rollSome, table, visit, type Scene } from "./stage.ts";

export const endingScenes: readonly Scene[] = [
  {
    name: "won",
    shows: "the winner's moment",
    async open(stage) {
      return (await playOut(stage, await table(stage, "To the end"))).winner;
    },
  },
  {
    name: "lost",
    shows: "the same moment on the other side",
    async open(stage) {
      return (await playOut(stage, await table(stage, "To the bitter end"))).loser;
    },
  },
  {
    name: "rematch-offered",
    shows: "the other would like to play again",
    async open(stage) {
      const { winner, loser } = await playOut(stage, await table(stage, "Once more"));
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
      const { winner } = await playOut(stage, await table(stage, "Long ago"));
      return visit(stage, new URL(winner.url()).pathname);
    },
  },
  {
    name: "dice-check",
    shows: "the dice of a game, checked",
    async open(stage) {
      const { winner } = await playOut(stage, await table(stage, "Fair and square"));
      await winner.getByRole("button", { name: "Check the dice" }).click();
      await winner.locator("dice-check .verdict[data-ok=true]").waitFor();
      return winner;
    },
  },
  {
    name: "forfeit-away",
    shows: "a game that was won because the other did not come back",
    settings: { RECONNECT_WINDOW_MS: "2000" },
    async open(stage) {
      const pages = await table(stage, "Gone for good");
      await rollSome(stage, pages, 3);
      await pages.guest.close();
      await pages.host
        .locator("result-banner")
        .getByText(/ was away for too long/)
        .waitFor();
      return pages.host;
    },
  },
  {
    name: "abandoned",
    shows: "a game that both players have left alone, to somebody who watched it",
    settings: { RECONNECT_WINDOW_MS: "2000" },
    async open(stage) {
      const pages = await table(stage, "Nobody home");
      await rollSome(stage, pages, 3);
      const { page } = await member(stage, "stargazer");
      await page.goto(`${pages.host.url()}?watch`);
      await page.getByText("You are spectating.").waitFor();
      await Promise.all([pages.host.close(), pages.guest.close()]);
      await page.getByRole("heading", { name: "Nobody wins" }).waitFor();
      return page;
    },
  },
  {
    name: "archived",
    shows: "a game of yesterday, to somebody who has its link",
    settings: { ARCHIVE_AFTER_MS: "1" },
    async open(stage) {
      const { winner, loser } = await playOut(stage, await table(stage, "Yesterday"));
      const address = winner.url();
      for (const page of [winner, loser]) {
        await page.getByRole("link", { name: "Back to the lobby" }).click();
        await page.waitForURL(/\/games\/bigger_dice$/);
      }
      // The players themselves see how it ended as everybody does, once it is put away.
      const isArchived = () => winner.locator("[data-outside]").isVisible();
      do await winner.goto(address);
      while (!(await isArchived()));
      return winner;
    },
  },
];
