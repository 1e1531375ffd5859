import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { startCluster, type Cluster } from "./cluster.ts";
import { runningEngines } from "./engines.ts";
import { beginGame, join, rollToTheEnd, type Player } from "../game-play.ts";
import type { RoomId, RoomSnapshot } from "../../src/protocol/index.ts";

const engines = runningEngines();
/** The count is right so long after a crash. */
const rightAgainMs = 60_000;

describe.skipIf(engines === null)("spectators on two gateways", () => {
  let cluster: Cluster;
  let one: string;
  let two: string;

  beforeAll(async () => {
    if (engines === null) return;
    // No roll but the players' own, however long they wait for the count.
    const environment = { WS_GATEWAY_LIMIT_SCALE: "100", TURN_CLOCK_MS: "3600000" };
    cluster = await startCluster(engines, { environment });
    [one, two] = cluster.platforms.map(({ url }) => url) as [string, string];
  }, 60_000);
  afterAll(() => cluster.cleanUp(), 60_000);

  /** The contents of all frames of a kind, and the turns of all rolls. */
  function listen({ client }: Player) {
    const heard = { players: [] as string[], spectators: [] as string[], rolls: [] as string[] };
    client.on("games.event.player_chat_message", ({ content }) => heard.players.push(content));
    client.on("games.event.spectator_chat_message", ({ content }) => heard.spectators.push(content));
    client.on("games.event.bigger_dice.rolled", ({ eventId }) => heard.rolls.push(eventId));
    return heard;
  }

  /** Resolves when a player is told that so many watch. */
  function toldThat({ client }: Player, count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = ({ spectatorCount }: { spectatorCount: number }) => {
        if (spectatorCount === count) resolve();
      };
      client.on("games.event.spectator_joined", look);
      client.on("games.event.spectator_left", look);
    });
  }

  async function countSeenBy({ client }: Player, roomId: RoomId): Promise<number> {
    const synced = await client.send("system.command.sync_state", {});
    const room = (synced["gameStates"] as Record<string, RoomSnapshot | undefined>)[roomId];
    return room?.spectatorCount ?? 0;
  }

  it("see one game, talk to each other alone, and are counted right after their gateway was killed", async () => {
    const [host, guest, near, far, farther] = (await Promise.all(
      [one, two, one, two, two].map((url) => join(url)),
    )) as [Player, Player, Player, Player, Player];
    const people = [host, guest, near, far, farther];
    const heard = people.map(listen);
    const roomId = await beginGame(host, guest, "across");
    const watchers = [near, far, farther];
    for (const { client } of watchers) await client.send("games.command.spectate", { roomId });
    const allHear = watchers.map(
      ({ client }) => new Promise((resolve) => client.on("games.event.spectator_chat_message", resolve)),
    );
    await host.client.send("games.command.player_chat", { roomId, content: "between players" });
    await far.client.send("games.command.spectator_chat", { roomId, content: "among watchers" });
    await Promise.all(allHear);
    expect(await countSeenBy(host, roomId)).toBe(3);

    const [, gateway] = cluster.gateways;
    const killedAt = Date.now();
    const leftAlone = toldThat(host, 1);
    farther.client.close();
    await gateway?.kill();
    await leftAlone;
    expect(await countSeenBy(host, roomId)).toBe(1);
    expect(Date.now() - killedAt).toBeLessThan(rightAgainMs);

    await gateway?.restart();
    const backAgain = toldThat(host, 2);
    // As her page does when it could not go on where it was.
    await far.client.send("games.command.spectate", { roomId });
    await backAgain;
    expect(await countSeenBy(host, roomId)).toBe(2);
    const before = heard.map(({ rolls }) => rolls.length);
    expect(before).toEqual([0, 0, 0, 0, 0]);
    await rollToTheEnd(roomId, host, guest);
    const rolls = host.acknowledged.length + guest.acknowledged.length;
    for (const index of [0, 1, 2, 3]) while ((heard[index]?.rolls.length ?? 0) < rolls) await Bun.sleep(10);
    const [first] = heard;
    for (const each of heard.slice(0, 4)) expect(each.rolls).toEqual(first?.rolls ?? []);
    expect(heard.map(({ players }) => players.length)).toEqual([1, 1, 0, 0, 0]);
    expect(heard.map(({ spectators }) => spectators.length)).toEqual([0, 0, 1, 1, 1]);
    for (const { client } of people) client.close();
  }, 180_000);
});
