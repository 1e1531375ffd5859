import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { startCluster, type Cluster, type Member as Program } from "./cluster.ts";
import { runningEngines } from "./engines.ts";
import { randomFrom } from "../game-play.ts";
import { admin, historyOf, makeFriends, read, register, type Member } from "../members.ts";
import { openPrivateChatFeed, type PrivatePage } from "../../src/sockets/index.ts";
import type { PrivateMessageView } from "../../src/protocol/index.ts";

const engines = runningEngines();
const seed = Number(process.env.SEED ?? 20_261_125);

describe.skipIf(engines === null)(`people on two gateways and two platforms (seed ${seed})`, () => {
  let cluster: Cluster;
  let one: string;
  let two: string;

  beforeAll(async () => {
    if (engines === null) return;
    cluster = await startCluster(engines, { environment: { WS_GATEWAY_LIMIT_SCALE: "100" } });
    [one, two] = cluster.platforms.map(({ url }) => url) as [string, string];
  }, 60_000);
  afterAll(() => cluster.cleanUp());

  /** What a page would show of the chat, kept by the library's feed. */
  function follow(url: string, who: Member, other: Member) {
    const shown: { messages: readonly PrivateMessageView[] } = { messages: [] };
    openPrivateChatFeed(
      who.client,
      {
        me: who.userId,
        other: other.userId,
        load: (before) =>
          read<PrivatePage>(
            url,
            who,
            `/api/chats/${other.userId}/messages?limit=100${before === null ? "" : `&before=${before}`}`,
          ),
      },
      {
        onMessages: (messages) => {
          shown.messages = messages;
        },
      },
    );
    return shown;
  }

  it("find each other, see who is here, write in one order, and read", async () => {
    const [ann, bob] = await Promise.all([register(one, "ann"), register(two, "bob")]);
    const came = new Promise((resolve) => ann.client.on("system.event.friend_accepted", resolve));
    await makeFriends(one, ann, bob);
    await came;
    const friends = await read<{ items: { status: string }[] }>(two, bob, "/api/friends");
    expect(friends.items.map(({ status }) => status)).toEqual(["online"]);
    const feeds = [follow(one, ann, bob), follow(two, bob, ann)];
    await Promise.all(
      [ann, bob].map(async (who, side) => {
        for (let n = 0; n < 20; n += 1) {
          const recipientId = side === 0 ? bob.userId : ann.userId;
          await who.client.send("chat.command.send_message", { recipientId, content: `${side}/${n}` });
        }
      }),
    );
    while (feeds.some(({ messages }) => messages.length < 40)) await Bun.sleep(10);
    const [atAnn, atBob] = feeds.map(({ messages }) => messages.map(({ messageId }) => messageId));
    expect(atAnn).toEqual(atBob ?? []);
    expect((await historyOf(two, bob, ann)).map(({ messageId }) => messageId)).toEqual(atAnn ?? []);
    const left = new Promise<unknown>((resolve) =>
      ann.client.on("system.event.friend_presence", ({ status }) => {
        if (status === "offline") resolve(status);
      }),
    );
    bob.client.close();
    expect(await left).toBe("offline");
    ann.client.close();
  }, 60_000);

  it("lose and double no message while platforms and gateways are killed", async () => {
    const random = randomFrom(seed);
    const pairs = await Promise.all(
      Array.from({ length: 4 }, async (_, n) => {
        const [ann, bob] = await Promise.all([register(one, `ann${n}`), register(one, `bob${n}`)]);
        await makeFriends(one, ann, bob);
        return { ann, bob, feeds: [follow(one, ann, bob), follow(one, bob, ann)], said: new Set<string>() };
      }),
    );
    const killing = { isOver: false };
    const writing = pairs.flatMap(({ ann, bob, said }) =>
      [ann, bob].map(async (who) => {
        const recipientId = who === ann ? bob.userId : ann.userId;
        for (let n = 0; !killing.isOver || n < 20; n += 1) {
          const content = `${who.username} ${n}`;
          const outcome = await who.client.send("chat.command.send_message", { recipientId, content });
          expect(outcome["ok"] ?? true).toBe(true);
          said.add(content);
          await Bun.sleep(random() * 30);
        }
      }),
    );
    const [firstGateway] = cluster.gateways;
    const [, secondPlatform] = cluster.platforms;
    const victims = [secondPlatform, firstGateway, secondPlatform].filter((each) => each !== undefined);
    for (const victim of victims) await killAndRestart(victim, random);
    killing.isOver = true;
    await Promise.all(writing);
    for (const { ann, bob, feeds, said } of pairs) {
      const history = await historyOf(one, ann, bob);
      expect(history.map(({ content }) => content).toSorted()).toEqual([...said].toSorted());
      expect(history.map(({ position }) => position)).toEqual(history.map((_, index) => index + 1));
      const newest = history.slice(-100).map(({ messageId }) => messageId);
      for (const feed of feeds) {
        while (feed.messages.at(-1)?.messageId !== newest.at(-1)) await Bun.sleep(20);
        expect(feed.messages.slice(-newest.length).map(({ messageId }) => messageId)).toEqual(newest);
      }
      for (const { client } of [ann, bob]) client.close();
    }
  }, 180_000);

  async function killAndRestart(program: Program, random: () => number): Promise<void> {
    await Bun.sleep(500 + random() * 1_500);
    await program.kill();
    await Bun.sleep(random() * 6_000);
    await program.restart();
  }

  it("are shut out on every gateway within a second when they are banned", async () => {
    const ann = await register(one, "ann");
    const elsewhere = await fetch(`${two}/api/socket-token`, { headers: { Cookie: ann.cookie } });
    const { token, url } = (await elsewhere.json()) as { token: string; url: string };
    const second = new WebSocket(url);
    const isIn = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<number>();
    second.onopen = () => second.send(JSON.stringify({ type: "system.authenticate", token }));
    second.onmessage = ({ data }) => {
      if (String(data).includes("system.authenticated")) isIn.resolve();
    };
    second.onclose = ({ code }) => closed.resolve(code);
    await isIn.promise;
    const out = new Promise<void>((resolve) => {
      ann.client.onState((state) => {
        if (state.name === "signed_out") resolve();
      });
    });
    expect((await admin({ DATABASE_URL: cluster.databaseUrl }, "ban", ann.username)).code).toBe(0);
    const since = Date.now();
    expect(await closed.promise).toBe(4503);
    await out;
    expect(Date.now() - since).toBeLessThan(2_000);
    // The old token is good for nothing, on a gateway that has not seen it before either.
    const [gateway] = cluster.gateways;
    const again = new WebSocket(gateway?.url ?? "");
    again.onopen = () => again.send(JSON.stringify({ type: "system.authenticate", token }));
    expect(await new Promise((resolve) => (again.onclose = ({ code }) => resolve(code)))).toBe(4503);
  }, 60_000);
});
