/**
 * What every log keeps: one suite, run on memory and on Kafka.
 *
 * Topics are fixed and may hold records of earlier tests, so each test looks only at records of its own run, in
 * groups of its own, and waits for what it expects to happen, never for time to pass.
 */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import fc from "fast-check";
import {
  eventTopics,
  partitionName,
  systemActor,
  type CommandTopic,
  type EventTopic,
} from "../protocol/index.ts";
import type { EventLog, LogRecord, NewRecord, Subscription } from "./port.ts";

const patience = 60_000;
const commands: CommandTopic = "games.commands";
const events: EventTopic = "games.events";

/** `open` answers a log that is ready: its topics are there. It may be called several times in one test. */
export function eventLogContract(name: string, open: () => Promise<EventLog>): void {
  describe(`the event log: ${name}`, () => {
    let log: EventLog;
    let run: string;
    const subscriptions: Subscription[] = [];

    beforeEach(async () => {
      log = await open();
      run = crypto.randomUUID();
    });

    afterEach(async () => {
      await Promise.all(subscriptions.splice(0).map((subscription) => subscription.stop()));
      await log.close();
    });

    const record = (key: string, n: number, topic: CommandTopic | EventTopic = commands): NewRecord => ({
      topic,
      key: `${run}:${key}`,
      value: {
        kind: "event",
        eventId: crypto.randomUUID(),
        eventType: "test.event",
        timestamp: "2026-01-01T00:00:00.000Z",
        producer: "games",
        actor: systemActor,
        payload: { run, key, n },
      },
    });

    const series = (key: string, count: number): readonly NewRecord[] =>
      Array.from({ length: count }, (_, n) => record(key, n));

    async function consume(
      group: string,
      handle: (batch: readonly LogRecord[]) => Promise<void>,
      maxBatch = 100,
    ): Promise<Subscription> {
      const subscription = await log.consume({
        group: `${run}:${group}`,
        topics: [commands],
        maxBatch,
        handle: (batch) => handle(batch.filter((each) => each.key.startsWith(run))),
      });
      subscriptions.push(subscription);
      return subscription;
    }

    /** A member that only notes what it gets. */
    async function observe(group: string, maxBatch?: number): Promise<Notes> {
      const notes = new Notes();
      await consume(group, (batch) => Promise.resolve(notes.add(batch)), maxBatch);
      return notes;
    }

    async function follow(since: number, onRecord: (record: LogRecord) => void): Promise<Subscription> {
      const subscription = await log.follow({
        topics: [events],
        since,
        onRecord: (each) => {
          if (each.key.startsWith(run)) onRecord(each);
        },
      });
      subscriptions.push(subscription);
      return subscription;
    }

    it(
      "keeps the order of one key over calls that overlap",
      async () => {
        const notes = await observe("order");
        const calls = series("a", 200).map((each) => log.append([each, record("b", 0)]));
        await Promise.all(calls);
        await notes.until(() => notes.of("a").length >= 200);
        expect(notes.firstsOf("a")).toEqual(Array.from({ length: 200 }, (_, n) => n));
      },
      patience,
    );

    it(
      "puts all records of one key into one partition, with rising offsets",
      async () => {
        const notes = await observe("partition");
        await log.append(["a", "b", "c", "d"].flatMap((key) => series(key, 20)));
        await notes.until(() => ["a", "b", "c", "d"].every((key) => notes.of(key).length >= 20));
        for (const key of ["a", "b", "c", "d"]) {
          const records = notes.firstRecordsOf(key);
          expect(new Set(records.map(({ partition }) => partition)).size).toBe(1);
          expectRising(records.map(({ offset }) => offset));
        }
      },
      patience,
    );

    it(
      "gives a value back as it was, with its topic, its key and the time",
      async () => {
        const before = Date.now();
        const sent = record("a", 1);
        const notes = await observe("whole");
        await log.append([sent]);
        await notes.until(() => notes.records.length > 0);
        const [got] = notes.records;
        expect(got).toMatchObject({ topic: sent.topic, key: sent.key, value: sent.value });
        expect(got?.appendedAt).toBeGreaterThanOrEqual(before - 1000);
        expect(got?.appendedAt).toBeLessThanOrEqual(Date.now() + 1000);
      },
      patience,
    );

    it(
      "starts a new group at the oldest record, and gives every group everything",
      async () => {
        await log.append(series("a", 5));
        // In one turn: what every group has handled need not be kept for a group that comes later.
        const [one, two] = await Promise.all([observe("one"), observe("two")]);
        await log.append([record("a", 5)]);
        for (const notes of [one, two]) {
          await notes.until(() => notes.of("a").length >= 6);
          expect(notes.firstsOf("a")).toEqual([0, 1, 2, 3, 4, 5]);
        }
      },
      patience,
    );

    it(
      "goes on after what was handled when a group comes back",
      async () => {
        const first = new Notes();
        const subscription = await consume("back", (batch) => Promise.resolve(first.add(batch)));
        await log.append(series("a", 3));
        await first.until(() => first.of("a").length >= 3);
        await subscription.stop();
        await log.append([record("a", 3)]);
        const second = await observe("back");
        await second.until(() => second.of("a").includes(3));
        expect(second.of("a")).toEqual([3]);
      },
      patience,
    );

    it(
      "hands out batches of at most maxBatch, the next one only after the last is done",
      async () => {
        const notes = new Notes();
        let underWay = 0;
        const handle = async (batch: readonly LogRecord[]): Promise<void> => {
          // Other partitions may have their own turn at the same time.
          if (batch.length === 0) return;
          underWay += 1;
          expect(underWay).toBe(1);
          expect(batch.length).toBeLessThanOrEqual(7);
          await turn();
          underWay -= 1;
          notes.add(batch);
        };
        await consume("batches", handle, 7);
        await log.append(series("a", 50));
        await notes.until(() => notes.of("a").length >= 50);
        expect(notes.firstsOf("a")).toEqual(Array.from({ length: 50 }, (_, n) => n));
      },
      patience,
    );

    it(
      "gives the same records again when the handler fails, and nothing after them before",
      async () => {
        const tried = new Notes();
        const done = new Notes();
        let failures = 3;
        await consume("failing", (batch) => {
          tried.add(batch);
          if (batch.length > 0 && failures > 0) {
            failures -= 1;
            return Promise.reject(new Error("not yet"));
          }
          done.add(batch);
          return Promise.resolve();
        });
        await log.append([record("a", 0)]);
        await tried.until(() => tried.of("a").length >= 1);
        await log.append([record("a", 1)]);
        await done.until(() => done.of("a").includes(1));
        expect(tried.of("a").filter((n) => n === 0).length).toBeGreaterThanOrEqual(4);
        expect(done.firstsOf("a")).toEqual([0, 1]);
      },
      patience,
    );

    it(
      "shares the keys out among the members of a group",
      async () => {
        const both = new Notes();
        const members = [new Notes(), new Notes()] as const;
        for (const member of members) {
          await consume("shared", (batch) => {
            member.add(batch);
            both.add(batch);
            return Promise.resolve();
          });
        }
        const keys = Array.from({ length: 60 }, (_, n) => `k${n}`);
        // One member may have everything until the group has found its balance.
        for (let n = 0; members.some((member) => member.records.length === 0); n += 1) {
          await log.append(keys.map((key) => record(key, n)));
          await both.until(() => keys.every((key) => both.of(key).includes(n)));
        }
        for (const key of keys) expectRising(both.firstsOf(key));
      },
      patience,
    );

    it(
      "gives what a member left unhandled to the others",
      async () => {
        const stuck = new Notes();
        const leaving = await consume("takeover", (batch) => {
          stuck.add(batch);
          return batch.length === 0 ? Promise.resolve() : Promise.reject(new Error("I am dying"));
        });
        await log.append(series("a", 5));
        await stuck.until(() => stuck.records.length > 0);
        await leaving.stop();
        const taker = await observe("takeover");
        await taker.until(() => taker.of("a").length >= 5);
        expect(taker.firstsOf("a")).toEqual([0, 1, 2, 3, 4]);
      },
      patience,
    );

    it(
      "stops a member when the batch under way is done, and calls it no more",
      async () => {
        const begun = new Notes();
        const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
        const subscription = await consume("stopping", (batch) => {
          begun.add(batch);
          return batch.length === 0 ? Promise.resolve() : mayEnd;
        });
        await log.append([record("a", 0)]);
        await begun.until(() => begun.records.length > 0);
        let stopped = false;
        const stopping = subscription.stop().then(() => (stopped = true));
        await turn();
        expect(stopped).toBe(false);
        end();
        await stopping;
        const calls = begun.calls;
        const others = await observe("others");
        await log.append([record("a", 1)]);
        await others.until(() => others.of("a").includes(1));
        expect(begun.calls).toBe(calls);
      },
      patience,
    );

    it(
      "follows every partition from the first record not older than `since`, then live",
      async () => {
        const since = Date.now() - 5_000;
        const keys = Array.from({ length: 20 }, (_, n) => `k${n}`);
        await log.append(keys.map((key) => record(key, 0, events)));
        const notes = new Notes();
        await follow(since, (each) => notes.add([each]));
        // The promise resolves at the ends that were read at the start: no wait is needed here.
        expect(keys.every((key) => notes.of(key).includes(0))).toBe(true);
        await log.append(keys.map((key) => record(key, 1, events)));
        await notes.until(() => keys.every((key) => notes.of(key).length === 2));
        for (const key of keys) {
          expect(notes.of(key)).toEqual([0, 1]);
          expectRising(notes.firstRecordsOf(key).map(({ offset }) => offset));
        }
      },
      patience,
    );

    it(
      "gives every follower everything, and a follower that stopped nothing",
      async () => {
        const [staying, leaving] = [new Notes(), new Notes()];
        await follow(Date.now() + patience, (each) => staying.add([each]));
        const subscription = await follow(Date.now() + patience, (each) => leaving.add([each]));
        await log.append([record("a", 0, events)]);
        await Promise.all([staying, leaving].map((notes) => notes.until(() => notes.of("a").includes(0))));
        await subscription.stop();
        await log.append([record("a", 1, events)]);
        await staying.until(() => staying.of("a").includes(1));
        expect(leaving.of("a")).toEqual([0]);
      },
      patience,
    );

    it(
      "skips what is older than `since`",
      async () => {
        await log.append([record("a", 0, events)]);
        const notes = new Notes();
        await follow(Date.now() + patience, (each) => notes.add([each]));
        await log.append([record("a", 1, events)]);
        await notes.until(() => notes.of("a").length > 0);
        expect(notes.of("a")).toEqual([1]);
      },
      patience,
    );

    it(
      "knows the end of every partition, -1 where nothing was ever written",
      async () => {
        const before = await log.ends(eventTopics);
        expect(Object.keys(before)).toContain("games.events/5");
        expect(Object.values(before).every((offset) => Number.isInteger(offset) && offset >= -1)).toBe(true);
        const notes = new Notes();
        await follow(Date.now() + patience, (each) => notes.add([each]));
        await log.append([record("a", 0, events)]);
        await notes.until(() => notes.records.length > 0);
        const [last] = notes.records;
        const name = partitionName(events, last?.partition ?? -1);
        expect((await log.ends([events]))[name]).toBe(last?.offset ?? -1);
        expect(before[name]).toBeLessThan(last?.offset ?? -1);
      },
      patience,
    );

    it("refuses to append when it is closed", async () => {
      await log.close();
      expect(log.append([record("a", 0)])).rejects.toThrow();
      log = await open();
    });

    it(
      "skips nothing and keeps every key's order, however appends, failures and pauses interleave",
      async () => {
        let round = 0;
        const property = fc.asyncProperty(scenario, async ({ appends, fates, maxBatch }) => {
          round += 1;
          const handled = new Notes();
          const failing = [...fates];
          const keyed = (key: number) => `${round}-${key}`;
          const subscription = await consume(
            `property-${round}`,
            async (batch) => {
              const fate = batch.length > 0 ? failing.shift() : undefined;
              if (fate === "later") await turn();
              if (fate === "never") throw new Error("told to fail");
              handled.add(batch);
            },
            maxBatch,
          );
          const counts = new Map<number, number>();
          const under: Promise<void>[] = [];
          for (const { keys, wait } of appends) {
            const batch = keys.map((key) => {
              const n = counts.get(key) ?? 0;
              counts.set(key, n + 1);
              return record(keyed(key), n);
            });
            under.push(log.append(batch));
            if (wait) await turn();
          }
          await Promise.all(under);
          const complete = () =>
            [...counts].every(([key, count]) => handled.of(keyed(key)).includes(count - 1));
          await handled.until(complete);
          for (const [key, count] of counts) {
            expect(handled.firstsOf(keyed(key))).toEqual(Array.from({ length: count }, (_, n) => n));
          }
          await subscription.stop();
        });
        await fc.assert(property, { numRuns: 25 });
      },
      patience,
    );

    it(
      "knows how far its readers are behind",
      async () => {
        const reader = `${run}:slow`;
        const behind = async (name: string) => {
          const lags = (await log.lag()).filter(({ reader: each }) => each === name);
          return lags.reduce((sum, { records }) => sum + records, 0);
        };
        const held = Promise.withResolvers<void>();
        const notes = new Notes();
        await consume("slow", async (batch) => {
          await held.promise;
          notes.add(batch);
        });
        const before = await behind(reader);
        await log.append(series("a", 30));
        expect(await behind(reader)).toBe(before + 30);
        held.resolve();
        await notes.until(() => notes.of("a").length >= 30);
        while ((await behind(reader)) > 0) await turn();

        const followed = new Notes();
        await follow(Date.now(), (each) => followed.add([each]));
        await log.append([record("b", 0, events)]);
        await followed.until(() => followed.of("b").length > 0);
        while ((await behind("follower")) > 0) await turn();
        const topics = new Set((await log.lag()).map(({ topic }) => topic));
        expect([...topics].toSorted()).toEqual([commands, events].toSorted());
      },
      patience,
    );
  });
}

const scenario = fc.record({
  appends: fc.array(fc.record({ keys: fc.array(fc.nat({ max: 7 }), { maxLength: 6 }), wait: fc.boolean() }), {
    maxLength: 25,
  }),
  fates: fc.array(fc.constantFrom("now", "later", "never"), { maxLength: 8 }),
  maxBatch: fc.integer({ min: 1, max: 10 }),
});

/** What a reader has got, and a way to wait for more. */
class Notes {
  readonly records: LogRecord[] = [];
  calls = 0;
  #waiting: (() => void)[] = [];

  add(batch: readonly LogRecord[]): void {
    this.calls += 1;
    this.records.push(...batch);
    for (const look of this.#waiting.splice(0)) look();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The numbers of a key, in the order in which they came, repetitions included. */
  of(key: string): readonly number[] {
    return this.#ofKey(key).map(numberOf);
  }

  /** Without repetitions: a log may give a record twice. */
  firstsOf(key: string): readonly number[] {
    return this.firstRecordsOf(key).map(numberOf);
  }

  firstRecordsOf(key: string): readonly LogRecord[] {
    const seen = new Set<number>();
    return this.#ofKey(key).filter(({ offset }) => !seen.has(offset) && seen.add(offset));
  }

  #ofKey(key: string): readonly LogRecord[] {
    return this.records.filter((each) => each.key.endsWith(`:${key}`));
  }
}

function numberOf({ value }: LogRecord): number {
  return (value.payload as { n: number }).n; // made by `record` above
}

function expectRising(numbers: readonly number[]): void {
  for (const [index, each] of numbers.entries()) {
    if (index > 0) expect(each).toBeGreaterThan(numbers[index - 1] ?? each);
  }
}

/** Lets everything that is ready run once. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
