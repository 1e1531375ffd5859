/** What every presence registry keeps of people's sockets (R1). */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import fc from "fast-check";
import { leaseMs, newGateway, newSocket, newUser, patience, type OpenPresence } from "../contract-fixture.ts";
import type { PresenceRegistry } from "../port.ts";
import type { UserId } from "../../protocol/index.ts";
import { seed } from "../../../tests/seed.ts";

export function socketsContract(name: string, open: () => Promise<OpenPresence>): void {
  describe(`people who are here: ${name}`, () => {
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

    const socketOf = (userId: UserId, gatewayId = gateway) => newSocket(userId, gatewayId);

    const isPresent = async (userId: UserId): Promise<boolean> =>
      (await presence.presenceOf([userId]))[0]?.present ?? false;

    it("knows nothing of someone who was never here", async () => {
      expect(await presence.presenceOf([jane])).toEqual([{ userId: jane, present: false, stamp: 0 }]);
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

    it(`says \`changed\` exactly when the set of sockets becomes empty or stops being so (seed ${seed})`, async () => {
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
      await fc.assert(property, { seed, numRuns: 50 });
    });
  });
}
