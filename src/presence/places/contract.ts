/** What every presence registry keeps of people's places in rooms (R3). */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import fc from "fast-check";
import { newGateway, newRoom, newSocket, newUser, patience, type OpenPresence } from "../contract-fixture.ts";
import {
  rememberedRemovals,
  type MembershipChange,
  type PresenceRegistry,
  type RoomMembership,
} from "../port.ts";
import type { RoomId, UserId } from "../../protocol/index.ts";
import { seed } from "../../../tests/seed.ts";

export function placesContract(name: string, open: () => Promise<OpenPresence>): void {
  describe(`places in rooms: ${name}`, () => {
    let presence: PresenceRegistry;
    let jane: UserId;

    beforeEach(async () => {
      ({ presence } = await open());
      jane = newUser();
    });

    afterEach(() => presence.close());

    const membership = (
      roomId: RoomId,
      seq: number,
      role: RoomMembership["role"] = "player",
    ): RoomMembership => ({
      roomId,
      gameType: "bigger_dice",
      role,
      seq,
      since: seq,
    });
    const set = (each: RoomMembership): MembershipChange => ({ kind: "set", userId: jane, membership: each });
    const removal = (roomId: RoomId, seq: number): MembershipChange => ({
      kind: "remove",
      userId: jane,
      roomId,
      seq,
    });

    it("knows no place of someone who was never here", async () => {
      expect(await presence.membershipsOf(jane)).toEqual([]);
    });

    it("keeps a person's places in rooms, each as the newest change says", async () => {
      const [chess, dice] = [newRoom(), newRoom()];
      await presence.changeMemberships([set(membership(chess, 1)), set(membership(dice, 4, "spectator"))]);
      await presence.changeMemberships([set(membership(chess, 3, "spectator")), set(membership(chess, 2))]);
      expect(byRoom(await presence.membershipsOf(jane))).toEqual(
        byRoom([membership(chess, 3, "spectator"), membership(dice, 4, "spectator")]),
      );
    });

    it("remembers a removal, so that an older entry that comes late does not bring the room back", async () => {
      const room = newRoom();
      await presence.changeMemberships([
        set(membership(room, 3)),
        removal(room, 7),
        set(membership(room, 5)),
      ]);
      expect(await presence.membershipsOf(jane)).toEqual([]);
      await presence.changeMemberships([set(membership(room, 8))]);
      expect(await presence.membershipsOf(jane)).toEqual([membership(room, 8)]);
      await presence.changeMemberships([removal(room, 6)]);
      expect(await presence.membershipsOf(jane)).toEqual([membership(room, 8)]);
    });

    it("remembers so many removals of one who goes from room to room, and no more", async () => {
      const stays = newRoom();
      const rooms = Array.from({ length: 3 * rememberedRemovals }, newRoom);
      await presence.changeMemberships([set(membership(stays, 1))]);
      for (const room of rooms)
        await presence.changeMemberships([set(membership(room, 1)), removal(room, 9), removal(room, 9)]);
      const late = async (some: readonly RoomId[]) => {
        await presence.changeMemberships(some.map((room) => set(membership(room, 5))));
        return byRoom(await presence.membershipsOf(jane));
      };
      expect(await late(rooms.slice(-rememberedRemovals))).toEqual([membership(stays, 1)]);
      const forgotten = rooms.slice(0, -rememberedRemovals);
      expect(await late(forgotten)).toEqual(
        byRoom([membership(stays, 1), ...forgotten.map((room) => membership(room, 5))]),
      );
    });

    it("remembers a removal from when it was the last time, once however often the room was hers", async () => {
      const [first, again, ...others] = Array.from({ length: rememberedRemovals }, newRoom);
      if (first === undefined || again === undefined) throw new Error("Some are remembered.");
      const inAndOut = (room: RoomId, seq: number) => [set(membership(room, seq)), removal(room, seq)];
      await presence.changeMemberships([...inAndOut(again, 3), ...inAndOut(first, 3)]);
      for (let n = 0; n <= rememberedRemovals; n += 1)
        await presence.changeMemberships(inAndOut(again, 3 + n));
      await presence.changeMemberships(others.flatMap((room) => inAndOut(room, 3)));
      await presence.changeMemberships([set(membership(first, 2)), set(membership(again, 5))]);
      expect(await presence.membershipsOf(jane)).toEqual([]);
      // One more than are remembered: the first goes.
      await presence.changeMemberships(inAndOut(newRoom(), 3));
      await presence.changeMemberships([set(membership(first, 2)), set(membership(again, 5))]);
      expect(await presence.membershipsOf(jane)).toEqual([membership(first, 2)]);
    });

    it("keeps places while the person is away", async () => {
      const room = newRoom();
      const gateway = newGateway();
      await presence.renewLease(gateway, patience);
      const socket = newSocket(jane, gateway);
      await presence.add(socket);
      await presence.changeMemberships([set(membership(room, 1))]);
      await presence.remove(socket);
      expect(await presence.membershipsOf(jane)).toEqual([membership(room, 1)]);
    });

    it("counts people who watch a room, each once, until they play, stop, or have been gone for long", async () => {
      const [room, other] = [newRoom(), newRoom()];
      const [john, mary] = [newUser(), newUser()];
      const watch = (userId: UserId, roomId: RoomId, seq: number): MembershipChange => ({
        kind: "set",
        userId,
        membership: membership(roomId, seq, "spectator"),
      });
      expect(await presence.spectatorCounts([room, other])).toEqual([0, 0]);
      await presence.changeMemberships([watch(jane, room, 1), watch(john, room, 1), watch(jane, room, 2)]);
      await presence.changeMemberships([watch(mary, other, 1)]);
      expect(await presence.spectatorCounts([room, other])).toEqual([2, 1]);
      expect((await presence.spectatorsOf(room)).counted.toSorted()).toEqual([jane, john].toSorted());
      expect(await presence.watchedRooms()).toContain(room);
      // Gone, and back.
      expect(await presence.countSpectators(room, [john, mary, john], false)).toBe(1);
      expect(await presence.spectatorCounts([room])).toEqual([1]);
      expect(await presence.spectatorsOf(room)).toEqual({ counted: [jane], gone: [john] });
      expect(await presence.countSpectators(room, [john, jane], true)).toBe(1);
      expect(await presence.spectatorCounts([room])).toEqual([2]);
      // An older word of it changes nothing.
      await presence.changeMemberships([{ kind: "remove", userId: jane, roomId: room, seq: 1 }]);
      expect(await presence.spectatorCounts([room])).toEqual([2]);
      await presence.changeMemberships([set(membership(room, 3))]);
      await presence.changeMemberships([{ kind: "remove", userId: john, roomId: room, seq: 1 }]);
      expect(await presence.spectatorCounts([room])).toEqual([0]);
      expect(await presence.watchedRooms()).not.toContain(room);
    });

    it("knows whether the places of all rooms have been written", async () => {
      expect(await presence.membershipsAreComplete()).toBe(false);
      await presence.declareMembershipsComplete();
      expect(await presence.membershipsAreComplete()).toBe(true);
    });

    it(`ends with the newest place whatever the order in which changes come (seed ${seed})`, async () => {
      const order = fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 6 });
      const property = fc.asyncProperty(
        order,
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        async (seqs, sets) => {
          const room = newRoom();
          const change = (seq: number) => (sets[seq - 1] ? set(membership(room, seq)) : removal(room, seq));
          for (const seq of seqs) await presence.changeMemberships([change(seq)]);
          const mine = (await presence.membershipsOf(jane)).filter(({ roomId }) => roomId === room);
          expect(mine).toEqual(sets[5] ? [membership(room, 6)] : []);
        },
      );
      await fc.assert(property, { seed, numRuns: 50 });
    });
  });
}

function byRoom(memberships: readonly RoomMembership[]): readonly RoomMembership[] {
  return memberships.toSorted((a, b) => a.roomId.localeCompare(b.roomId));
}
