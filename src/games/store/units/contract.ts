/** What a store of rooms must do with many units in one call. */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import fc from "fast-check";
import {
  changed,
  created,
  finishedRoom,
  idOf,
  moved,
  playingRoom,
  waitingRoom,
} from "../contract-fixture.ts";
import { claimsOf, nameClaim } from "../document.ts";
import type { Claim, RoomDocument, RoomStore, Unit, Write } from "../port.ts";
import { asUserId, type RoomId } from "../../../protocol/index.ts";

export interface UnitsUnderTest {
  /** Opens a store that holds nothing. */
  open(): Promise<RoomStore>;
  /** Lets go of everything. */
  cleanUp(): Promise<void>;
}

const seed = 20261125;

export function unitsContract(name: string, underTest: UnitsUnderTest): void {
  describe(`many units in a store of rooms: ${name}`, () => {
    let store: RoomStore;

    beforeEach(async () => {
      store = await underTest.open();
    });
    afterEach(async () => {
      await store.close();
      await underTest.cleanUp();
    });

    it("saves the units of one call in their order, each seeing those before it", async () => {
      const first = created(waitingRoom("a"));
      const second = changed(first, playingRoom("a"));
      const third = changed(second, finishedRoom("a"));
      const results = await store.commit([first, second, third].map((write) => ({ writes: [write] })));
      expect(results.map(({ kind }) => kind)).toEqual(["saved", "saved", "saved"]);
      expect(await store.load(first.document.room.roomId)).toEqual(third.document);
    });

    it("saves units that take what another one of the same call lets go, in their order", async () => {
      const first = created(playingRoom("a"));
      await store.commit([unit(first)]);
      // Many others in the same unit, so that it takes its time.
      const others = Array.from({ length: 20 }, (_, n) => created(finishedRoom(`o${n}`)));
      const over = { writes: [...others, changed(first, finishedRoom("a"))] };
      const next = created({ ...waitingRoom("b"), roomName: "ROOM  a" });
      const results = await store.commit([over, { writes: [next] }]);
      expect(results.map(({ kind }) => kind)).toEqual(["saved", "saved"]);
      expect(await store.holderOf(nameClaim("room a"))).toBe(next.document.room.roomId);
    });

    it("answers each of many units for itself", async () => {
      const rooms = Array.from({ length: 40 }, (_, n) =>
        created(playingRoom(`r${n}`, asUserId(`${100 + 2 * n}`), asUserId(`${101 + 2 * n}`))),
      );
      const made = await store.commit(rooms.map((write) => ({ writes: [write] })));
      expect(made.every(({ kind }) => kind === "saved")).toBe(true);
      const moves = rooms.map((write, n) => {
        const move = moved(write);
        return n % 3 === 0 ? { ...move, document: { ...move.document, version: 9 } } : move;
      });
      const results = await store.commit(moves.map((write) => ({ writes: [write] })));
      expect(results.map(({ kind }) => kind)).toEqual(
        rooms.map((_, n) => (n % 3 === 0 ? "conflict" : "saved")),
      );
    });

    it("saves one of those that start from the same version, and none that skips one", async () => {
      const first = created(playingRoom("a"));
      const other = created(playingRoom("b", asUserId("5"), asUserId("6")));
      await store.commit([first, other].map(unit));
      const mine = changed(first, { ...playingRoom("a"), seq: 10 });
      const hers = changed(first, { ...playingRoom("a"), seq: 20 });
      const results = await store.commit([mine, hers, changed(other, finishedRoom("b"), 3)].map(unit));
      expect(results.map(({ kind }) => kind)).toEqual(["saved", "conflict", "conflict"]);
      expect(await store.load(idOf(first))).toEqual(mine.document);
      expect(await store.load(idOf(other))).toEqual(other.document);
    });

    it(`does as if there was one unit after the other (seed ${seed})`, async () => {
      const property = fc.asyncProperty(
        fc.array(fc.array(step, { maxLength: 12 }), { maxLength: 4 }),
        async (calls) => {
          await store.close();
          await underTest.cleanUp();
          store = await underTest.open();
          const model = new Model();
          for (const steps of calls) {
            const units = decided(steps, model);
            const results = await store.commit(units);
            expect(results.map(({ kind }) => kind === "saved")).toEqual(
              units.map((each) => model.save(each)),
            );
          }
          for (const roomName of roomNames) {
            const claim = nameClaim(roomName);
            expect(await store.holderOf(claim)).toBe(model.holderOf(claim));
          }
          for (const key of keys) {
            const { roomId } = waitingRoom(key);
            expect(await store.load(roomId)).toEqual(model.load(roomId));
          }
        },
      );
      await fc.assert(property, { seed, numRuns: 40 });
    }, 60_000);
  });
}

const keys = ["a", "b", "c", "d"];
const roomNames = ["one", "two"];

/** What somebody wants of a room, or of two at once. */
interface Step {
  readonly key: string;
  readonly roomName: string;
  readonly what: "open" | "move" | "end";
  readonly with: string | null;
}

const step: fc.Arbitrary<Step> = fc.record({
  key: fc.constantFrom(...keys),
  roomName: fc.constantFrom(...roomNames),
  what: fc.constantFrom("open", "open", "move", "move", "move", "end"),
  with: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom(...keys) },
  ),
});

/** As a service decides: each on what those before it would have made. The other room of a unit is one that is there. */
function decided(steps: readonly Step[], model: Model): readonly Unit[] {
  const assumed = new Map<string, Write>();
  const isThere = (key: string) => assumed.has(key) || model.write(waitingRoom(key).roomId) !== undefined;
  return steps.map((each) => {
    const others = each.with !== null && each.with !== each.key && isThere(each.with) ? [each.with] : [];
    return { writes: [each.key, ...others].map((key) => change(each, key, assumed, model)) };
  });
}

function change({ what, roomName }: Step, key: string, assumed: Map<string, Write>, model: Model): Write {
  const [host, guest] = [asUserId(`1${keys.indexOf(key)}`), asUserId(`2${keys.indexOf(key)}`)];
  const before = assumed.get(key) ?? model.write(waitingRoom(key).roomId);
  const next =
    before === undefined
      ? created({ ...playingRoom(key, host, guest), roomName: `${roomName}${what === "end" ? key : ""}` })
      : changed(before, {
          ...(what === "end" ? finishedRoom(key, host, guest) : before.document.room),
          roomName: before.document.room.roomName,
          seq: before.document.version,
        });
  assumed.set(key, next);
  return next;
}

/** What a store does, without one. */
class Model {
  readonly #writes = new Map<RoomId, Write>();

  /** @returns whether it is saved */
  save({ writes }: Unit): boolean {
    for (const write of writes) {
      const version = this.#writes.get(idOf(write))?.document.version ?? 0;
      if (version !== write.document.version - 1) return false;
      if (!write.roomChanged) continue;
      const holders = claimsOf(write.document.room).map((claim) => this.holderOf(claim));
      if (holders.some((holder) => holder !== null && holder !== idOf(write))) return false;
    }
    for (const write of writes) this.#writes.set(idOf(write), write);
    return true;
  }

  holderOf(claim: Claim): RoomId | null {
    return (
      this.#writes.values().find((write) => claimsOf(write.document.room).includes(claim))?.document.room
        .roomId ?? null
    );
  }

  load(roomId: RoomId): RoomDocument | null {
    return this.#writes.get(roomId)?.document ?? null;
  }

  write(roomId: RoomId): Write | undefined {
    return this.#writes.get(roomId);
  }
}

function unit(write: Write): Unit {
  return { writes: [write] };
}
