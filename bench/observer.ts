/** What being watched costs a gateway, in nanoseconds for each call. */
import { GatewayMetrics } from "../src/main/metrics/gateway-metrics.ts";
import { registry } from "../src/main/messages.ts";
import { unobserved, type GatewayObserver } from "../src/ws-gateway/index.ts";
import type { LogRecord } from "../src/event-log/port.ts";
import {
  asCommandId,
  asConnectionId,
  asUserId,
  isoTime,
  type Actor,
  type CommandEnvelope,
  type EventEnvelope,
} from "../src/protocol/index.ts";

const actor: Actor = {
  kind: "person",
  userId: asUserId("1"),
  username: "jane",
  roles: ["user"],
  connectionId: asConnectionId(crypto.randomUUID()),
};
const shared = { eventId: crypto.randomUUID(), timestamp: isoTime(0), actor, payload: {} };

const commands = Array.from({ length: 1_000 }, (): CommandEnvelope => ({
  ...shared,
  kind: "command",
  eventType: "games.command.bigger_dice.roll",
  producer: "ws_gateway",
  receivedAt: isoTime(0),
  correlationId: crypto.randomUUID(),
}));

const eventTypes = [...registry.events.keys()];

function eventOf(index: number, correlationId?: string): EventEnvelope {
  return {
    ...shared,
    kind: "event",
    eventType: eventTypes[index % eventTypes.length] ?? "",
    producer: "games",
    ...(correlationId === undefined ? {} : { correlationId: asCommandId(correlationId) }),
  };
}

const events = Array.from({ length: 1_000 }, (_, index) => eventOf(index));
const outcomes = commands.map(({ correlationId }, index) => eventOf(index, correlationId));

function recordOf(value: EventEnvelope): LogRecord {
  return { topic: "games.events", partition: 0, offset: 0, key: "", value, appendedAt: 0 };
}

function nanosecondsEach(seconds: number, one: (index: number) => void): number {
  for (let index = 0; index < 200_000; index += 1) one(index);
  const begin = Bun.nanoseconds();
  let count = 0;
  for (; Bun.nanoseconds() - begin < seconds * 1e9; count += 10_000) {
    for (let index = 0; index < 10_000; index += 1) one(index);
  }
  return (Bun.nanoseconds() - begin) / count;
}

export function benchObserver(seconds: number): Promise<void> {
  const counting: GatewayObserver = new GatewayMetrics(registry);
  const each = seconds / 5;
  const records = events.map(recordOf);
  const at = <Item>(list: readonly Item[], index: number): Item => list[index % list.length] as Item; // not empty
  const deliver = (observer: GatewayObserver) => (index: number) =>
    observer.delivered(at(records, index), at(events, index), 2);
  const command = (observer: GatewayObserver) => (index: number) => {
    observer.accepted(at(commands, index));
    observer.delivered(at(records, index), at(outcomes, index), 2);
  };
  const figures: Readonly<Record<string, number>> = {
    "an event, nobody watches": nanosecondsEach(each, deliver(unobserved)),
    "an event, counted": nanosecondsEach(each, deliver(counting)),
    "a command and its outcome, nobody watches": nanosecondsEach(each, command(unobserved)),
    "a command and its outcome, counted and timed": nanosecondsEach(each, command(counting)),
    "of it, two readings of the clock": 2 * nanosecondsEach(each, () => performance.now()),
  };
  for (const [what, nanoseconds] of Object.entries(figures))
    console.log(`${what}: ${nanoseconds.toFixed(1)} ns`);
  return Promise.resolve();
}
