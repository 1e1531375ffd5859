import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { startCluster, type Cluster } from "./cluster.ts";
import { runningEngines } from "./engines.ts";
import { join, playOneGame } from "../game-play.ts";

const engines = runningEngines();

describe.skipIf(engines === null)("two gateways and two platforms", () => {
  let cluster: Cluster;

  beforeAll(async () => {
    if (engines !== null) cluster = await startCluster(engines);
  });
  afterAll(() => cluster.cleanUp());

  const urls = () => cluster.platforms.map(({ url }) => url) as [string, string];

  it("let two people on different gateways play whole games, with one truth on both platforms", async () => {
    const [one, two] = urls();
    const [host, guest] = await Promise.all([join(one), join(two)]);
    await playOneGame(one, host, guest, "across");
    await playOneGame(two, guest, host, "and back");
    for (const { client } of [host, guest]) client.close();
  });

  it("are ready, each with its engines", async () => {
    for (const member of [...cluster.gateways, ...cluster.platforms]) {
      expect(await member.ready()).toMatchObject({ ready: true, reasons: [] });
    }
  });

  it("carry what is said in a lobby to both, in one order, also when it is sent twice", async () => {
    const [one, two] = urls();
    const people = await Promise.all([join(one), join(two)]);
    const heard = people.map(({ client }) => {
      const texts: string[] = [];
      client.on("chat.event.lobby_message", ({ content }) => texts.push(content));
      return texts;
    });
    const lobby = { lobbyId: "main" };
    for (const { client } of people) await client.send("chat.command.join_lobby", lobby);
    await Promise.all(
      people.map(async ({ client }, who) => {
        for (let n = 0; n < 8; n += 1) {
          await client.send("chat.command.send_lobby_message", { ...lobby, content: `${who}/${n}` });
        }
      }),
    );
    while (heard.some((texts) => texts.length < 16)) await Bun.sleep(10);
    expect(heard[0]).toEqual(heard[1] ?? []);
    expect(new Set(heard[0]).size).toBe(16);
    const history = await fetch(`${two}/api/lobbies/main/messages?limit=100`);
    const { items } = (await history.json()) as { items: { content: string }[] };
    expect(items.map(({ content }) => content)).toEqual(heard[0] ?? []);
    for (const { client } of people) client.close();
  });

  it("serve many games at once", async () => {
    const [one, two] = urls();
    const tables = Array.from({ length: 10 }, async (_, n) => {
      const [host, guest] = await Promise.all([join(n % 2 === 0 ? one : two), join(n % 3 === 0 ? one : two)]);
      await playOneGame(n % 2 === 0 ? two : one, host, guest, `table ${n}`);
      for (const { client } of [host, guest]) client.close();
    });
    await Promise.all(tables);
  });
});
