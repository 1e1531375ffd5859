/** What every store of rooms must do; run on each adapter. */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { membersOf, nameClaim, seatClaim, writeOf } from "./document.ts";
import { outcomeOf } from "./outcomes.ts";
import { mostListed, recentRooms, type RoomDocument, type RoomStore, type Unit, type Write } from "./port.ts";
import {
  biggerDiceRoom,
  changed,
  closedRoom,
  created,
  finishedRoom,
  idOf,
  jane,
  john,
  moved,
  playingRoom,
  waitingRoom,
  someGame,
} from "./contract-fixture.ts";
import { severalWritersContract } from "./several-writers/contract.ts";
import { unitsContract } from "./units/contract.ts";
import { standardTimes, type FinishedRoom } from "../rooms/room.ts";
import { asCommandId, asUserId, type UserId } from "../../protocol/index.ts";

export interface RoomStoreUnderTest {
  /** Opens a store that holds nothing. */
  open(): Promise<RoomStore>;
  /** Opens what `open` opened last once more, as after a restart. */
  reopen(): Promise<RoomStore>;
  /** Opens it beside the one that is open, as another process does; absent where a store has one writer. */
  openSecond?(): Promise<RoomStore>;
  /** Lets go of everything. */
  cleanUp(): Promise<void>;
}

export function roomStoreContract(name: string, underTest: RoomStoreUnderTest): void {
  unitsContract(name, { open: () => underTest.open(), cleanUp: () => underTest.cleanUp() });
  const { openSecond } = underTest;
  if (openSecond !== undefined) {
    severalWritersContract(name, {
      open: () => underTest.open(),
      openSecond,
      cleanUp: () => underTest.cleanUp(),
    });
  }

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

    it("gives back names and games whatever they are made of", async () => {
      const room = {
        ...playingRoom("a"),
        roomName: "👩‍👩‍👧‍👦 e\u0301 é ﬁ \u202eabc 中文 '\"\\`$ne {\u2028}",
        hostName: "Ａｎｎ⁠a",
        attendance: { [john]: { stamp: 1_795_600_000_123_456, absentMs: 0, away: null } },
        game: {
          "": [],
          "a.b": { $set: { "$a.b": null }, "0": false },
          $ref: "a",
          $id: "b",
          numbers: [0, -1, 1.5, 2 ** 31, 2 ** 53 - 1, -(2 ** 53) + 1, 1e300],
          nested: [[[[{}]]]],
          "🎲": "2026-11-25T10:00:00.000Z",
        },
      };
      const first = created(room);
      expect(await save(first)).toEqual({ kind: "saved" });
      expect(await store.load(room.roomId)).toEqual(first.document);
      const second = moved(first);
      expect(await save(second)).toEqual({ kind: "saved" });
      expect(await store.load(room.roomId)).toEqual(second.document);
      expect((await store.list(someGame)).map(({ roomName }) => roomName)).toEqual([room.roomName]);
    });

    it("gives back a game as it works, which it keeps otherwise", async () => {
      const first = created(biggerDiceRoom("a"));
      await save(first);
      await save(moved(first));
      await store.close();
      store = await underTest.reopen();
      const { game } = biggerDiceRoom("a");
      expect((await store.load(idOf(first)))?.room).toMatchObject({ game });
      expect(await store.loadAll([idOf(first)])).toMatchObject([{ room: { game } }]);
      expect(await Array.fromAsync(store.inPlay(0))).toMatchObject([{ room: { game } }]);
    });

    it("forgets a deadline that is no more", async () => {
      const first = created(playingRoom("a"));
      await save(first);
      const without = { ...moved(first), dueAt: null };
      await save(without);
      expect(await store.due(4e12, 10)).toEqual([]);
      await save(moved(without));
      expect(await idsOf(await store.due(60_003, 10))).toEqual([first.document.room.roomId]);
    });

    it.each(["unarchived", "inPlay"] as const)(
      "%s misses no room while rooms go on and are over",
      async (which) => {
        const rooms = Array.from({ length: 450 }, (_, n) =>
          created(waitingRoom(`r${n}`, asUserId(`${100 + n}`))),
        );
        await store.commit(rooms.map((write) => ({ writes: [write] })));
        const meanwhile = rooms.map((write, n) => {
          if (n % 3 === 0) return moved(write);
          if (n % 3 === 1)
            return changed(write, playingRoom(`r${n}`, asUserId(`${100 + n}`), asUserId(`${1_000 + n}`)));
          return changed(write, closedRoom(`r${n}`, asUserId(`${100 + n}`)));
        });
        const stayed = new Set(
          meanwhile.filter(({ document }) => membersOf(document.room).length > 0).map(idOf),
        );
        const seen: string[] = [];
        for await (const { room } of which === "unarchived" ? store.unarchived() : store.inPlay(0)) {
          if (stayed.has(room.roomId)) seen.push(room.roomId);
          if (seen.length === 10) await store.commit(meanwhile.map((write) => ({ writes: [write] })));
        }
        expect(new Set(seen)).toEqual(stayed);
        if (which === "unarchived") expect(seen.length).toBe(stayed.size);
      },
      20_000,
    );

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
        claim: seatClaim(someGame, john),
        roomId: first.document.room.roomId,
      });
      expect(await store.load(sameName.document.room.roomId)).toBeNull();
      expect(await store.holderOf(seatClaim(someGame, john))).toBe(first.document.room.roomId);
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
      const listed = await store.list(someGame);
      expect(listed.map(({ roomName, status }) => [roomName, status])).toEqual([
        ["room busy", "playing"],
        ["room early", "waiting"],
        ["room late", "waiting"],
      ]);
      expect(await store.list("chess")).toEqual([]);
      const waiting = await store.waiting(someGame, 1);
      expect(waiting.map(({ room }) => room.roomName)).toEqual(["room early"]);
    });

    it("lists the newest of many, and those that wait before all others", async () => {
      const rooms = [
        ...Array.from({ length: mostListed }, (_, n) => ({
          ...playingRoom(`p${n}`, asUserId(`${1_000 + n}`), asUserId(`${5_000 + n}`)),
          createdAt: 1_000 + n,
        })),
        { ...waitingRoom("w", asUserId("900")), createdAt: 1 },
      ];
      await store.commit(rooms.map((room) => ({ writes: [created(room)] })));
      const names = (await store.list(someGame)).map(({ roomName }) => roomName);
      expect(names).toHaveLength(mostListed);
      expect(names.slice(0, 2)).toEqual(["room w", "room p1"]);
      expect(names.at(-1)).toBe(`room p${mostListed - 1}`);
    });

    it("knows the open rooms of a person and her last ones, however many she did not leave", async () => {
      const rooms = [
        { ...playingRoom("open", jane, john), createdAt: 1 },
        ...Array.from({ length: recentRooms + 5 }, (_, n) => ({
          ...finishedRoom(`f${n}`, john, jane),
          createdAt: 10 + n,
        })),
      ];
      await store.commit(rooms.map((room) => ({ writes: [created(room)] })));
      const names = (await store.roomsOf(jane)).map(({ room }) => room.roomName);
      const last = Array.from({ length: recentRooms }, (_, n) => `room f${n + 5}`);
      expect(names).toEqual(["room open", ...last]);
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
      const ended = (key: string): FinishedRoom => ({
        ...finishedRoom(key),
        rematch: { kind: "open", offers: [] },
      });
      const finished = created(ended("finished"));
      await save(finished);
      const names = async (endedSince: number): Promise<string[]> => {
        const found: string[] = [];
        for await (const { room } of store.inPlay(endedSince)) found.push(room.roomName);
        return found.toSorted();
      };
      expect(await names(9)).toEqual(["room finished", "room playing", "room waiting"]);
      expect(await names(10)).toEqual(["room playing", "room waiting"]);
      await store.close();
      store = await underTest.reopen();
      expect(await names(9)).toEqual(["room finished", "room playing", "room waiting"]);

      const together = Array.from({ length: 450 }, (_, n) => created(ended(`f${n}`)));
      await store.commit(together.map((write) => ({ writes: [write] })));
      const found = await idsOf(store.inPlay(9));
      expect(found.length).toBe(453);
      expect(new Set(found).size).toBe(453);

      const over = changed(finished, { ...ended("finished"), rematch: { kind: "closed" } });
      await save(over);
      const kept = (await idsOf(store.inPlay(9))).filter((roomId) => roomId !== idOf(finished));
      expect(new Set(kept).size).toBe(452);
    });

    it("counts the rooms that are open, by what they are at", async () => {
      expect(await store.countOpen()).toEqual({ waiting: 0, playing: 0 });
      const begins = created(waitingRoom("begins", asUserId("11")));
      await save(begins);
      await save(created(waitingRoom("waits", asUserId("12"))));
      await save(created(finishedRoom("over", asUserId("13"), asUserId("14"))));
      await save(created(closedRoom("closed", asUserId("15"))));
      await save(changed(begins, playingRoom("begins", asUserId("11"), asUserId("16"))));
      expect(await store.countOpen()).toEqual({ waiting: 1, playing: 1 });
    });

    it("keeps the last outcomes of each player, also over a restart", async () => {
      let write = created(playingRoom("a"));
      await save(write);
      for (let number = 1; number <= 100; number += 1) {
        const player = number % 3 === 0 ? jane : john;
        const commandId = asCommandId(`command-${number}`);
        const { document } = write;
        const settled = { userId: player, outcome: { commandId, ok: true as const, seq: number } };
        const making = { events: [], followsTail: false, settled };
        const next = writeOf({ before: document, room: document.room, making }, standardTimes);
        await save(next);
        write = next;
      }
      await store.close();
      store = await underTest.reopen();
      const loaded = await store.load(write.document.room.roomId);
      expect(loaded?.outcomes).toEqual(write.document.outcomes);
      const outcome = (player: UserId, number: number) =>
        outcomeOf(loaded?.outcomes ?? [], player, asCommandId(`command-${number}`));
      // John's are those that three does not divide: of all hundred 67, the last 32 of them from 53 on.
      expect([outcome(john, 52), outcome(john, 53)?.ok, outcome(john, 100)]).toEqual([
        undefined,
        true,
        { commandId: asCommandId("command-100"), ok: true, seq: 100 },
      ]);
      // As it is written in another one, and another person's.
      expect([outcome(john, 5), outcome(john, 99)]).toEqual([undefined, undefined]);
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
        outcomes: [{ userId: john, commandIds: "c ", said: ["NOT_YOUR_TURN"] }],
      };
      await save({ ...write, document });
      expect(await store.load(document.room.roomId)).toEqual(document);
    });
  });
}
