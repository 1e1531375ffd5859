/** What is written on ways that break: in the lobby and between friends, once, in order, without a hole. */
import { afterAll, beforeAll, expect, it } from "bun:test";
import { breakAgainAndAgain } from "./breaking.ts";
import { startFaultProxy } from "./proxy.ts";
import { randomFrom } from "../game-play.ts";
import { historyOf, makeFriends, read, register, type Member } from "../members.ts";
import { startPlatform, type Platform } from "../platform.ts";
import type { LobbyMessageView } from "../../src/protocol/index.ts";
import { openLobbyFeed, openPrivateChatFeed, type PrivatePage } from "../../src/sockets/index.ts";

const runs = Number(process.env.RUNS ?? 12);
const firstSeed = Number(process.env.SEED ?? 20_261_125);
const messagesOfEach = 60;

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ WS_GATEWAY_LIMIT_SCALE: "100", LOG_LEVEL: "fatal" });
});
afterAll(() => platform.cleanUp());

interface Shown {
  contents: readonly string[];
}

function followChat(who: Member, other: Member): Shown {
  const shown: Shown = { contents: [] };
  const path = `/api/chats/${other.userId}/messages?limit=100`;
  openPrivateChatFeed(
    who.client,
    {
      me: who.userId,
      other: other.userId,
      load: (before) =>
        read<PrivatePage>(platform.url, who, before === null ? path : `${path}&before=${before}`),
    },
    { onMessages: (messages) => void (shown.contents = messages.map(({ content }) => content)) },
  );
  return shown;
}

/** Four pairs write in one lobby: after a pause a page begins with its last fifty messages, and asks for older ones. */
function followLobby(who: Member, mine: (content: string) => boolean): Shown & { all(): Promise<void> } {
  const shown = {
    contents: [] as readonly string[],
    older: null as string | null,
    async all() {
      while (shown.older !== null) {
        const page: { items: LobbyMessageView[]; nextBefore: string | null } = await read(
          platform.url,
          who,
          `/api/lobbies/main/messages?limit=100&before=${shown.older}`,
        );
        feed.addOlder(page.items, page.nextBefore);
      }
    },
  };
  const feed = openLobbyFeed(who.client, "main", {
    onMessages: (messages, nextBefore) => {
      shown.contents = messages.map(({ content }) => content).filter(mine);
      shown.older = nextBefore;
    },
  });
  return shown;
}

async function write(seed: number): Promise<number> {
  const random = randomFrom(seed);
  const socketUrl = `${platform.url.replace("http", "ws")}/ws`;
  const ways = [startFaultProxy(socketUrl), startFaultProxy(socketUrl)] as const;
  const [ann, bob] = await Promise.all([
    register(platform.url, "ann", ways[0].url),
    register(platform.url, "bob", ways[1].url),
  ]);
  await makeFriends(platform.url, ann, bob);
  const isOfThisRun = (content: string) => content.startsWith(`${seed} `);
  const chats = [followChat(ann, bob), followChat(bob, ann)];
  const lobbies = [followLobby(ann, isOfThisRun), followLobby(bob, isOfThisRun)];
  const breaking = breakAgainAndAgain(ways, random, 40);
  await Promise.all(
    [ann, bob].map(async (who) => {
      const recipientId = who === ann ? bob.userId : ann.userId;
      for (let n = 0; n < messagesOfEach; n += 1) {
        const content = `${seed} ${who.username} ${n}`;
        await who.client.send("chat.command.send_message", { recipientId, content });
        await who.client.send("chat.command.send_lobby_message", { lobbyId: "main", content });
      }
    }),
  );
  breaking.stop();
  const total = 2 * messagesOfEach;
  const deadline = Date.now() + 30_000;
  const isLobbyWhole = async () => {
    await Promise.all(lobbies.map((lobby) => lobby.all()));
    return lobbies.every(({ contents }) => contents.length >= total);
  };
  const isWhole = () => chats.every(({ contents }) => contents.length >= total);
  while (!(isWhole() && (await isLobbyWhole())) && Date.now() < deadline) await Bun.sleep(20);
  const history = (await historyOf(platform.url, ann, bob)).map(({ content }) => content);
  expect(history).toHaveLength(total);
  expect(new Set(history).size).toBe(total);
  for (const { contents } of chats) expect(contents).toEqual(history);
  expect(lobbies[0]?.contents).toEqual(lobbies[1]?.contents ?? []);
  expect((lobbies[0]?.contents ?? []).toSorted()).toEqual(history.toSorted());
  for (const { username } of [ann, bob]) {
    const own = history.filter((content) => content.includes(username));
    expect(own).toEqual(Array.from({ length: messagesOfEach }, (_, n) => `${seed} ${username} ${n}`));
  }
  for (const { client } of [ann, bob]) client.close();
  for (const way of ways) way.close();
  return breaking.inflicted;
}

it(
  `every message that is acknowledged is there once, in one order for both (seeds ${firstSeed} to ${firstSeed + runs - 1})`,
  async () => {
    const seeds = Array.from({ length: runs }, (_, n) => firstSeed + n);
    let inflicted = 0;
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift())
          inflicted += await write(seed);
      }),
    );
    console.log(`${runs} pairs, ${inflicted} faults`);
    expect(inflicted).toBeGreaterThan(runs * 5);
  },
  Math.max(120_000, runs * 10_000),
);
