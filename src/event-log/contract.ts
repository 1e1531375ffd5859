/** What every log keeps: one suite, run on memory and on Kafka. */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { commands, events, LogUnderTest, Notes, patience, turn } from "./contract-fixture.ts";
import { followersContract } from "./followers/contract.ts";
import { groupsContract } from "./groups/contract.ts";
import { orderContract } from "./order/contract.ts";
import type { EventLog } from "./port.ts";
import { eventTopics, partitionName } from "../protocol/index.ts";

/** `open` answers a log that is ready: its topics are there. It may be called several times in one test. */
export function eventLogContract(name: string, open: () => Promise<EventLog>): void {
  orderContract(name, open);
  groupsContract(name, open);
  followersContract(name, open);

  describe(`the event log: ${name}`, () => {
    let under: LogUnderTest;

    beforeEach(async () => {
      under = new LogUnderTest(await open());
    });
    afterEach(() => under.close());

    it(
      "gives a value back as it was, with its topic, its key and the time",
      async () => {
        const before = Date.now();
        const sent = under.record("a", 1);
        const notes = await under.observe("whole");
        await under.log.append([sent]);
        await notes.until(() => notes.records.length > 0);
        const [got] = notes.records;
        expect(got).toMatchObject({ topic: sent.topic, key: sent.key, value: sent.value });
        expect(got?.appendedAt).toBeGreaterThanOrEqual(before - 1000);
        expect(got?.appendedAt).toBeLessThanOrEqual(Date.now() + 1000);
      },
      patience,
    );

    it(
      "knows the end of every partition, -1 where nothing was ever written",
      async () => {
        const before = await under.log.ends(eventTopics);
        expect(Object.keys(before)).toContain("games.events/5");
        expect(Object.values(before).every((offset) => Number.isInteger(offset) && offset >= -1)).toBe(true);
        const notes = new Notes();
        await under.follow(Date.now() + patience, (each) => notes.add([each]));
        await under.log.append([under.record("a", 0, events)]);
        await notes.until(() => notes.records.length > 0);
        const [last] = notes.records;
        const name = partitionName(events, last?.partition ?? -1);
        expect((await under.log.ends([events]))[name]).toBe(last?.offset ?? -1);
        expect(before[name]).toBeLessThan(last?.offset ?? -1);
      },
      patience,
    );

    it("refuses to append when it is closed", async () => {
      const closed = await open();
      await closed.close();
      expect(closed.append([under.record("a", 0)])).rejects.toThrow();
    });

    it(
      "knows how far its readers are behind",
      async () => {
        const reader = `${under.run}:slow`;
        const behind = async (name: string) => {
          const lags = (await under.log.lag()).filter(({ reader: each }) => each === name);
          return lags.reduce((sum, { records }) => sum + records, 0);
        };
        const held = Promise.withResolvers<void>();
        const notes = new Notes();
        await under.consume("slow", async (batch) => {
          await held.promise;
          notes.add(batch);
        });
        const before = await behind(reader);
        await under.log.append(under.series("a", 30));
        expect(await behind(reader)).toBe(before + 30);
        held.resolve();
        await notes.until(() => notes.of("a").length >= 30);
        while ((await behind(reader)) > 0) await turn();

        const followed = new Notes();
        await under.follow(Date.now(), (each) => followed.add([each]));
        await under.log.append([under.record("b", 0, events)]);
        await followed.until(() => followed.of("b").length > 0);
        while ((await behind("follower")) > 0) await turn();
        const topics = new Set((await under.log.lag()).map(({ topic }) => topic));
        expect([...topics].toSorted()).toEqual([commands, events].toSorted());
      },
      patience,
    );
  });
}
