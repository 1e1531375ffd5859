/** Friends and private chats. */
import { change, makeFriends, write, type Member } from "../people.ts";
import { member, type Scene } from "./stage.ts";

export const peopleScenes: readonly Scene[] = [
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
      // The one who is away was never here, so nobody leaves while one looks.
      const [me, friend, asker, away] = [
        await member(stage, "sunny"),
        await member(stage, "moony"),
        await member(stage, "comet"),
        await member(stage, "faraway"),
      ];
      await makeFriends(platform.url, me, friend);
      await makeFriends(platform.url, me, away);
      await change(platform.url, asker, "POST", "/api/friends/requests", { username: me.username });
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
];
