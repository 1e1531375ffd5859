/** What every log keeps to those who read without a group (L3). */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { events, expectRising, LogUnderTest, Notes, patience } from "../contract-fixture.ts";
import type { EventLog } from "../port.ts";

export function followersContract(name: string, open: () => Promise<EventLog>): void {
  describe(`followers of the event log: ${name}`, () => {
    let under: LogUnderTest;

    beforeEach(async () => {
      under = new LogUnderTest(await open());
    });
    afterEach(() => under.close());

    it(
      "follows every partition from the first record not older than `since`, then live",
      async () => {
        const since = Date.now() - 5_000;
        const keys = Array.from({ length: 20 }, (_, n) => `k${n}`);
        await under.log.append(keys.map((key) => under.record(key, 0, events)));
        const notes = new Notes();
        await under.follow(since, (each) => notes.add([each]));
        // The promise resolves at the ends that were read at the start: no wait is needed here.
        expect(keys.every((key) => notes.of(key).includes(0))).toBe(true);
        await under.log.append(keys.map((key) => under.record(key, 1, events)));
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
        await under.follow(Date.now() + patience, (each) => staying.add([each]));
        const subscription = await under.follow(Date.now() + patience, (each) => leaving.add([each]));
        await under.log.append([under.record("a", 0, events)]);
        await Promise.all([staying, leaving].map((notes) => notes.until(() => notes.of("a").includes(0))));
        await subscription.stop();
        await under.log.append([under.record("a", 1, events)]);
        await staying.until(() => staying.of("a").includes(1));
        expect(leaving.of("a")).toEqual([0]);
      },
      patience,
    );

    it(
      "skips what is older than `since`",
      async () => {
        await under.log.append([under.record("a", 0, events)]);
        const notes = new Notes();
        await under.follow(Date.now() + patience, (each) => notes.add([each]));
        await under.log.append([under.record("a", 1, events)]);
        await notes.until(() => notes.of("a").length > 0);
        expect(notes.of("a")).toEqual([1]);
      },
      patience,
    );
  });
}
