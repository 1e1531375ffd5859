/** What every log keeps to its groups: each record to one member, at least once (L2). */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { expectRising, LogUnderTest, Notes, patience, turn } from "../contract-fixture.ts";
import type { EventLog, LogRecord } from "../port.ts";

export function groupsContract(name: string, open: () => Promise<EventLog>): void {
  describe(`groups of the event log: ${name}`, () => {
    let under: LogUnderTest;

    beforeEach(async () => {
      under = new LogUnderTest(await open());
    });
    afterEach(() => under.close());

    it(
      "starts a new group at the oldest record, and gives every group everything",
      async () => {
        await under.log.append(under.series("a", 5));
        // In one turn: what every group has handled need not be kept for a group that comes later.
        const [one, two] = await Promise.all([under.observe("one"), under.observe("two")]);
        await under.log.append([under.record("a", 5)]);
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
        const subscription = await under.consume("back", (batch) => Promise.resolve(first.add(batch)));
        await under.log.append(under.series("a", 3));
        await first.until(() => first.of("a").length >= 3);
        await subscription.stop();
        await under.log.append([under.record("a", 3)]);
        const second = await under.observe("back");
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
        await under.consume("batches", handle, 7);
        await under.log.append(under.series("a", 50));
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
        await under.consume("failing", (batch) => {
          tried.add(batch);
          if (batch.length > 0 && failures > 0) {
            failures -= 1;
            return Promise.reject(new Error("not yet"));
          }
          done.add(batch);
          return Promise.resolve();
        });
        await under.log.append([under.record("a", 0)]);
        await tried.until(() => tried.of("a").length >= 1);
        await under.log.append([under.record("a", 1)]);
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
          await under.consume("shared", (batch) => {
            member.add(batch);
            both.add(batch);
            return Promise.resolve();
          });
        }
        const keys = Array.from({ length: 60 }, (_, n) => `k${n}`);
        // One member may have everything until the group has found its balance.
        for (let n = 0; members.some((member) => member.records.length === 0); n += 1) {
          await under.log.append(keys.map((key) => under.record(key, n)));
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
        const leaving = await under.consume("takeover", (batch) => {
          stuck.add(batch);
          return batch.length === 0 ? Promise.resolve() : Promise.reject(new Error("I am dying"));
        });
        await under.log.append(under.series("a", 5));
        await stuck.until(() => stuck.records.length > 0);
        await leaving.stop();
        const taker = await under.observe("takeover");
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
        const subscription = await under.consume("stopping", (batch) => {
          begun.add(batch);
          return batch.length === 0 ? Promise.resolve() : mayEnd;
        });
        await under.log.append([under.record("a", 0)]);
        await begun.until(() => begun.records.length > 0);
        let stopped = false;
        const stopping = subscription.stop().then(() => (stopped = true));
        await turn();
        expect(stopped).toBe(false);
        end();
        await stopping;
        const calls = begun.calls;
        const others = await under.observe("others");
        await under.log.append([under.record("a", 1)]);
        await others.until(() => others.of("a").includes(1));
        expect(begun.calls).toBe(calls);
      },
      patience,
    );
  });
}
