/** What the programs of a cluster say to Prometheus, and to a collector of traces. */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { startCluster, type Cluster } from "./cluster.ts";
import { runningEngines } from "./engines.ts";
import { join, playOneGame } from "../game-play.ts";
import { startOtlpReceiver, type OtlpReceiver } from "../monitoring/otlp-receiver.ts";
import { scrape, type Scrape } from "../monitoring/scrape.ts";
import { metrics } from "../../src/main/metrics/declarations.ts";

const engines = runningEngines();

describe.skipIf(engines === null)("the programs of a cluster", () => {
  let cluster: Cluster;
  let collector: OtlpReceiver;
  let gateway: Scrape;
  let platform: Scrape;
  let rolls: number;

  beforeAll(async () => {
    if (engines === null) return;
    collector = startOtlpReceiver();
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: "50" };
    cluster = await startCluster(engines, { members: 1, withMetrics: true, environment });
    const url = cluster.platforms[0]?.url ?? "";
    const players = [await join(url), await join(url)] as const;
    await playOneGame(url, ...players, "watched table");
    gateway = await scrape(cluster.gateways[0]?.metricsPort ?? 0);
    platform = await scrape(cluster.platforms[0]?.metricsPort ?? 0);
    rolls = players.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
    for (const { client } of players) client.close();
  }, 120_000);

  afterAll(async () => {
    await cluster?.cleanUp();
    await collector?.close();
  }, 60_000);

  it("have every metric that is declared of them, and no other one of ours", () => {
    const namesOf = (...parts: readonly string[]) =>
      Object.values(metrics).flatMap(({ name, of }) => (parts.includes(of) ? [name as string] : []));
    const ours = ({ types }: Scrape) => [...types.keys()].filter((name) => name.startsWith("blazing_sun_"));
    expect(ours(gateway).toSorted()).toEqual(namesOf("all", "engines", "gateway").toSorted());
    expect(ours(platform).toSorted()).toEqual(namesOf("all", "engines", "services").toSorted());
  });

  it("say how their engines are", () => {
    for (const engine of ["Kafka", "Redis"]) {
      expect(gateway.sum("blazing_sun_engine_up", { engine })).toBe(1);
      expect(platform.sum("blazing_sun_engine_up", { engine })).toBe(1);
    }
    for (const engine of ["MongoDB", "PostgreSQL"])
      expect(platform.sum("blazing_sun_engine_up", { engine })).toBe(1);
  });

  it("count and time a roll on both sides of the log", () => {
    const type = "games.command.bigger_dice.roll";
    expect(gateway.sum("blazing_sun_gateway_commands_total", { type, outcome: "ok" })).toBe(rolls);
    expect(platform.sum("blazing_sun_games_decisions_total", { type, outcome: "ok" })).toBe(rolls);
    expect(gateway.sum("blazing_sun_gateway_command_seconds_count")).toBeGreaterThan(rolls);
    expect(platform.sum("blazing_sun_store_commit_seconds_count", { store: "rooms" })).toBeGreaterThan(10);
    expect(platform.sum("blazing_sun_games_over_total", { reason: "score" })).toBe(1);
  });

  it("say one trace of a roll together", async () => {
    const name = "games.command.bigger_dice.roll";
    const [first] = await collector.seen((span) => span.name === name);
    const way = ["append games.commands", "decide", "commit rooms", "append games.events", "deliver"];
    const spans = await collector.traced(first?.traceId ?? "", [name, ...way]);
    const where = Object.fromEntries(spans.map((span) => [span.name, span.service]));
    expect(where).toMatchObject({
      [name]: "ws-gateway",
      "append games.commands": "ws-gateway",
      decide: "blazing-sun",
      "commit rooms": "blazing-sun",
      "append games.events": "blazing-sun",
      deliver: "ws-gateway",
    });
    for (const span of spans) if (span.name !== name) expect(span.parentSpanId).toBe(first?.spanId ?? "");
  });

  it("know how far they are behind in Kafka", () => {
    const readers = (from: Scrape) =>
      new Set(
        from.samples.flatMap(({ name, labels }) => (name.endsWith("lag_records") ? [labels["reader"]] : [])),
      );
    const lag = "blazing_sun_log_lag_records";
    expect(readers(gateway)).toEqual(new Set(["follower"]));
    expect(readers(platform)).toEqual(new Set(["chat", "friend-presence", "games", "games-attendance"]));
    expect(gateway.sum(lag) + platform.sum(lag)).toBeLessThan(20);
  });
});
