import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { startCluster, type Cluster } from "./cluster.ts";
import { runningEngines } from "./engines.ts";
import { join, randomFrom, type Player } from "../game-play.ts";
import { connectKafkaLog } from "../../src/event-log/kafka.ts";
import { signalEngine } from "../../tools/engines/control.ts";

const engines = runningEngines();
const seed = Number(process.env.SEED ?? 20_261_125);
const tables = 12;
const windowMs = 5_000;

describe.skipIf(engines === null)(`games that somebody left for too long (seed ${seed})`, () => {
  let cluster: Cluster;
  const random = randomFrom(seed);

  beforeAll(async () => {
    const environment = { RECONNECT_WINDOW_MS: String(windowMs) };
    if (engines !== null) cluster = await startCluster(engines, { environment });
  });
  afterAll(() => cluster.cleanUp());

  it("are won by the one who stayed, once each, whatever is killed when", async () => {
    const [one, two] = cluster.platforms.map(({ url }) => url) as [string, string];
    const results = Array.from({ length: tables }, async (_, table) => {
      const [host, guest] = await Promise.all([join(one), join(two)]);
      const over = Promise.withResolvers<{ roomId: string; winner: unknown; reason: unknown }>();
      host.client.on("games.event.bigger_dice.game_over", ({ roomId, winner, reason }) =>
        over.resolve({ roomId, winner, reason }),
      );
      const roomId = await startGame(host, guest, `left ${table}`);
      await Bun.sleep(random() * 3_000);
      guest.client.close();
      const result = await over.promise;
      host.client.close();
      return { ...result, roomId, host: host.userId };
    });
    const [, gateway] = cluster.gateways;
    const [, platform] = cluster.platforms;
    // Around the moments at which the absences are noticed, and at which they have lasted too long.
    await Bun.sleep(2_000 + random() * 3_000);
    await platform?.kill();
    await signalEngine("redis", "SIGSTOP");
    await Bun.sleep(1_000 + random() * 1_000);
    await signalEngine("redis", "SIGCONT");
    await platform?.restart();
    await gateway?.kill();
    await gateway?.restart();
    await platform?.kill();
    await Bun.sleep(random() * 2_000);
    await platform?.restart();

    const ended = await Promise.all(results);
    for (const { winner, reason, host } of ended) expect([winner, reason]).toEqual([host, "forfeit"]);
    const said = await gameOversInTheLog();
    expect(said.size).toBe(tables);
    for (const { roomId } of ended) expect([roomId, said.get(roomId)?.size]).toEqual([roomId, 1]);
  }, 120_000);

  async function startGame(host: Player, guest: Player, roomName: string): Promise<string> {
    const created = await host.client.send("games.command.create_room", {
      gameType: "bigger_dice",
      roomName,
    });
    const roomId = created["roomId"] as never; // a room's id, from the server
    await guest.client.send("games.command.join_room", { roomId });
    // The guest's turn: her clock stands while she is away, so that only her absence ends the game.
    await host.client.send("games.command.bigger_dice.roll", { roomId });
    return roomId;
  }

  /** The `seq`s that each room's end has in the log: one, however often it was said. */
  async function gameOversInTheLog(): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
    const found = new Map<string, Set<number>>();
    const log = await connectKafkaLog({
      brokers: engines?.kafkaBrokers.split(",") ?? [],
      topicPrefix: cluster.topicPrefix,
      logger: { warn: () => {}, error: () => {} },
    });
    await log.follow({
      topics: ["games.events"],
      since: 0,
      onRecord({ value }) {
        if (value.eventType !== "games.event.bigger_dice.game_over") return;
        const { roomId, seq } = value.payload as { roomId: string; seq: number };
        found.set(roomId, (found.get(roomId) ?? new Set()).add(seq));
      },
    });
    await log.close();
    return found;
  }
});
