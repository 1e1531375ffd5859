import { heapStats } from "bun:jsc";
import { expect, it } from "bun:test";
import { created, idOf, playingRoom } from "./contract-fixture.ts";
import { writeOf } from "./document.ts";
import type { TailEvent, Write } from "./port.ts";
import { openSqliteRoomStore } from "./sqlite.ts";
import { roomRules, type RoomRules } from "../rooms/room-rules.ts";
import { standardTimes } from "../rooms/room.ts";
import { systemActor } from "../../protocol/index.ts";
import { RoomFiles } from "../../../tests/games/seeded-rooms.ts";

const moves = 200;

/** Something that nothing else here is made of, so that it can be counted. */
const countable = () => new DataView(new ArrayBuffer(8));

function held(): number {
  Bun.gc(true);
  return heapStats().objectTypeCounts["DataView"] ?? 0;
}

function movedByAnEvent(before: Write, index: number): Write {
  const { document } = before;
  const { room } = document;
  const seq = room.seq + 1;
  const event: TailEvent = {
    event: { kind: "player_left", payload: { playerId: room.hostId }, seq, at: index },
    eventId: `event ${index}`,
    actor: systemActor,
  };
  const making = { events: [event], followsTail: false, settled: null };
  return writeOf({ before: document, room: { ...room, seq }, making }, standardTimes);
}

it("holds no document that a later move replaced while it makes rooms again", async () => {
  const files = new RoomFiles();
  const before = files.open();
  let last = created(playingRoom("long"));
  const writes = [last];
  for (let index = 0; index < moves; index += 1) writes.push((last = movedByAnEvent(last, index)));
  await before.commit(writes.map((write) => ({ writes: [write] })));
  await files.leave(before);
  const atFirst = held();
  let evolved = 0;
  let atLast = Number.POSITIVE_INFINITY;
  const store = openSqliteRoomStore({
    path: files.path,
    rules: {
      ...roomRules([]),
      evolve(room) {
        evolved += 1;
        if (evolved === moves) atLast = held();
        return room.status === "playing" ? { ...room, game: countable() } : room;
      },
    },
  });
  expect(evolved).toBe(moves);
  // The stack may hold a few.
  expect(atLast - atFirst).toBeLessThan(moves / 10);
  expect((await store.load(idOf(last)))?.version).toBe(last.document.version);
  await store.close();
  files.remove();
});

it("lets go of a file that it could not open, for whoever can", async () => {
  const files = new RoomFiles();
  const before = files.open();
  const first = created(playingRoom("a"));
  const last = movedByAnEvent(first, 0);
  await before.commit([{ writes: [first] }, { writes: [last] }]);
  await files.leave(before);
  const openBy = (evolve: RoomRules["evolve"]) =>
    openSqliteRoomStore({ path: files.path, rules: { ...roomRules([]), evolve } });
  const unknown = () => {
    throw new Error("These rules know no such turn.");
  };
  expect(() => openBy(unknown)).toThrow(/cannot be made again/);
  const store = openBy((room, { seq }) => ({ ...room, seq }));
  expect(await store.load(idOf(last))).toEqual(last.document);
  await store.close();
  files.remove();
});
