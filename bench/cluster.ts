/**
 * A roll's way through a cluster, from the send to the roller's own `rolled` frame, with all engines, two gateways,
 * two platforms and the players on this machine, at 200 a second and at the highest rate that holds: how long it takes,
 * and then, while every program is asked for its metrics four times a second, each hop's share, and how far gateways and
 * groups are behind; and what the log and the store take of it by themselves.
 *
 *   npm run engines -- up && npm run bench -- cluster [seconds]
 */
import { describeLag, watchLag } from "./lag.ts";
import { describeMachine, median, percentile, processorSeconds, summary } from "./machine.ts";
import { Load, seatEveryone } from "./tables.ts";
import { followTheWay, type Way } from "./way.ts";
import { startCluster, type Cluster } from "../tests/cluster/cluster.ts";
import { runningEngines, type EngineUrls } from "../tests/cluster/engines.ts";
import { connectMongo } from "../src/engines/mongo.ts";
import { connectKafkaLog } from "../src/event-log/kafka.ts";
import { systemActor, type EventEnvelope } from "../src/protocol/index.ts";

const rooms = 200;
const rate = 200;
const outstanding = 128;
/** So long the compiler is at work in six programs. */
const warmSeconds = 10;
/** Of what the closed loop brought: the first that holds is the highest. */
const shares = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4];
/** A rate holds where nearly all that is sent is answered in this time. */
const holdsBelowMs = 250;
const environment = { WS_GATEWAY_LIMIT_SCALE: "1000", TURN_CLOCK_MS: "3600000", LOG_LEVEL: "warn" };

export async function benchCluster(seconds = 10): Promise<void> {
  const engines = runningEngines();
  if (engines === null) throw new Error("No engines are up: npm run engines -- up");
  console.log(`rolls, cluster of two gateways and two platforms: ${describeMachine()}`);
  const cluster = await startCluster(engines, { environment, withMetrics: true });
  try {
    const sockets = cluster.gateways.map(({ url }) => url);
    const tables = await seatEveryone(cluster.privateKey, sockets, rooms);
    const load = new Load(tables, outstanding);
    await load.openLoop(rate, warmSeconds);
    const { times } = await load.openLoop(rate, seconds);
    console.log(`  at ${rate} rolls/s, while nobody looks: ${summary(times)}`);
    const way = await followTheWay(load, engines.kafkaBrokers, cluster.topicPrefix, sockets);
    await atRate(cluster, load, way, rate, seconds);
    const closed = await load.closedLoop(seconds);
    const most = closed.rolls / closed.elapsed;
    console.log(
      `  ${outstanding} outstanding: ${most.toFixed(0)} acknowledged rolls/s; ` + summary(closed.times),
    );
    for (const share of shares) {
      if (await atRate(cluster, load, way, Math.round(most * share), seconds)) break;
    }
    await way.stop();
    await alone(engines, seconds);
    for (const { players } of tables) for (const player of players) player.close();
  } finally {
    await cluster.cleanUp();
  }
}

/** A roll's way at this rate, and who is behind. Answers whether the rate holds. */
async function atRate(
  cluster: Cluster,
  load: Load,
  way: Way,
  wanted: number,
  seconds: number,
): Promise<boolean> {
  const members = [...cluster.gateways, ...cluster.platforms];
  const used = () => members.reduce((sum, { pid }) => sum + processorSeconds(pid), 0);
  const before = used();
  way.begin();
  const lag = watchLag(cluster);
  const { rolls, elapsed, times } = await load.openLoop(wanted, seconds);
  const lags = await lag.stop();
  const processors = (used() - before) / elapsed;
  const sorted = times.toSorted((a, b) => a - b);
  const holds = rolls / elapsed > 0.97 * wanted && percentile(sorted, 0.99) < holdsBelowMs;
  console.log(
    `  at ${wanted} rolls/s (got ${(rolls / elapsed).toFixed(0)}${holds ? "" : ": it does not hold"}): ${summary(times)}; ` +
      `our four processes ${(processors * 100).toFixed(0)} % of a processor`,
  );
  way.print();
  for (const each of lags) console.log(`    ${describeLag(each)}`);
  return holds;
}

export interface RollsThrough {
  /** From the send to the roller's own event. */
  readonly medianMs: number;
  /** Seconds a roll, of all our programs together. */
  readonly processor: number;
}

/** At the same rate through so many gateways and platforms, three times, of which the middle one; null without engines. */
export async function rollsThrough(count: number, seconds: number): Promise<RollsThrough | null> {
  const engines = runningEngines();
  if (engines === null) return null;
  const cluster = await startCluster(engines, { members: count, environment });
  try {
    const sockets = cluster.gateways.map(({ url }) => url);
    const load = new Load(await seatEveryone(cluster.privateKey, sockets, rooms), outstanding);
    await load.openLoop(rate, warmSeconds);
    const members = [...cluster.gateways, ...cluster.platforms];
    const used = () => members.reduce((sum, { pid }) => sum + processorSeconds(pid), 0);
    const turns: RollsThrough[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      const before = used();
      const { rolls, times } = await load.openLoop(rate, seconds);
      turns.push({
        medianMs: median(times),
        processor: (used() - before) / rolls,
      });
    }
    return {
      medianMs: median(turns.map(({ medianMs }) => medianMs)),
      processor: median(turns.map(({ processor }) => processor)),
    };
  } finally {
    await cluster.cleanUp();
  }
}

/** The parts that are not ours, at the same rate, while the cluster is idle. */
async function alone(engines: EngineUrls, seconds: number): Promise<void> {
  console.log(
    `  the log alone, twice on a roll's way (append to follower): ${summary(await logTimes(engines, seconds))}`,
  );
  console.log(
    `  the store alone (a compare-and-set, majority, journaled): ${summary(await storeTimes(engines, seconds))}`,
  );
}

async function logTimes({ kafkaBrokers }: EngineUrls, seconds: number): Promise<readonly number[]> {
  const log = await connectKafkaLog({
    brokers: kafkaBrokers.split(","),
    topicPrefix: `bench-${crypto.randomUUID()}.`,
    logger: { warn: () => {}, error: () => {} },
  });
  const sentAt = new Map<string, number>();
  const times: number[] = [];
  await log.follow({
    topics: ["games.events"],
    since: Date.now(),
    onRecord: ({ value }) => {
      const sent = sentAt.get(value.eventId);
      if (sent !== undefined) times.push(performance.now() - sent);
    },
  });
  await everySoOften(seconds, () => {
    const value: EventEnvelope = {
      kind: "event",
      eventId: crypto.randomUUID(),
      eventType: "bench",
      timestamp: new Date().toISOString(),
      producer: "games",
      actor: systemActor,
      payload: { text: "x".repeat(200) },
    };
    sentAt.set(value.eventId, performance.now());
    void log.append([{ topic: "games.events", key: value.eventId, value }]);
  });
  await log.close();
  return times;
}

async function storeTimes({ mongodbUrl }: EngineUrls, seconds: number): Promise<readonly number[]> {
  const url = new URL(mongodbUrl);
  url.pathname = `/bench_${crypto.randomUUID().replaceAll("-", "")}`;
  const mongo = await connectMongo(url.href);
  const states = mongo.db.collection<{ _id: string; version: number; text: string }>("states");
  const ids = Array.from({ length: rooms }, (_, n) => String(n));
  await states.insertMany(ids.map((_id) => ({ _id, version: 0, text: "" })));
  const times: number[] = [];
  const underWay: Promise<void>[] = [];
  let count = 0;
  await everySoOften(seconds, () => {
    const sent = performance.now();
    const [_id = "", version] = [ids[count % rooms], Math.floor(count / rooms)];
    count += 1;
    const text = "x".repeat(4_000);
    underWay.push(
      states
        .replaceOne({ _id, version }, { version: version + 1, text })
        .then(() => void times.push(performance.now() - sent)),
    );
  });
  await Promise.all(underWay);
  await mongo.db.dropDatabase();
  await mongo.close();
  return times;
}

async function everySoOften(seconds: number, run: () => void): Promise<void> {
  const start = performance.now();
  for (let sent = 0; performance.now() - start < seconds * 1000;) {
    for (const due = ((performance.now() - start) / 1000) * rate; sent < due; sent += 1) run();
    await Bun.sleep(1);
  }
}
