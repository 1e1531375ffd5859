import fc from "fast-check";
import { describe, expect, it } from "bun:test";
import { MessageLine } from "./message-line.ts";
import { seed } from "../../tests/seed.ts";

const message = (position: number, words = "") => ({ messageId: `m${position}`, position, words });
const run = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => message(from + n));
const cursorBefore = (position: number) => (position > 1 ? `m${position}` : null);

/** A chat with `said` messages, as a server gives pages of it. */
function newest(said: number, size: number) {
  const from = Math.max(1, said - size + 1);
  return { messages: run(from, said), before: cursorBefore(from) };
}

const positionsOf = (line: MessageLine<{ messageId: string; position: number }>) =>
  line.messages.map(({ position }) => position);

describe("a line of messages", () => {
  it("waits for what is missing between a history and what came live before it", () => {
    const line = new MessageLine();
    line.takeLive(message(9));
    expect([line.isLoaded, line.isWaiting]).toEqual([false, true]);
    line.takeNewest(run(4, 6), "m4");
    expect([positionsOf(line), line.isWaiting]).toEqual([[4, 5, 6], true]);
    line.takeLive(message(8));
    line.takeLive(message(7));
    expect([positionsOf(line), line.isWaiting]).toEqual([[4, 5, 6, 7, 8, 9], false]);
  });

  it("has a first message only where it is the first", () => {
    const line = new MessageLine();
    line.takeNewest([], null);
    line.takeLive(message(2));
    expect([positionsOf(line), line.isWaiting]).toEqual([[], true]);
    line.takeLive(message(1));
    expect([positionsOf(line), line.isWaiting]).toEqual([[1, 2], false]);
  });

  it("leaves an older page that was asked for on a line that is no more", () => {
    const line = new MessageLine();
    line.takeNewest(run(10, 12), "m10");
    line.takeNewest(run(90, 92), "m90");
    line.takeOlder(run(1, 9), null);
    expect([positionsOf(line), line.nextBefore]).toEqual([[90, 91, 92], "m90"]);
  });

  it("shows what a message has become", () => {
    const line = new MessageLine<ReturnType<typeof message>>();
    line.takeNewest(run(1, 3), null);
    line.takeLive(message(2, "read"));
    line.takeNewest([message(3, "read")], "m3");
    expect([line.messages.map(({ words }) => words), line.nextBefore]).toEqual([["", "read", "read"], null]);
  });

  it("keeps what somebody asked for, and asks anew for what it let go", () => {
    const line = new MessageLine();
    line.takeNewest(run(1001, 3000), "m1001");
    line.takeOlder(run(901, 1000), "m901");
    line.takeLive(message(3001));
    expect([line.messages.length, positionsOf(line)[0], line.nextBefore]).toEqual([2100, 902, "m902"]);
  });
});

describe(`whatever is lost, late or twice (seed ${seed})`, () => {
  it("has no hole, is what was said, and is whole when its history was asked for once more", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("say" as const), heard: fc.boolean() }),
      fc.record({ kind: fc.constant("again" as const), back: fc.nat(8) }),
      fc.record({
        kind: fc.constant("history" as const),
        late: fc.nat(6),
        size: fc.integer({ min: 1, max: 6 }),
      }),
      fc.record({
        kind: fc.constant("older" as const),
        late: fc.nat(3),
        size: fc.integer({ min: 1, max: 6 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const line = new MessageLine();
        let said = 0;
        /** Answers that are still on their way. */
        const pages: { due: number; take: () => void }[] = [];
        steps.forEach((next, now) => {
          if (next.kind === "say") {
            said += 1;
            if (next.heard) line.takeLive(message(said));
          } else if (next.kind === "again") {
            if (said - next.back > 0) line.takeLive(message(said - next.back));
          } else if (next.kind === "history") {
            const { messages, before } = newest(said, next.size);
            pages.push({ due: now + next.late, take: () => line.takeNewest(messages, before) });
          } else if (line.nextBefore !== null) {
            const end = Number(line.nextBefore.slice(1)) - 1;
            const from = Math.max(1, end - next.size + 1);
            const take = () => line.takeOlder(run(from, end), cursorBefore(from));
            pages.push({ due: now + next.late, take });
          }
          for (const page of pages.splice(0)) {
            if (page.due <= now) page.take();
            else pages.push(page);
          }
          const positions = positionsOf(line);
          expect(positions).toEqual(
            run(positions[0] ?? 1, positions.at(-1) ?? 0).map(({ position }) => position),
          );
          expect(line.nextBefore).toBe(positions.length === 0 ? null : cursorBefore(positions[0] ?? 1));
        });
        const { messages, before } = newest(said, 4);
        line.takeNewest(messages, before);
        expect([positionsOf(line).at(-1) ?? 0, line.isWaiting]).toEqual([said, false]);
      }),
      { seed, numRuns: 2_000 },
    );
  });
});
