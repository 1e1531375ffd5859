import { expect, it } from "bun:test";
import { createOutbox } from "./outbox.ts";
import type { OutboxEntry } from "./store/port.ts";
import { createMemoryLog } from "../event-log/memory.ts";
import { asSessionId, asUserId, type EventEnvelope } from "../protocol/index.ts";

it("tells everything once the log takes it, and a repetition has the same id", async () => {
  const log = createMemoryLog();
  const told: EventEnvelope[] = [];
  await log.follow({
    topics: ["system.events"],
    since: 0,
    onRecord: ({ value }) => {
      if (value.kind === "event") told.push(value);
    },
  });
  let entries: OutboxEntry[] = Array.from({ length: 250 }, (_, n) => ({
    id: n + 1,
    event: { kind: "session_revoked", sid: asSessionId(`s${n}`), userId: asUserId("7") },
  }));
  let removals = 0;
  const outbox = createOutbox({
    store: {
      outbox: (limit) => Promise.resolve(entries.slice(0, limit)),
      removeFromOutbox: (ids) => {
        // The process dies between the telling and the removal, once.
        if ((removals += 1) === 2) return Promise.reject(new Error("away"));
        entries = entries.filter(({ id }) => !ids.includes(id));
        return Promise.resolve();
      },
    },
    log,
    now: () => 0,
    logger: { warn: () => {} },
  });
  const { append } = log;
  log.append = () => Promise.reject(new Error("away"));
  expect(outbox.publish()).rejects.toThrow("away");
  log.append = append.bind(log);
  expect(outbox.publish()).rejects.toThrow("away");
  await outbox.publish();
  await log.close();
  expect(entries).toEqual([]);
  expect(told).toHaveLength(350);
  expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(250);
  expect(told[0]).toMatchObject({
    eventType: "system.event.session_revoked",
    payload: { sid: asSessionId("s0"), userId: asUserId("7") },
  });
});
