/** Where a roll's time goes: when it passed each station of its way, by the clock of this machine, in milliseconds. */
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

const legs: Readonly<Record<string, readonly [Station, Station]>> = {
  "player to gateway": ["sent", "at the gateway"],
  "gateway to log": ["at the gateway", "in the log"],
  "log to service, and the room from the store": ["in the log", "decided"],
  "service to store and back, then to log": ["decided", "said in the log"],
  "log to gateway to player": ["said in the log", "at the player"],
};

export interface Way {
  /** The mean of each leg over all rolls that were seen at each station. */
  print(): void;
  stop(): Promise<void>;
}

/** Follows the rolls of `load` through the log, as a reader of its own. */
export async function followTheWay(load: Load, brokers: string, topicPrefix: string): Promise<Way> {
  const rolls = new Map<string, Partial<Record<Station, number>>>();
  const pass = (commandId: string, station: Station, at: number): void => {
    const roll = rolls.get(commandId);
    if (roll !== undefined) roll[station] ??= at;
  };
  load.onSent = (commandId) => void rolls.set(commandId, { sent: wallClock() });
  load.onAcknowledged = (commandId) => pass(commandId, "at the player", wallClock());

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
    print() {
      const whole = [...rolls.values()].filter((roll) =>
        stations.every((station) => roll[station] !== undefined),
      );
      for (const [leg, [from, to]] of Object.entries(legs)) {
        const sum = whole.reduce((total, roll) => total + (roll[to] ?? 0) - (roll[from] ?? 0), 0);
        console.log(`    ${(sum / whole.length).toFixed(2).padStart(6)} ms  ${leg}`);
      }
      console.log(
        `    (means of ${whole.length} rolls; the log's and the service's clocks show whole milliseconds)`,
      );
    },
    stop: () => log.close(),
  };
}

function wallClock(): number {
  return performance.timeOrigin + performance.now();
}
