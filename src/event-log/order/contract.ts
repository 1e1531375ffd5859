/** What every log keeps of the order of records. */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import fc from "fast-check";
import { expectRising, LogUnderTest, Notes, patience, turn } from "../contract-fixture.ts";
import type { EventLog } from "../port.ts";
import { seed } from "../../../tests/seed.ts";

export function orderContract(name: string, open: () => Promise<EventLog>): void {
  describe(`the order of the event log: ${name}`, () => {
    let under: LogUnderTest;

    beforeEach(async () => {
      under = new LogUnderTest(await open());
    });
    afterEach(() => under.close());

    it(
      "keeps the order of one key over calls that overlap",
      async () => {
        const notes = await under.observe("order");
        const calls = under.series("a", 200).map((each) => under.log.append([each, under.record("b", 0)]));
        await Promise.all(calls);
        await notes.until(() => notes.of("a").length >= 200);
        expect(notes.firstsOf("a")).toEqual(Array.from({ length: 200 }, (_, n) => n));
      },
      patience,
    );

    it(
      "puts all records of one key into one partition, with rising offsets",
      async () => {
        const notes = await under.observe("partition");
        await under.log.append(["a", "b", "c", "d"].flatMap((key) => under.series(key, 20)));
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
      `skips nothing and keeps every key's order, however appends, failures and pauses interleave (seed ${seed})`,
      async () => {
        let round = 0;
        const property = fc.asyncProperty(scenario, async ({ appends, fates, maxBatch }) => {
          round += 1;
          const handled = new Notes();
          const failing = [...fates];
          const keyed = (key: number) => `${round}-${key}`;
          const subscription = await under.consume(
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
          const underWay: Promise<void>[] = [];
          for (const { keys, wait } of appends) {
            const batch = keys.map((key) => {
              const n = counts.get(key) ?? 0;
              counts.set(key, n + 1);
              return under.record(keyed(key), n);
            });
            underWay.push(under.log.append(batch));
            if (wait) await turn();
          }
          await Promise.all(underWay);
          const complete = () =>
            [...counts].every(([key, count]) => handled.of(keyed(key)).includes(count - 1));
          await handled.until(complete);
          for (const [key, count] of counts) {
            expect(handled.firstsOf(keyed(key))).toEqual(Array.from({ length: count }, (_, n) => n));
          }
          await subscription.stop();
        });
        await fc.assert(property, { seed, numRuns: 25 });
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
