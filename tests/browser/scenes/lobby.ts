/** Rooms: who waits, and what somebody finds who has the link of one. */
import { openRoom } from "../table.ts";
import { member, table, visit, type Scene } from "./stage.ts";

export const lobbyScenes: readonly Scene[] = [
  {
    name: "lobby-empty",
    shows: "a game's lobby where nobody waits",
    settings: {},
    open: (stage) => visit(stage, "/games/bigger_dice"),
  },
  {
    name: "lobby",
    shows: "a game's lobby with rooms that wait and games to watch",
    settings: {},
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
];
