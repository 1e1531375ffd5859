import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { FrameQueue, type Lying } from "./frame-queue.ts";
import { RowQueue } from "./row-queue.ts";

const seed = 20_261_126;

describe(`texts that are kept as bytes (seed ${seed})`, () => {
  const piece = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 40 }),
    fc
      .record({ unit: fc.constantFrom("a", "é", "€", "🎲"), times: fc.nat({ max: 60_000 }) })
      .map(({ unit, times }) => unit.repeat(times)),
  );

  it("come back as they were, until those in later buffers are the only ones that are wanted", () => {
    const property = fc.property(
      fc.array(piece, { maxLength: 60, size: "max" }),
      fc.nat({ max: 20 }),
      (texts, kept) => {
        const queue = new FrameQueue();
        const here: { text: string; lying: Lying }[] = [];
        for (const text of texts) {
          here.push({ text, lying: queue.push(text) });
          if (here.length <= kept) continue;
          here.shift();
          queue.forgetBefore(here[0]?.lying.buffer ?? 0);
        }
        for (const { text, lying } of here) {
          expect(queue.at(lying)).toBe(text);
          expect(lying.length).toBe(Buffer.byteLength(text));
        }
      },
    );
    fc.assert(property, { seed, numRuns: 100 });
  });

  it("are gone with their buffer", () => {
    const queue = new FrameQueue();
    const first = queue.push("first");
    const last = queue.push("x".repeat(300_000));
    queue.forgetBefore(last.buffer);
    expect(() => queue.at(first)).toThrow("gone");
    expect(queue.at(last)).toHaveLength(300_000);
  });
});

it(`rows of a queue keep their numbers while others come and go (seed ${seed})`, () => {
  const property = fc.property(fc.array(fc.nat({ max: 3 }), { maxLength: 400, size: "max" }), (steps) => {
    const queue = new RowQueue(2);
    for (const [value, step] of steps.entries()) {
      if (step === 0 && queue.first < queue.next) queue.shift();
      else {
        const row = queue.push();
        queue.numbers[row] = value;
        queue.numbers[row + 1] = -value;
        rows.set(queue.next - 1, value);
      }
      for (let place = queue.first; place < queue.next; place += 1) {
        const value = rows.get(place) ?? Number.NaN;
        expect([queue.numbers[queue.at(place)], queue.numbers[queue.at(place) + 1]]).toEqual([value, -value]);
      }
    }
    rows.clear();
  });
  const rows = new Map<number, number>();
  fc.assert(property, { seed, numRuns: 60 });
});
