import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { ReplayWindow, defaultReplayBounds, type ReplayEvent } from "./replay-window.ts";
import type { AudienceName } from "../protocol/index.ts";

const seed = 20261125;
const partitions = ["games.events/0", "games.events/1"] as const;
const audiences: readonly AudienceName[] = ["user:1", "room:a", "room:a:players", "lobby:main"];
const starts = { "games.events/0": 9, "games.events/1": 4 };

const happening = fc.record({
  partition: fc.constantFrom(...partitions),
  audiences: fc.uniqueArray(fc.constantFrom(...audiences), { minLength: 1, maxLength: 2 }),
  gap: fc.integer({ min: 1, max: 2 }),
  length: fc.integer({ min: 1, max: 400 }),
  passed: fc.integer({ min: 0, max: 90_000 }),
});
const bounds = { bytes: 6_000, ageMs: 6 * 60_000, eventsOfLobby: 3 };

/** The events in the order of the log, with offsets that rise in each partition and may have holes. */
function eventsOf(happenings: readonly { [Key in keyof typeof example]: (typeof example)[Key] }[]) {
  const offsets: Record<string, number> = { ...starts };
  let now = 1_000_000;
  return happenings.map((each, index): ReplayEvent => {
    const offset = (offsets[each.partition] ?? 0) + each.gap;
    offsets[each.partition] = offset;
    now += each.passed;
    const frame = `${index}`.padEnd(each.length, index % 3 === 0 ? "…" : ".");
    const { partition } = each;
    return { audiences: each.audiences, partition, offset, appendedAt: now, frame, seq: null };
  });
}
const example = {
  partition: "" as string,
  audiences: [] as AudienceName[],
  gap: 0,
  length: 0,
  passed: 0,
};

describe(`the replay window (R2, seed ${seed})`, () => {
  it("gives back exactly what was missed, in order, or says that it cannot", () => {
    let covered = 0;
    let outOfReach = 0;
    const property = fc.property(
      fc.array(happening, { minLength: 5, maxLength: 40 }),
      fc.nat({ max: 20 }),
      fc.subarray([...audiences], { minLength: 1 }),
      (happenings, seenCount, asked) => {
        const window = new ReplayWindow(starts, bounds);
        const events = eventsOf(happenings);
        const positions: Record<string, number> = { ...starts };
        for (const { partition, offset } of events.slice(0, seenCount)) positions[partition] = offset;
        for (const event of events) {
          window.advance(event.partition, event.offset);
          window.add(event);
        }
        const queries = asked.map((audience) => ({ audience, fromOrder: 0 }));
        const answer = window.missed(positions, queries, 1_000_000);
        const truth = events
          .slice(seenCount)
          .filter((event) => event.audiences.some((audience) => asked.includes(audience)))
          .map(({ frame }) => frame);
        if (answer.kind === "covered") {
          covered += 1;
          expect(answer.frames).toEqual(truth);
        } else {
          outOfReach += 1;
          // Only bounds may be the reason: with room enough everything is there.
          const roomy = new ReplayWindow(starts, { ...defaultReplayBounds, ageMs: Number.MAX_SAFE_INTEGER });
          for (const event of events) {
            roomy.advance(event.partition, event.offset);
            roomy.add(event);
          }
          expect(roomy.missed(positions, queries, 1_000_000).kind).toBe("covered");
        }
        expect(window.bytes).toBeLessThanOrEqual(bounds.bytes);
      },
    );
    fc.assert(property, { seed, numRuns: 2_000 });
    expect(covered).toBeGreaterThan(200);
    expect(outOfReach).toBeGreaterThan(200);
  });

  it("reaches back to the first event that it read, not to the end at its start", () => {
    const window = new ReplayWindow({ "games.events/0": 100, "games.events/1": 50 });
    const query = [{ audience: audiences[0] ?? "user:1", fromOrder: 0 }];
    const add = (offset: number) => {
      window.advance("games.events/0", offset);
      const [audience = "user:1"] = audiences;
      const partition = "games.events/0";
      window.add({ audiences: [audience], partition, offset, appendedAt: 0, frame: `${offset}`, seq: null });
    };
    add(90);
    add(91);
    const at = (offset: number) =>
      window.missed({ "games.events/0": offset, "games.events/1": 50 }, query, 100);
    expect(at(90)).toMatchObject({ kind: "covered", frames: ["91"] });
    expect(at(89)).toMatchObject({ kind: "covered", frames: ["90", "91"] });
    expect(at(88).kind).toBe("out_of_reach");
    expect(window.missed({ "games.events/0": 91 }, query, 100).kind).toBe("out_of_reach");
  });

  it("is out of reach where more was missed than may be sent at once", () => {
    const window = new ReplayWindow({ p: 0 });
    window.add({
      audiences: ["user:1"],
      partition: "p",
      offset: 1,
      appendedAt: 0,
      frame: "x".repeat(50),
      seq: null,
    });
    const query = [{ audience: "user:1" as const, fromOrder: 0 }];
    expect(window.missed({ p: 0 }, query, 50).kind).toBe("covered");
    expect(window.missed({ p: 0 }, query, 49).kind).toBe("out_of_reach");
  });
});
