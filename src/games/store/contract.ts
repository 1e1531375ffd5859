/** What every store of rooms must do; run on each adapter. */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { nameClaim, rememberOutcome, seatClaim, writeOf } from "./document.ts";
import type { RoomDocument, RoomStore, Unit, Write } from "./port.ts";
import {
  standardTimes,
  type FinishedRoom,
  type PlayingRoom,
  type Room,
  type WaitingRoom,
} from "../rooms/room.ts";
import { asCommandId, asRoomId, asUserId, type UserId } from "../../protocol/index.ts";

const john = asUserId("1");
const jane = asUserId("2");

export interface RoomStoreUnderTest {
  /** Opens a store that holds nothing. */
  open(): Promise<RoomStore>;
  /** Opens what `open` opened last once more, as after a restart. */
  reopen(): Promise<RoomStore>;
  /** Lets go of everything. */
  cleanUp(): Promise<void>;
}

export function roomStoreContract(name: string, underTest: RoomStoreUnderTest): void {
  describe(`a store of rooms: ${name}`, () => {
    let store: RoomStore;

    beforeEach(async () => {
      store = await underTest.open();
    });
    afterEach(async () => {
      await store.close();
      await underTest.cleanUp();
    });

    async function save(...writes: readonly Write[]) {
      const [result] = await store.commit([{ writes }]);
      return result;
    }

    async function idsOf(rooms: AsyncIterable<RoomDocument> | readonly RoomDocument[]): Promise<string[]> {
      const ids: string[] = [];
      for await (const { room } of rooms) ids.push(room.roomId);
      return ids;
    }

    it("gives back what was saved, as it was saved", async () => {
      const write = created(waitingRoom("a"));
      expect(await save(write)).toEqual({ kind: "saved" });
      expect(await store.load(write.document.room.roomId)).toEqual(write.document);
      expect(await store.load(waitingRoom("b").roomId)).toBeNull();
    });

    it("still has it after a restart", async () => {
      const first = created(waitingRoom("a"));
      const second = changed(first, playingRoom("a"));
      await save(first);
      await save(second);
      await store.close();
      store = await underTest.reopen();
      expect(await store.load(first.document.room.roomId)).toEqual(second.document);
      expect(await idsOf(await store.roomsOf(jane))).toEqual([first.document.room.roomId]);
    });

    it("saves only over the version that the change started from", async () => {
      const first = created(waitingRoom("a"));
      const second = changed(first, playingRoom("a"));
      await save(first);
      expect(await save(first)).toEqual({ kind: "conflict" });
      expect(await save(second)).toEqual({ kind: "saved" });
      expect(await save(second)).toEqual({ kind: "conflict" });
      expect(await save(changed(second, finishedRoom("a"), 5))).toEqual({ kind: "conflict" });
      expect(await store.load(first.document.room.roomId)).toEqual(second.document);
    });

    it("lets one of many who save at once win", async () => {
      const first = created(waitingRoom("a"));
      await save(first);
      const attempts = Array.from({ length: 20 }, () => save(changed(first, playingRoom("a"))));
      const results = await Promise.all(attempts);
      expect(results.filter((result) => result?.kind === "saved").length).toBe(1);
      expect(results.filter((result) => result?.kind === "conflict").length).toBe(19);
    });

    it("saves the units of one call in their order, each seeing those before it", async () => {
      const first = created(waitingRoom("a"));
      const second = changed(first, playingRoom("a"));
      const third = changed(second, finishedRoom("a"));
      const results = await store.commit([first, second, third].map((write) => ({ writes: [write] })));
      expect(results.map(({ kind }) => kind)).toEqual(["saved", "saved", "saved"]);
      expect(await store.load(first.document.room.roomId)).toEqual(third.document);
    });

    it("saves a unit wholly or not at all", async () => {
      const old = created(finishedRoom("old"));
      await save(old);
      const unit: Unit = { writes: [created(waitingRoom("new")), changed(old, finishedRoom("old"), 9)] };
      expect(await store.commit([unit])).toEqual([{ kind: "conflict" }]);
      expect(await store.load(waitingRoom("new").roomId)).toBeNull();
      expect(await store.holderOf(nameClaim("room new"))).toBeNull();
      expect(await store.load(old.document.room.roomId)).toEqual(old.document);
    });

    it("gives a claim to one room at a time, and says who holds it", async () => {
      const first = created(waitingRoom("a"));
      await save(first);
      const sameName = created({ ...waitingRoom("b", jane), roomName: "ROOM  A " });
      expect(await save(sameName)).toEqual({
        kind: "claimed",
        claim: nameClaim("room a"),
        roomId: first.document.room.roomId,
      });
      const sameSeat = created(waitingRoom("c"));
      expect(await save(sameSeat)).toEqual({
        kind: "claimed",
        claim: seatClaim("bigger_dice", john),
        roomId: first.document.room.roomId,
      });
      expect(await store.load(sameName.document.room.roomId)).toBeNull();
      expect(await store.holderOf(seatClaim("bigger_dice", john))).toBe(first.document.room.roomId);
    });

    it("gives a claim to one of many who want it at once", async () => {
      const rooms = Array.from({ length: 10 }, (_, index) => ({
        ...waitingRoom(`n${index}`, asUserId(String(100 + index))),
        roomName: "the same",
      }));
      const results = await Promise.all(rooms.map((room) => save(created(room))));
      expect(results.filter((result) => result?.kind === "saved").length).toBe(1);
      expect(results.filter((result) => result?.kind === "claimed").length).toBe(9);
    });

    it("frees the claims of a room that is over", async () => {
      const first = created(playingRoom("a"));
      await save(first);
      await save(changed(first, finishedRoom("a")));
      expect(await store.holderOf(nameClaim("room a"))).toBeNull();
      expect(await save(created(waitingRoom("b")))).toEqual({ kind: "saved" });
    });

    it("keeps the rooms of a person until they are over for her", async () => {
      const first = created(playingRoom("a"));
      await save(first);
      expect(await idsOf(await store.roomsOf(jane))).toEqual([first.document.room.roomId]);
      const left = changed(first, { ...finishedRoom("a"), left: [jane] });
      await save(left);
      expect(await idsOf(await store.roomsOf(jane))).toEqual([]);
      expect(await idsOf(await store.roomsOf(john))).toEqual([first.document.room.roomId]);
      expect(await idsOf(store.unarchived())).toEqual([first.document.room.roomId]);
      await save(changed(left, { ...finishedRoom("a"), archived: true }));
      expect(await idsOf(await store.roomsOf(john))).toEqual([]);
      expect(await idsOf(store.unarchived())).toEqual([]);
      expect((await store.load(first.document.room.roomId))?.room).toMatchObject({ archived: true });
    });

    it("lists open rooms by age, and waiting ones for quick play", async () => {
      await save(created({ ...waitingRoom("late", jane), createdAt: 2_000 }));
      await save(created({ ...waitingRoom("early", john), createdAt: 1_000 }));
      await save(created({ ...playingRoom("busy", asUserId("8"), asUserId("9")), createdAt: 500 }));
      await save(created(finishedRoom("over")));
      const listed = await store.list("bigger_dice");
      expect(listed.map(({ roomName, status }) => [roomName, status])).toEqual([
        ["room busy", "playing"],
        ["room early", "waiting"],
        ["room late", "waiting"],
      ]);
      expect(await store.list("chess")).toEqual([]);
      const waiting = await store.waiting("bigger_dice", 1);
      expect(waiting.map(({ room }) => room.roomName)).toEqual(["room early"]);
    });

    it("knows which rooms want to be looked at, the earliest first", async () => {
      await save(created({ ...playingRoom("b", asUserId("5"), asUserId("6")), turnDeadline: 2_000 }));
      await save(created({ ...playingRoom("a"), turnDeadline: 1_000 }));
      const due = async (now: number) => (await store.due(now, 10)).map(({ room }) => room.roomName);
      expect(await due(999)).toEqual([]);
      expect(await due(1_000)).toEqual(["room a"]);
      expect(await due(5_000)).toEqual(["room a", "room b"]);
      expect((await store.due(5_000, 1)).length).toBe(1);
    });

    it("knows the rooms in which it matters who is connected", async () => {
      await save(created(waitingRoom("waiting", asUserId("4"))));
      await save(created(playingRoom("playing", asUserId("5"), asUserId("6"))));
      await save(created(finishedRoom("finished")));
      const names = async (endedSince: number): Promise<string[]> => {
        const found: string[] = [];
        for await (const { room } of store.inPlay(endedSince)) found.push(room.roomName);
        return found.toSorted();
      };
      expect(await names(9)).toEqual(["room finished", "room playing", "room waiting"]);
      expect(await names(10)).toEqual(["room playing", "room waiting"]);
    });

    it("saves units that take what another one of the same call lets go, in their order", async () => {
      const first = created(playingRoom("a"));
      await save(first);
      const over = changed(first, finishedRoom("a"));
      const next = created({ ...waitingRoom("b"), roomName: "room a" });
      const results = await store.commit([over, next].map((write) => ({ writes: [write] })));
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
        const { document } = write;
        const move = writeOf(
          { before: document, room: document.room, tail: [], outcomes: {} },
          standardTimes,
        );
        return n % 3 === 0 ? { ...move, document: { ...move.document, version: 9 } } : move;
      });
      const results = await store.commit(moves.map((write) => ({ writes: [write] })));
      expect(results.map(({ kind }) => kind)).toEqual(
        rooms.map((_, n) => (n % 3 === 0 ? "conflict" : "saved")),
      );
    });

    it("keeps the last outcomes of each player, also over a restart", async () => {
      let write = created(playingRoom("a"));
      await save(write);
      for (let number = 1; number <= 100; number += 1) {
        const player = number % 3 === 0 ? jane : john;
        const commandId = asCommandId(`command-${number}`);
        const { document } = write;
        const outcomes = rememberOutcome(document.outcomes, player, { commandId, ok: true, seq: number });
        const next = writeOf({ before: document, room: document.room, tail: [], outcomes }, standardTimes);
        await save(next);
        write = next;
      }
      await store.close();
      store = await underTest.reopen();
      const loaded = await store.load(write.document.room.roomId);
      expect(loaded?.outcomes).toEqual(write.document.outcomes);
      expect(loaded?.outcomes[john]?.length).toBe(32);
    });

    it("keeps tails and outcomes beside the room", async () => {
      const write = created(waitingRoom("a"));
      const document: RoomDocument = {
        ...write.document,
        tail: [
          {
            event: { kind: "player_left", payload: { playerId: john }, seq: 1, at: 5 },
            eventId: "e-1",
            actor: { kind: "system" },
          },
        ],
        outcomes: { [john]: [{ commandId: asCommandId("c"), ok: false, code: "NOT_YOUR_TURN" }] },
      };
      await save({ ...write, document });
      expect(await store.load(document.room.roomId)).toEqual(document);
    });
  });
}

function created(room: Room): Write {
  return writeOf({ before: null, room, tail: [], outcomes: {} }, standardTimes);
}

function changed(before: Write, room: Room, version = before.document.version + 1): Write {
  const write = writeOf({ before: before.document, room, tail: [], outcomes: {} }, standardTimes);
  return { ...write, document: { ...write.document, version } };
}

function waitingRoom(key: string, host: UserId = john): WaitingRoom {
  const roomId = asRoomId(Bun.randomUUIDv5(key, "6f1b3a52-8f0e-5d0c-9a3d-2f6f1c6b7e10"));
  return {
    status: "waiting",
    roomId,
    gameType: "bigger_dice",
    roomName: `room ${key}`,
    hostId: host,
    hostName: `host ${host}`,
    createdAt: 1,
    seq: 1,
    serverSeed: "00",
    serverSeedHash: "11",
    seats: [{ id: host, name: `host ${host}`, guest: false, clientSeed: "s", since: 1 }],
  };
}

function playingRoom(key: string, host: UserId = john, guest: UserId = jane): PlayingRoom {
  const waiting = waitingRoom(key, host);
  const seat = { id: guest, name: `guest ${guest}`, guest: true, clientSeed: "t", since: 2 };
  return {
    ...waiting,
    status: "playing",
    seq: 3,
    seats: [...waiting.seats, seat],
    startedAt: 3,
    game: { nested: [1, { deep: null }] },
    turnDeadline: 60_003,
    idleTurns: { [john]: 1 },
  };
}

function finishedRoom(key: string): FinishedRoom {
  const { turnDeadline: _turn, idleTurns: _idle, ...playing } = playingRoom(key);
  return {
    ...playing,
    status: "finished",
    seq: 9,
    finishedAt: 9,
    result: { winner: john, reason: "score", finalScores: { [john]: 10 }, forfeitedBy: null },
    rematch: { kind: "closed" },
    left: [],
    archived: false,
  };
}
