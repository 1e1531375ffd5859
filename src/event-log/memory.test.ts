import { describe, expect, it } from "bun:test";
import { eventLogContract } from "./contract.ts";
import { createMemoryLog, type LogClock, type MemoryLogOptions } from "./memory.ts";
import { systemActor, type Topic } from "../protocol/index.ts";
import type { LogRecord, NewRecord } from "./port.ts";
import type { HandlerFailure } from "./memory-group.ts";

const quietly = { firstRetryMs: 1, onHandlerFailure: () => undefined };

eventLogContract("in memory", () => Promise.resolve(createMemoryLog(quietly)));

describe("the log in memory", () => {
  it("delivers everything that was appended in one turn as one batch", async () => {
    const { log } = start();
    const batches: number[] = [];
    await log.consume({
      group: "g",
      topics: ["games.commands"],
      maxBatch: 100,
      handle: (batch) => Promise.resolve(void batches.push(batch.length)),
    });
    for (let n = 0; n < 10; n += 1) void log.append([record("games.commands", `key-${n}`)]);
    await settled();
    expect(batches).toEqual([10]);
  });

  it("gathers what comes in while a batch is being saved into the next one", async () => {
    const { log } = start();
    const batches: number[] = [];
    const { promise: saved, resolve: save } = Promise.withResolvers<void>();
    await log.consume({
      group: "g",
      topics: ["games.commands"],
      maxBatch: 100,
      handle: (batch) => (batches.push(batch.length) === 1 ? saved : Promise.resolve()),
    });
    await log.append([record("games.commands", "a")]);
    await settled();
    for (let n = 0; n < 5; n += 1) await log.append([record("games.commands", `key-${n}`)]);
    save();
    await settled();
    expect(batches).toEqual([1, 5]);
  });

  it("waits longer after every failure, up to a bound, and starts anew after a success", async () => {
    const failures: HandlerFailure[] = [];
    const { log, clock } = start({
      firstRetryMs: 100,
      maxRetryMs: 400,
      onHandlerFailure: (failure) => failures.push(failure),
    });
    let broken = true;
    await log.consume({
      group: "g",
      topics: ["games.commands"],
      maxBatch: 10,
      handle: () => (broken ? Promise.reject(new Error("away")) : Promise.resolve()),
    });
    await log.append([record("games.commands", "a")]);
    for (const wait of [100, 200, 400, 400]) {
      await settled();
      expect(failures.at(-1)).toMatchObject({ group: "g", records: 1, retryInMs: wait });
      clock.advance(wait);
    }
    await settled();
    broken = false;
    clock.advance(400);
    await settled();
    broken = true;
    await log.append([record("games.commands", "a")]);
    await settled();
    expect(failures.at(-1)?.retryInMs).toBe(100);
  });

  it("drops commands once every group has handled them", async () => {
    const { log } = start();
    let mayPass = false;
    const slow = () => (mayPass ? Promise.resolve() : Promise.reject(new Error("not yet")));
    await log.consume({
      group: "quick",
      topics: ["games.commands"],
      maxBatch: 10,
      handle: () => Promise.resolve(),
    });
    const blocked = await log.consume({
      group: "slow",
      topics: ["games.commands"],
      maxBatch: 10,
      handle: slow,
    });
    await log.append([record("games.commands", "a")]);
    await settled();
    expect(await countFor(log, "late-1")).toBe(1);
    mayPass = true;
    await blocked.stop();
    await log.consume({ group: "slow", topics: ["games.commands"], maxBatch: 10, handle: slow });
    await settled();
    expect(await countFor(log, "late-2")).toBe(0);
  });

  it("holds nothing of a command that it has dropped", async () => {
    const { log } = start();
    await log.consume({
      group: "g",
      topics: ["games.commands"],
      maxBatch: 100,
      handle: () => Promise.resolve(),
    });
    const weak: WeakRef<NewRecord["value"]>[] = [];
    for (let n = 0; n < 200; n += 1) {
      const command = record("games.commands", "a");
      weak.push(new WeakRef(command.value));
      await log.append([command]);
      await settled();
    }
    Bun.gc(true);
    await settled();
    // The stack may still hold a few.
    expect(weak.filter((each) => each.deref() !== undefined).length).toBeLessThan(20);
  });

  it("keeps events for six minutes, whether handled or not", async () => {
    const { log, clock } = start();
    await log.append([record("games.events", "a")]);
    clock.advance(5 * 60_000);
    await log.append([record("games.events", "a")]);
    expect(await followed(log)).toHaveLength(2);
    clock.advance(2 * 60_000);
    await log.append([record("games.events", "a")]);
    await settled();
    expect((await followed(log)).map(({ offset }) => offset)).toEqual([1, 2]);
  });

  it("keeps at most so many events that are handled", async () => {
    const { log } = start({ maxRecords: 10 });
    for (let n = 0; n < 5_000; n += 1) await log.append([record("games.events", "a")]);
    expect((await followed(log)).map(({ offset }) => offset)).toEqual(
      Array.from({ length: 10 }, (_, n) => 4_990 + n),
    );
  });

  it("drops nothing that a reader has yet to get, and refuses more when that is too much", async () => {
    const { log } = start({ maxRecords: 10, maxUnhandled: 50 });
    const { promise: never } = Promise.withResolvers<void>();
    await log.consume({ group: "stuck", topics: ["games.events"], maxBatch: 1, handle: () => never });
    for (let n = 0; n < 50; n += 1) await log.append([record("games.events", "a")]);
    expect(log.append([record("games.events", "a")])).rejects.toThrow("full");
    expect(await followed(log)).toHaveLength(50);
  });

  it("counts what is kept for a resume as handled: it refuses nothing for its sake", async () => {
    const { log } = start({ maxRecords: 100, maxUnhandled: 5 });
    let onHandled = (): void => {};
    await log.consume({
      group: "quick",
      topics: ["games.events"],
      maxBatch: 10,
      handle: async () => onHandled(),
    });
    for (let n = 0; n < 50; n += 1) {
      const handled = new Promise<void>((resolve) => (onHandled = resolve));
      await log.append([record("games.events", "a")]);
      await handled;
    }
    expect(await followed(log)).toHaveLength(50);
  });

  it("says that a partition is full before it takes no more", async () => {
    const { log } = start({ fullAt: 3 });
    const { promise: never } = Promise.withResolvers<void>();
    await log.consume({ group: "stuck", topics: ["games.commands"], maxBatch: 1, handle: () => never });
    for (let n = 0; n < 3; n += 1) {
      expect(log.isFull?.("games.commands", "a")).toBe(false);
      await log.append([record("games.commands", "a")]);
    }
    expect(log.isFull?.("games.commands", "a")).toBe(true);
    await log.append([record("games.commands", "a")]);
  });

  it("takes all records of a call or none", async () => {
    const { log } = start({ maxUnhandled: 1 });
    const { promise: never } = Promise.withResolvers<void>();
    await log.consume({ group: "stuck", topics: ["games.events"], maxBatch: 1, handle: () => never });
    await log.append([record("games.events", "a")]);
    expect(log.append([record("chat.events", "b"), record("games.events", "a")])).rejects.toThrow();
    expect(await log.ends(["chat.events"])).toEqual({
      "chat.events/0": -1,
      "chat.events/1": -1,
      "chat.events/2": -1,
    });
  });

  it("finds the first record that is not older than `since`", async () => {
    const { log, clock } = start();
    for (let n = 0; n < 20; n += 1) {
      await log.append([record("games.events", "a")]);
      clock.advance(1000);
    }
    const offsets: number[] = [];
    await log.follow({
      topics: ["games.events"],
      since: clock.now() - 5000,
      onRecord: ({ offset }) => offsets.push(offset),
    });
    expect(offsets).toEqual([15, 16, 17, 18, 19]);
  });

  it("has an epoch of its own", () => {
    expect(createMemoryLog().epoch).not.toBe(createMemoryLog().epoch);
  });
});

function start(options: MemoryLogOptions = {}) {
  const clock = fakeClock();
  return { clock, log: createMemoryLog({ ...quietly, clock, ...options }) };
}

type Log = ReturnType<typeof createMemoryLog>;

async function followed(log: Log): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  await log.follow({ topics: ["games.events"], since: 0, onRecord: (each) => records.push(each) });
  return records;
}

/** How many commands a new group still finds. */
async function countFor(log: Log, group: string): Promise<number> {
  let count = 0;
  const handle = (batch: readonly LogRecord[]) => {
    count += batch.length;
    return Promise.resolve();
  };
  const subscription = await log.consume({ group, topics: ["games.commands"], maxBatch: 10, handle });
  await settled();
  await subscription.stop();
  return count;
}

function record(topic: Topic, key: string): NewRecord {
  return {
    topic,
    key,
    value: {
      kind: "event",
      eventId: crypto.randomUUID(),
      eventType: "test.event",
      timestamp: "2026-01-01T00:00:00.000Z",
      producer: "games",
      actor: systemActor,
      payload: {},
    },
  };
}

/** All microtasks have run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function fakeClock(): LogClock & { advance(ms: number): void } {
  let now = 1_000_000;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    after: (ms, run) => {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => (timers = timers.filter((other) => other !== timer));
    },
    advance(ms) {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      timers = timers.filter(({ at }) => at > now);
      for (const { run } of due) run();
    },
  };
}
