import { describe, expect, it } from "bun:test";
import { Attendance } from "./attendance.ts";
import { TestClock } from "./gateway-fixture.ts";
import { createMemoryLog } from "../event-log/memory.ts";
import { createMemoryPresence } from "../presence/memory.ts";
import type { PresenceRegistry } from "../presence/port.ts";
import { asConnectionId, asUserId } from "../protocol/index.ts";

const people = ["1", "2", "3", "4", "5"].map((id) => asUserId(id));
const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Fault {
  /** Nothing reaches the registry. */
  isCutOff: boolean;
  /** What was asked is done, and the answer lost. */
  isLost(method: string): boolean;
}

function behind(fault: Fault, registry: PresenceRegistry): PresenceRegistry {
  return new Proxy(registry, {
    get(target, method) {
      const call: unknown = Reflect.get(target, method);
      if (typeof call !== "function") return call;
      return async (...given: readonly unknown[]): Promise<unknown> => {
        if (fault.isCutOff) throw new Error("Redis is away.");
        const answer: unknown = await Reflect.apply(call, target, given);
        if (fault.isLost(String(method))) throw new Error("Redis gave no answer.");
        return answer;
      };
    },
  });
}

/** A gateway with five people, whose lease has run out and whose sockets another gateway has cleared. */
async function clearedGateway(isLost: (method: string) => boolean) {
  const clock = new TestClock();
  const registry = createMemoryPresence({ now: clock.now });
  const fault: Fault = { isCutOff: false, isLost: () => false };
  const presence = behind(fault, registry);
  const sockets = people.map((userId) => [userId, asConnectionId(`of-${userId}`)] as const);
  const here = { has: () => true, registered: () => sockets };
  const log = createMemoryLog();
  const attendance = new Attendance({ log, presence, gatewayId: "one", clock, logger, here });
  await attendance.start();
  for (const [userId, connectionId] of sockets) await attendance.enter(userId, connectionId);
  fault.isCutOff = true;
  clock.turn(21_000);
  await attendance.settled();
  await registry.renewLease("two", 20_000);
  expect(await registry.reap()).toHaveLength(people.length);
  Object.assign(fault, { isCutOff: false, isLost });
  return {
    async beat() {
      clock.turn(5_000);
      await attendance.settled();
    },
    async present() {
      return (await registry.presenceOf(people)).filter(({ present }) => present).length;
    },
  };
}

describe("a gateway whose sockets presence has let go (R1)", () => {
  it("registers all of them again, also where that was interrupted", async () => {
    let added = 0;
    const gateway = await clearedGateway((method) => method === "add" && (added += 1) === 2);
    await gateway.beat();
    expect(await gateway.present()).toBeLessThan(people.length);
    await gateway.beat();
    expect(await gateway.present()).toBe(people.length);
  });

  it("registers all of them again where the answer that would have said so was lost", async () => {
    let renewals = 0;
    const gateway = await clearedGateway((method) => method === "renewLease" && (renewals += 1) === 1);
    await gateway.beat();
    expect(await gateway.present()).toBe(0);
    await gateway.beat();
    expect(await gateway.present()).toBe(people.length);
  });
});

describe("a gateway that says who comes and goes", () => {
  it("has said all of it when it has settled", async () => {
    const clock = new TestClock();
    const log = createMemoryLog();
    const presence = createMemoryPresence({ now: clock.now });
    const here = { has: () => false, registered: () => [] };
    const attendance = new Attendance({ log, presence, gatewayId: "one", clock, logger, here });
    const said: string[] = [];
    await log.follow({
      topics: ["system.events"],
      since: 0,
      onRecord: ({ value }) => said.push(value.eventType),
    });
    await Promise.all(people.map((userId) => attendance.enter(userId, asConnectionId(`of-${userId}`))));
    for (const userId of people) attendance.leave(userId, asConnectionId(`of-${userId}`), "drain");
    await attendance.settled();
    const came = people.map(() => "system.event.user_connected");
    expect(said.toSorted()).toEqual([...came, ...people.map(() => "system.event.user_disconnected")]);
  });
});
