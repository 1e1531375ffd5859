import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { roomId, RoomPage, snapshotAt } from "./testing/room-page.ts";
import { seed } from "../../tests/seed.ts";

/** What may arrive about a room whose events are 1 to `length`. */
type Delivery =
  | { readonly kind: "event"; readonly seq: number }
  | { readonly kind: "joined"; readonly seq: number; readonly ahead: number }
  | { readonly kind: "snapshot"; readonly seq: number };

function deliver(page: RoomPage, delivery: Delivery, length: number): void {
  const { kind, seq } = delivery;
  if (kind === "event") page.roll(seq);
  else if (kind === "snapshot") page.sync(snapshotAt(seq));
  else {
    const state = snapshotAt(Math.min(seq + delivery.ahead, length));
    page.client.deliver("games.event.player_joined", { roomId, seq, state });
  }
}

const lengths = fc.integer({ min: 1, max: 12 });
const deliveriesOf = (length: number): fc.Arbitrary<Delivery> => {
  const seq = fc.integer({ min: 1, max: length });
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("event" as const), seq }) },
    fc.record({ kind: fc.constant("joined" as const), seq, ahead: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ kind: fc.constant("snapshot" as const), seq }),
  );
};

describe(`whatever the order of deliveries (seed ${seed})`, () => {
  it("ends with the truth, each event applied once and in order, where nothing is lost", () => {
    const anyOrder = lengths.chain((length) => {
      const every = Array.from({ length }, (_, index): Delivery => ({ kind: "event", seq: index + 1 }));
      return fc
        .tuple(fc.array(deliveriesOf(length), { maxLength: 15 }), fc.integer({ min: 0, max: length }))
        .chain(([more, seq]) => {
          const all: Delivery[] = [...every, ...more, { kind: "snapshot", seq }];
          return fc.record({
            length: fc.constant(length),
            deliveries: fc.shuffledSubarray(all, { minLength: all.length }),
          });
        });
    });
    fc.assert(
      fc.property(anyOrder, ({ length, deliveries }) => {
        const page = new RoomPage();
        page.client.goLive();
        for (const delivery of deliveries) deliver(page, delivery, length);
        expect(page.shown).toBe(length);
        expect(page.complaints).toEqual([]);
        page.clock.advance(60_000);
        expect(page.client.sent).toEqual([]);
      }),
      { seed, numRuns: 300 },
    );
  });

  it("ends with the truth where events are lost and a snapshot is answered", async () => {
    const lossy = lengths.chain((length) =>
      fc.record({
        length: fc.constant(length),
        deliveries: fc.array(deliveriesOf(length), { maxLength: 20 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(lossy, async ({ length, deliveries }) => {
        const page = new RoomPage();
        page.client.goLive();
        for (const delivery of deliveries) deliver(page, delivery, length);
        page.clock.advance(2_000);
        if (page.client.sent.length > 0) {
          await page.answer(snapshotAt(length));
          expect(page.shown).toBe(length);
        }
        // The loss of the newest events shows only when the next one comes.
        page.roll(length + 1);
        page.clock.advance(2_000);
        if (page.client.sent.length > 0) await page.answer(snapshotAt(length + 1));
        expect(page.shown).toBe(length + 1);
        expect(page.complaints).toEqual([]);
        page.clock.advance(60_000);
        expect(page.client.sent).toEqual([]);
      }),
      { seed, numRuns: 300 },
    );
  });
});
