/** Pages on which something is still on its way. What is on its way here never comes. */
import type { Page } from "playwright-core";
import { makeFriends } from "../people.ts";
import { member, table, type Scene } from "./stage.ts";

/** The live connection stands, and brings none of these. */
async function withhold(page: Page, types: RegExp): Promise<void> {
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((frame) => {
      if (!types.test(/^\{"type":"([^"]*)"/.exec(String(frame))?.[1] ?? "")) socket.send(frame);
    });
  });
}

/** The question is asked, and nobody answers it. */
async function leaveUnanswered(page: Page, address: string): Promise<void> {
  await page.route(address, () => undefined);
}

export const loadingScenes: readonly Scene[] = [
  {
    name: "loading-lobby",
    shows: "a lobby whose chat is on its way",
    settings: {},
    async open(stage) {
      const { page } = await member(stage, "sunny");
      await withhold(page, /^chat\.event\.lobby_history$/);
      await page.goto(`${stage.platform.url}/games/bigger_dice`);
      await page.getByText("Loading what was said…").waitFor();
      return page;
    },
  },
  {
    name: "loading-table",
    shows: "a game whose room is on its way",
    async open(stage) {
      const { host } = await table(stage, "Patience");
      await withhold(host, /^system\.event\.state_snapshot$/);
      await host.reload();
      await host.locator("bigger-dice-game .arena").getByText("Setting the table…").waitFor();
      return host;
    },
  },
  {
    name: "loading-friends",
    shows: "friends who are on their way",
    async open(stage) {
      const { page } = await member(stage, "sunny");
      await leaveUnanswered(page, "**/api/friends");
      await page.goto(`${stage.platform.url}/friends`);
      await page.getByText("Looking who is here…").waitFor();
      return page;
    },
  },
  {
    name: "loading-chat",
    shows: "a private chat whose messages are on their way",
    async open(stage) {
      const [me, friend] = [await member(stage, "sunny"), await member(stage, "moony")];
      await makeFriends(stage.platform.url, me, friend);
      await leaveUnanswered(me.page, "**/api/chats/*/messages*");
      await me.page.goto(`${stage.platform.url}/chat/${friend.userId}`);
      await me.page.getByText("Loading what was said…").waitFor();
      return me.page;
    },
  },
];
