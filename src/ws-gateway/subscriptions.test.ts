import { expect, it } from "bun:test";
import { heapStats } from "bun:jsc";
import { Connection, type Socket } from "./connection.ts";
import { Allowances, defaultLimits } from "./limits.ts";
import { Subscriptions } from "./subscriptions.ts";
import { asConnectionId, type AudienceName } from "../protocol/index.ts";

/** Two sockets of nobody, whose topics do not matter here. */
function twoSockets(): readonly Connection[] {
  const topics = { subscribe: () => undefined, unsubscribe: () => undefined };
  const socket = topics as unknown as Socket; // of which the index uses nothing else
  const allowances = new Allowances<never>(defaultLimits);
  return [1, 2].map(
    () => new Connection(asConnectionId(crypto.randomUUID()), socket, allowances, { address: "::1" }, 0),
  );
}

function liveObjects(): number {
  Bun.gc(true);
  return heapStats().objectCount;
}

it("forgets an audience when the last of its sockets has left", () => {
  const subscriptions = new Subscriptions();
  const sockets = twoSockets();
  const audiences = Array.from({ length: 5_000 }, (_, n): AudienceName => `lobby:${n}`);
  const before = liveObjects();
  for (const socket of sockets) subscriptions.openAgain(socket, audiences);
  expect(liveObjects() - before).toBeGreaterThan(5_000);
  for (const socket of sockets) subscriptions.leaveAll(socket);
  expect(liveObjects() - before).toBeLessThan(1_000);
  expect(audiences.every((audience) => subscriptions.inAudience(audience).size === 0)).toBe(true);
});
