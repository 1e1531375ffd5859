/** What a store of rooms must do where several processes write to it at the same time. */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import {
  changed,
  created,
  finishedRoom,
  idOf,
  jane,
  john,
  moved,
  playingRoom,
  waitingRoom,
  someGame,
} from "../contract-fixture.ts";
import { nameClaim, seatClaim } from "../document.ts";
import type { Claim, RoomStore, Unit, UnitResult, Write } from "../port.ts";
import type { FinishedRoom, PlayingRoom } from "../../rooms/room.ts";
import { asUserId } from "../../../protocol/index.ts";

export interface SharedStoreUnderTest {
  /** Opens a store that holds nothing. */
  open(): Promise<RoomStore>;
  /** Opens the same one beside it. */
  openSecond(): Promise<RoomStore>;
  /** Lets go of everything. */
  cleanUp(): Promise<void>;
}

const limitMs = 20_000;

export function severalWritersContract(name: string, underTest: SharedStoreUnderTest): void {
  describe(`a store of rooms with two writers: ${name}`, () => {
    let one: RoomStore;
    let other: RoomStore;

    beforeEach(async () => {
      one = await underTest.open();
      other = await underTest.openSecond();
    });
    afterEach(async () => {
      await one.close();
      await other.close();
      await underTest.cleanUp();
    });

    /** What became of two units that set out at the same time, from different processes. */
    async function race(first: Unit, second: Unit): Promise<readonly [UnitResult, UnitResult]> {
      const [[ofFirst], [ofSecond]] = await Promise.all([one.commit([first]), other.commit([second])]);
      if (ofFirst === undefined || ofSecond === undefined) throw new Error("A unit has no answer.");
      return [ofFirst, ofSecond];
    }

    it(
      "saves one of two changes of a room, and it is the one that is there",
      async () => {
        let current = created(playingRoom("a"));
        await one.commit([unit(current)]);
        for (let round = 0; round < 50; round += 1) {
          // Of a kind each, and both with the room's own record.
          const over = round === 49;
          const changes = [john, jane].map((player) => {
            const room = over ? finishedRoom("a") : playingRoom("a");
            return changed(current, { ...room, seq: round, game: { player } });
          });
          const [mine = current, hers = current] = changes;
          const results = await race(unit(mine), unit(hers));
          expect(kinds(results).toSorted()).toEqual(["conflict", "saved"]);
          current = results[0].kind === "saved" ? mine : hers;
          expect(await one.load(idOf(current))).toEqual(current.document);
          expect(await other.load(idOf(current))).toEqual(current.document);
        }
      },
      limitMs,
    );

    it(
      "saves one of a change of the room and a change in it",
      async () => {
        for (let round = 0; round < 25; round += 1) {
          const start = created(playingRoom(`r${round}`));
          await one.commit([unit(start)]);
          const over = changed(start, finishedRoom(`r${round}`));
          const results = await race(unit(over), unit(moved(start)));
          expect(kinds(results).toSorted()).toEqual(["conflict", "saved"]);
          const isOver = results[0].kind === "saved";
          expect((await one.load(idOf(start)))?.room.status).toBe(isOver ? "finished" : "playing");
          expect(await one.holderOf(nameClaim(`room r${round}`))).toBe(isOver ? null : idOf(start));
          if (!isOver) await one.commit([unit({ ...over, document: { ...over.document, version: 3 } })]);
        }
      },
      limitMs,
    );

    it(
      "gives a name to one of two that want it, and tells the other whose it is",
      async () => {
        for (let round = 0; round < 25; round += 1) {
          const roomName = `the same ${round}`;
          await raceForClaim(nameClaim(roomName), [
            created({ ...waitingRoom(`a${round}`, asUserId(`${100 + round}`)), roomName }),
            created({ ...waitingRoom(`b${round}`, asUserId(`${200 + round}`)), roomName }),
          ]);
        }
      },
      limitMs,
    );

    it(
      "gives a seat to one of two rooms, and tells the other whose it is",
      async () => {
        for (let round = 0; round < 25; round += 1) {
          const host = asUserId(`${100 + round}`);
          await raceForClaim(seatClaim(someGame, host), [
            created(waitingRoom(`a${round}`, host)),
            created(waitingRoom(`b${round}`, host)),
          ]);
        }
      },
      limitMs,
    );

    async function raceForClaim(claim: Claim, [first, second]: readonly [Write, Write]): Promise<void> {
      const results = await race(unit(first), unit(second));
      const isFirst = results[0].kind === "saved";
      const [winner, loser] = isFirst ? [first, second] : [second, first];
      const claimed = { kind: "claimed", claim, roomId: idOf(winner) } as const;
      expect(results).toEqual(isFirst ? [{ kind: "saved" }, claimed] : [claimed, { kind: "saved" }]);
      expect(await one.load(idOf(loser))).toBeNull();
      expect(await one.holderOf(claim)).toBe(idOf(winner));
    }

    it(
      "gives a claim that is let go to somebody, at the latest to who asks then",
      async () => {
        for (let round = 0; round < 25; round += 1) {
          const holder = created(playingRoom(`old${round}`));
          await one.commit([unit(holder)]);
          const over = changed(holder, finishedRoom(`old${round}`));
          const wants = created(waitingRoom(`new${round}`));
          const [ofHolder, ofWanting] = await race(unit(over), unit(wants));
          expect(ofHolder).toEqual({ kind: "saved" });
          if (ofWanting.kind !== "saved") {
            expect(ofWanting).toMatchObject({ kind: "claimed", roomId: idOf(holder) });
            expect(await other.commit([unit(wants)])).toEqual([{ kind: "saved" }]);
          }
          await one.commit([unit(changed(wants, { ...finishedRoom(`new${round}`), archived: true }))]);
        }
      },
      limitMs,
    );

    it(
      "saves a rematch wholly or not at all, whoever takes its name meanwhile",
      async () => {
        for (let round = 0; round < 25; round += 1) {
          const [host, guest] = [asUserId(`${100 + round}`), asUserId(`${200 + round}`)];
          const old = created(finishedRoom(`old${round}`, host, guest));
          await one.commit([unit(old)]);
          const next = playingRoom(`next${round}`, host, guest);
          const { roomName } = next;
          const rematch = { writes: [changed(old, rematchOf(old, next)), created(next)] };
          const thief = created({ ...waitingRoom(`thief${round}`, asUserId(`${300 + round}`)), roomName });
          const results = await race(rematch, unit(thief));

          const isPlayed = results[0].kind === "saved";
          expect(kinds(results)).toEqual(isPlayed ? ["saved", "claimed"] : ["claimed", "saved"]);
          expect(await one.load(next.roomId)).toEqual(isPlayed ? created(next).document : null);
          expect((await one.load(idOf(old)))?.version).toBe(isPlayed ? 2 : 1);
          expect((await one.load(idOf(thief))) !== null).toBe(!isPlayed);
        }
      },
      limitMs,
    );

    it(
      "starts a rematch once, whoever presses first",
      async () => {
        for (let round = 0; round < 25; round += 1) {
          const [host, guest] = [asUserId(`${100 + round}`), asUserId(`${200 + round}`)];
          const old = created(finishedRoom(`old${round}`, host, guest));
          await one.commit([unit(old)]);
          const next = playingRoom(`next${round}`, host, guest);
          const rematch = { writes: [changed(old, rematchOf(old, next)), created(next)] };
          expect(kinds(await race(rematch, rematch)).toSorted()).toEqual(["conflict", "saved"]);
        }
      },
      limitMs,
    );

    it(
      "shows nobody one half of a rematch",
      async () => {
        let old = created(finishedRoom("g0"));
        await one.commit([unit(old)]);
        const playing = { isOver: false };
        const play = async (): Promise<void> => {
          for (let game = 1; game <= 60; game += 1) {
            const next = playingRoom(`g${game}`);
            const started = changed(old, rematchOf(old, next));
            expect(kinds(await one.commit([{ writes: [started, created(next)] }]))).toEqual(["saved"]);
            const over = changed(created(next), finishedRoom(`g${game}`));
            // The old one is over for both when the next one is.
            const archived = changed(started, { ...rematchOf(old, next), archived: true });
            expect(kinds(await one.commit([{ writes: [over, archived] }]))).toEqual(["saved"]);
            old = over;
          }
          playing.isOver = true;
        };
        const look = async (): Promise<number> => {
          let looks = 0;
          for (; !playing.isOver; looks += 1) {
            const rooms = (await other.roomsOf(jane)).map(({ room }) => room);
            const last = rooms.filter(
              (room) => room.status === "finished" && room.rematch.kind !== "started",
            );
            const started = rooms.flatMap((room) =>
              room.status === "finished" && room.rematch.kind === "started" ? [room.rematch.newRoomId] : [],
            );
            const open = rooms.flatMap(({ status, roomId }) => (status === "playing" ? [roomId] : []));
            expect({ rooms: rooms.length, open, last: last.length }).toEqual(
              started.length === 1 ? { rooms: 2, open: started, last: 0 } : { rooms: 1, open: [], last: 1 },
            );
          }
          return looks;
        };
        const [, ...looks] = await Promise.all([play(), look(), look(), look()]);
        expect(Math.min(...looks)).toBeGreaterThan(10);
      },
      limitMs,
    );

    it("saves nothing that was decided on a unit of the same call that was not saved", async () => {
      const start = created(playingRoom("a"));
      await one.commit([unit(start)]);
      const hers = moved(start);
      await other.commit([unit(hers)]);

      const mine = changed(start, { ...playingRoom("a"), seq: 50 });
      const then = changed(mine, { ...playingRoom("a"), seq: 51 });
      const over = changed(then, finishedRoom("a"));
      const afterwards = created(waitingRoom("b"));
      const results = await one.commit([mine, then, over, afterwards].map(unit));
      expect(kinds(results)).toEqual(["conflict", "conflict", "conflict", "claimed"]);
      expect(await one.load(idOf(start))).toEqual(hers.document);

      // Here her save is where the second of mine would have been.
      const [next, further] = [moved(hers), moved(moved(hers))];
      await other.commit([unit(next)]);
      const stale = await one.commit([unit(changed(hers, finishedRoom("a"))), unit(further)]);
      expect(kinds(stale)).toEqual(["conflict", "conflict"]);
      expect(await one.load(idOf(start))).toEqual(next.document);
    });
  });
}

function unit(write: Write): Unit {
  return { writes: [write] };
}

function kinds(results: readonly UnitResult[]): readonly string[] {
  return results.map(({ kind }) => kind);
}

function rematchOf(old: Write, next: PlayingRoom): FinishedRoom {
  const { room } = old.document;
  if (room.status !== "finished") throw new Error("A rematch comes after a game.");
  return { ...room, rematch: { kind: "started", newRoomId: next.roomId } };
}
