/** Where a roll's time goes: when it passed each station of its way, by the clock of this machine, in milliseconds. */
import { percentile } from "./machine.ts";
import type { Load } from "./tables.ts";
import { connectKafkaLog } from "../src/event-log/kafka.ts";
import { fromIsoTime } from "../src/protocol/index.ts";

/** In the order of the way. */
const stations = [
  "sent",
  "at the gateway",
  "in the log",
  "decided",
  "said in the log",
  "at the player",
] as const;
type Station = (typeof stations)[number];
type Leg = readonly [name: string, from: Station, to: Station];

const legs: readonly Leg[] = [
  ["player to gateway", "sent", "at the gateway"],
  ["gateway to log", "at the gateway", "in the log"],
  ["log to service, decided there", "in the log", "decided"],
  ["service to store and back, then to log", "decided", "said in the log"],
  ["log to gateway to player", "said in the log", "at the player"],
];

interface Roll extends Partial<Record<Station, number>> {
  /** Of the socket of whoever rolled. */
  url?: string;
}

export interface Way {
  /** Forgets the rolls so far. */
  begin(): void;
  /** Each leg over all rolls that were seen at each station, and how long the services and each gateway were behind. */
  print(): void;
  stop(): Promise<void>;
}

/**
 * Follows the rolls of `load` through the log, as a reader of its own.
 *
 * @param gatewayUrls of the sockets, in the gateways' order
 */
export async function followTheWay(
  load: Load,
  brokers: string,
  topicPrefix: string,
  gatewayUrls: readonly string[],
): Promise<Way> {
  const rolls = new Map<string, Roll>();
  const pass = (commandId: string, station: Station, at: number): void => {
    const roll = rolls.get(commandId);
    if (roll !== undefined) roll[station] ??= at;
  };
  load.onSent = (commandId) => void rolls.set(commandId, { sent: wallClock() });
  load.onAcknowledged = (commandId, { socketUrl }) => {
    pass(commandId, "at the player", wallClock());
    const roll = rolls.get(commandId);
    if (roll !== undefined) roll.url = socketUrl;
  };

  const log = await connectKafkaLog({
    brokers: brokers.split(","),
    topicPrefix,
    logger: { warn: () => {}, error: () => {} },
  });
  await log.follow({
    topics: ["games.events"],
    since: Date.now(),
    onRecord({ value, appendedAt }) {
      if (value.kind !== "event" || value.correlationId === undefined) return;
      if (value.eventType !== "games.event.bigger_dice.rolled") return;
      pass(value.correlationId, "decided", fromIsoTime(value.timestamp));
      pass(value.correlationId, "said in the log", appendedAt);
    },
  });
  await log.consume({
    group: "bench",
    topics: ["games.commands"],
    maxBatch: 1_000,
    async handle(batch) {
      for (const { value, appendedAt } of batch) {
        if (value.kind !== "command") continue;
        pass(value.correlationId, "at the gateway", fromIsoTime(value.receivedAt));
        pass(value.correlationId, "in the log", appendedAt);
      }
    },
  });

  return {
    begin: () => rolls.clear(),
    print() {
      const whole = [...rolls.values()].filter((roll) =>
        stations.every((station) => roll[station] !== undefined),
      );
      const mean = (of: readonly number[]) => of.reduce((sum, ms) => sum + ms, 0) / of.length;
      const total = mean(times(whole, "sent", "at the player"));
      for (const [name, from, to] of legs) {
        const ms = times(whole, from, to);
        const share = ((100 * mean(ms)) / total).toFixed(0).padStart(3);
        console.log(`    ${mean(ms).toFixed(2).padStart(6)} ms ${share} %  ${name} (${spread(ms)})`);
      }
      console.log(
        `    (means of ${whole.length} rolls; the log's and the service's clocks show whole milliseconds)`,
      );
      console.log(
        `    from the log to decided, all platforms: ${spread(times(whole, "in the log", "decided"))}`,
      );
      for (const [index, url] of gatewayUrls.entries()) {
        const here = whole.filter((roll) => roll.url === url);
        const ms = times(here, "said in the log", "at the player");
        console.log(`    from the log to the players of gateway ${index + 1}: ${spread(ms)}`);
      }
    },
    stop: () => log.close(),
  };
}

function times(rolls: readonly Roll[], from: Station, to: Station): readonly number[] {
  return rolls.map((roll) => (roll[to] ?? 0) - (roll[from] ?? 0));
}

function spread(milliseconds: readonly number[]): string {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  return `p50 ${percentile(sorted, 0.5).toFixed(1)}, p99 ${percentile(sorted, 0.99).toFixed(1)} ms`;
}

function wallClock(): number {
  return performance.timeOrigin + performance.now();
}
