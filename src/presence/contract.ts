/**
 * What every presence registry keeps (R1, R3): one suite, run on memory and on Redis.
 *
 * An engine may hold what earlier tests left, so people, gateways and rooms are new in every test, and `reap` may
 * answer people of other tests too.
 */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import fc from "fast-check";
import { asConnectionId, asRoomId, asUserId, type RoomId, type UserId } from "../protocol/index.ts";
import {
  rememberedRemovals,
  type MembershipChange,
  type PresenceRegistry,
  type RoomMembership,
  type SocketRegistration,
} from "./port.ts";

export interface OpenPresence {
  readonly presence: PresenceRegistry;
  /** Lets `ms` pass: a clock that is turned, or a wait where the engine has its own. Leases here are short. */
  advance(ms: number): Promise<void>;
}

const leaseMs = 200;
const patience = 30_000;

export function presenceContract(name: string, open: () => Promise<OpenPresence>): void {
  describe(`presence: ${name}`, () => {
    let presence: PresenceRegistry;
    let advance: OpenPresence["advance"];
    let jane: UserId;
    let gateway: string;

    beforeEach(async () => {
      ({ presence, advance } = await open());
      jane = newUser();
      gateway = newGateway();
      await presence.renewLease(gateway, patience);
    });

    afterEach(() => presence.close());

    const socketOf = (userId: UserId, gatewayId = gateway): SocketRegistration => ({
      userId,
      connectionId: asConnectionId(crypto.randomUUID()),
      gatewayId,
    });

    const isPresent = async (userId: UserId): Promise<boolean> =>
      (await presence.presenceOf([userId]))[0]?.present ?? false;

    it("knows nothing of someone who was never here", async () => {
      expect(await presence.presenceOf([jane])).toEqual([{ userId: jane, present: false, stamp: 0 }]);
      expect(await presence.membershipsOf(jane)).toEqual([]);
    });

    it("says who came first and who left last, and only then", async () => {
      const [one, two] = [socketOf(jane), socketOf(jane)];
      expect((await presence.add(one)).changed).toBe(true);
      expect((await presence.add(two)).changed).toBe(false);
      expect((await presence.remove(one)).changed).toBe(false);
      expect(await isPresent(jane)).toBe(true);
      expect((await presence.remove(two)).changed).toBe(true);
      expect(await isPresent(jane)).toBe(false);
    });

    it("changes nothing when a socket is added or removed again", async () => {
      const socket = socketOf(jane);
      const first = await presence.add(socket);
      expect(await presence.add(socket)).toEqual({ changed: false, stamp: first.stamp });
      const last = await presence.remove(socket);
      expect(last.changed).toBe(true);
      expect(await presence.remove(socket)).toEqual({ changed: false, stamp: last.stamp });
      expect((await presence.remove(socketOf(jane))).changed).toBe(false);
    });

    it("counts the sockets of all gateways together", async () => {
      const other = newGateway();
      await presence.renewLease(other, patience);
      const [here, there] = [socketOf(jane), socketOf(jane, other)];
      await presence.add(here);
      expect((await presence.add(there)).changed).toBe(false);
      expect((await presence.remove(here)).changed).toBe(false);
      expect((await presence.remove(there)).changed).toBe(true);
    });

    it("stamps every change later than the one before, by the clock in microseconds", async () => {
      const socket = socketOf(jane);
      const stamps: number[] = [];
      for (let n = 0; n < 20; n += 1) {
        stamps.push((await presence.add(socket)).stamp, (await presence.remove(socket)).stamp);
      }
      for (const [index, stamp] of stamps.entries()) {
        expect(Number.isSafeInteger(stamp)).toBe(true);
        if (index > 0) expect(stamp).toBeGreaterThan(stamps[index - 1] ?? stamp);
      }
      await advance(10);
      const later = await presence.add(socket);
      expect(later.stamp - (stamps[0] ?? 0)).toBeGreaterThanOrEqual(9_000);
      expect(await presence.presenceOf([jane])).toEqual([
        { userId: jane, present: true, stamp: later.stamp },
      ]);
    });

    it("tells exactly one of many who come and go at once", async () => {
      const sockets = Array.from({ length: 50 }, () => socketOf(jane));
      const came = await Promise.all(sockets.map((socket) => presence.add(socket)));
      expect(came.filter(({ changed }) => changed)).toHaveLength(1);
      const left = await Promise.all(sockets.map((socket) => presence.remove(socket)));
      expect(left.filter(({ changed }) => changed)).toHaveLength(1);
    });

    it("says who is away: every page of theirs is hidden", async () => {
      const status = async () => (await presence.statusesOf([jane]))[0];
      expect(await status()).toBe("offline");
      const [one, two] = [socketOf(jane), socketOf(jane)];
      await presence.look(one, true);
      await presence.add(one);
      expect(await status()).toBe("online");
      await presence.look(one, true);
      expect(await status()).toBe("away");
      await presence.add(two);
      expect(await status()).toBe("online");
      await presence.look(two, true);
      await presence.look(one, false);
      expect(await status()).toBe("online");
      await presence.remove(one);
      expect(await status()).toBe("away");
      await presence.remove(two);
      expect(await status()).toBe("offline");
      await presence.add(one);
      expect(await status()).toBe("online");
      const other = newUser();
      expect(await presence.statusesOf([other, jane])).toEqual(["offline", "online"]);
    });

    it("answers in the order of the question", async () => {
      const [john, mary] = [newUser(), newUser()];
      await presence.add(socketOf(mary));
      const answer = await presence.presenceOf([john, mary, jane]);
      expect(answer.map(({ userId, present }) => [userId, present])).toEqual([
        [john, false],
        [mary, true],
        [jane, false],
      ]);
      expect(await presence.presenceOf([])).toEqual([]);
    });

    it(
      "takes out the sockets of a gateway whose lease ran out, and says whose last ones they were",
      async () => {
        const [dying, john] = [newGateway(), newUser()];
        await presence.renewLease(dying, leaseMs);
        const before = await presence.add(socketOf(jane, dying));
        await presence.add(socketOf(john, dying));
        await presence.add(socketOf(john));
        expect((await presence.reap()).map(({ userId }) => userId)).not.toContain(jane);
        await advance(leaseMs + 1);
        const gone = await presence.reap();
        const [janeNow] = await presence.presenceOf([jane]);
        expect(gone.find(({ userId }) => userId === jane)).toEqual(janeNow);
        expect(janeNow).toMatchObject({ present: false });
        expect(janeNow?.stamp).toBeGreaterThan(before.stamp);
        expect(gone.map(({ userId }) => userId)).not.toContain(john);
        expect(await isPresent(john)).toBe(true);
        expect((await presence.reap()).map(({ userId }) => userId)).not.toContain(jane);
      },
      patience,
    );

    it(
      "keeps the sockets of a gateway that renews its lease",
      async () => {
        const living = newGateway();
        await presence.renewLease(living, leaseMs);
        await presence.add(socketOf(jane, living));
        for (let n = 0; n < 4; n += 1) {
          await advance(leaseMs / 2);
          expect(await presence.renewLease(living, leaseMs)).toBe(true);
          await presence.reap();
        }
        expect(await isPresent(jane)).toBe(true);
      },
      patience,
    );

    it(
      "tells a gateway that its lease was gone, which then registers its sockets again",
      async () => {
        const late = newGateway();
        expect(await presence.renewLease(late, leaseMs)).toBe(false);
        expect(await presence.renewLease(late, leaseMs)).toBe(true);
        const socket = socketOf(jane, late);
        await presence.add(socket);
        await advance(leaseMs + 1);
        await presence.reap();
        expect(await presence.renewLease(late, leaseMs)).toBe(false);
        expect((await presence.add(socket)).changed).toBe(true);
        expect(await isPresent(jane)).toBe(true);
      },
      patience,
    );

    it("removes nothing for a socket that was reaped and comes to its end later", async () => {
      const dying = newGateway();
      await presence.renewLease(dying, leaseMs);
      const old = socketOf(jane, dying);
      await presence.add(old);
      await advance(leaseMs + 1);
      await presence.reap();
      await presence.add(socketOf(jane));
      expect((await presence.remove(old)).changed).toBe(false);
      expect(await isPresent(jane)).toBe(true);
    });

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
      const socket = socketOf(jane);
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

    it("says `changed` exactly when the set of sockets becomes empty or stops being so", async () => {
      const steps = fc.array(fc.record({ add: fc.boolean(), socket: fc.nat({ max: 3 }) }), { maxLength: 40 });
      const property = fc.asyncProperty(steps, async (each) => {
        const userId = newUser();
        const sockets = Array.from({ length: 4 }, () => socketOf(userId));
        const here = new Set<number>();
        let stamp = 0;
        for (const { add, socket } of each) {
          const wasPresent = here.size > 0;
          if (add) here.add(socket);
          else here.delete(socket);
          const registration = sockets[socket];
          if (registration === undefined) continue;
          const change = add ? await presence.add(registration) : await presence.remove(registration);
          expect(change.changed).toBe(wasPresent !== here.size > 0);
          if (change.changed) expect(change.stamp).toBeGreaterThan(stamp);
          else expect(change.stamp).toBe(stamp);
          stamp = change.stamp;
        }
      });
      await fc.assert(property, { numRuns: 50 });
    });

    it("ends with the newest place whatever the order in which changes come", async () => {
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
      await fc.assert(property, { numRuns: 50 });
    });
  });
}

function newUser(): UserId {
  return asUserId(`v-${crypto.randomUUID()}`);
}

function newRoom(): RoomId {
  return asRoomId(crypto.randomUUID());
}

function newGateway(): string {
  return `gateway-${crypto.randomUUID()}`;
}

function byRoom(memberships: readonly RoomMembership[]): readonly RoomMembership[] {
  return memberships.toSorted((a, b) => a.roomId.localeCompare(b.roomId));
}
