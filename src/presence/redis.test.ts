import { afterAll, afterEach, describe, expect, it } from "bun:test";
import fc from "fast-check";
import { presenceContract } from "./contract.ts";
import { newRoom, newSocket, newUser } from "./contract-fixture.ts";
import { createRedisPresence } from "./redis.ts";
import type { PresenceChange, PresenceRegistry } from "./port.ts";
import { connectRedis, type RedisConnection } from "../engines/redis.ts";
import { asUserId } from "../protocol/index.ts";
import { runningEngines } from "../../tests/cluster/engines.ts";
import { seed } from "../../tests/seed.ts";

const engines = runningEngines();

describe.skipIf(engines === null)("in a real Redis", () => {
  const url = engines?.redisUrl ?? "";
  const run = `test-${crypto.randomUUID()}:`;
  const open: RedisConnection[] = [];
  let count = 0;

  afterEach(() => {
    for (const redis of open.splice(0)) redis.close();
  });

  afterAll(async () => {
    const redis = await connectRedis(url);
    const keys = await keysOf(redis, run);
    for (let n = 0; n < keys.length; n += 1000) await redis.send("DEL", keys.slice(n, n + 1000));
    redis.close();
  });

  presenceContract("Redis", async () => ({
    presence: createRedisPresence(await connectRedis(url), { keyPrefix: `${run}${++count}:` }),
    advance: (ms) => Bun.sleep(ms),
  }));

  async function connection(): Promise<RedisConnection> {
    const redis = await connectRedis(url);
    open.push(redis);
    return redis;
  }

  /** Registries of one installation, each with a connection of its own. */
  async function registries(number: number): Promise<readonly PresenceRegistry[]> {
    const keyPrefix = `${run}${++count}:`;
    const connections = await Promise.all(Array.from({ length: number }, connection));
    return connections.map((redis) => createRedisPresence(redis, { keyPrefix }));
  }

  async function registry() {
    const keyPrefix = `${run}${++count}:`;
    const redis = await connection();
    const clock = { now: 0 };
    return {
      redis,
      keyPrefix,
      clock,
      presence: createRedisPresence(redis, { keyPrefix, now: () => clock.now }),
    };
  }

  it("tells one of several gateways who reap at once", async () => {
    const all = await registries(4);
    const people = Array.from({ length: 50 }, (_, n) => asUserId(`${n + 1}`));
    for (const presence of all.slice(0, 1)) {
      await presence.renewLease("dying", 20);
      for (const userId of people) await presence.add(newSocket(userId, "dying"));
    }
    await Bun.sleep(30);
    const answers = await Promise.all(all.map((presence) => presence.reap()));
    const told = answers.flat().map(({ userId }) => userId);
    expect(told.toSorted()).toEqual(people.toSorted());
  });

  it("tells one of several gateways to which one person comes and goes", async () => {
    const all = await registries(3);
    for (let round = 0; round < 20; round += 1) {
      const sockets = all.map((presence, n) => ({
        presence,
        socket: newSocket(asUserId("7"), `gateway-${n}`),
      }));
      const came = await Promise.all(sockets.map(({ presence, socket }) => presence.add(socket)));
      expect(came.filter(({ changed }) => changed)).toHaveLength(1);
      const left = await Promise.all(sockets.map(({ presence, socket }) => presence.remove(socket)));
      expect(left.filter(({ changed }) => changed)).toHaveLength(1);
    }
  });

  it(`makes one story of what several gateways do at once (seed ${seed})`, async () => {
    const all = await registries(3);
    // 0 to 2: the first gateway's sockets, and so on.
    const steps = fc.array(fc.record({ add: fc.boolean(), socket: fc.nat({ max: 8 }) }), { maxLength: 60 });
    const property = fc.asyncProperty(steps, async (each) => {
      const userId = newUser();
      const sockets = Array.from({ length: 9 }, (_, n) => newSocket(userId, `gateway-${Math.floor(n / 3)}`));
      const here = new Set<number>();
      const doing = each.flatMap(({ add, socket }) => {
        const [presence, registration] = [all[Math.floor(socket / 3)], sockets[socket]];
        if (presence === undefined || registration === undefined) return [];
        if (add) here.add(socket);
        else here.delete(socket);
        return [
          (add ? presence.add(registration) : presence.remove(registration)).then((it) => ({ ...it, add })),
        ];
      });
      const changes = (await Promise.all(doing)).filter(({ changed }) => changed);
      const story = changes.toSorted((a, b) => a.stamp - b.stamp);
      expect(story.map(({ add }) => add)).toEqual(story.map((_, n) => n % 2 === 0));
      expect(new Set(story.map(({ stamp }) => stamp)).size).toBe(story.length);
      const stamp = story.at(-1)?.stamp ?? 0;
      expect(await all[0]?.presenceOf([userId])).toEqual([{ userId, present: here.size > 0, stamp }]);
    });
    await fc.assert(property, { seed, numRuns: 200 });
  });

  it("leaves nothing without an end", async () => {
    const { presence, redis, keyPrefix } = await registry();
    await presence.renewLease("g", 1_000);
    await presence.add(newSocket(asUserId("1"), "g"));
    await presence.membershipsAreComplete();
    await presence.declareMembershipsComplete();
    await presence.membershipsAreComplete();
    const [userId, roomId] = [asUserId("1"), newRoom()];
    await presence.changeMemberships([{ kind: "remove", userId, roomId, seq: 1 }]);
    const keys = await keysOf(redis, keyPrefix);
    expect(keys).toContain(`${keyPrefix}user:1:rooms:left`);
    expect(keys.length).toBeGreaterThan(8);
    for (const key of keys) expect([key, Number(await redis.send("TTL", [key])) >= 0]).toEqual([key, true]);
  });

  it("lets what a living gateway holds live on", async () => {
    const { presence, redis, keyPrefix, clock } = await registry();
    await presence.renewLease("g", 10_000);
    await presence.add(newSocket(asUserId("1"), "g"));
    const keys = (await keysOf(redis, keyPrefix)).filter((key) => !key.endsWith("lease"));
    for (const key of keys) await redis.send("EXPIRE", [key, "100"]);
    clock.now += 61_000;
    expect(await presence.renewLease("g", 10_000)).toBe(true);
    for (const key of keys) expect([key, Number(await redis.send("TTL", [key])) > 100]).toEqual([key, true]);
  });

  describe("of which some was evicted", () => {
    const jane = asUserId("1");
    const isPresent = async (presence: PresenceRegistry) => (await presence.presenceOf([jane]))[0]?.present;

    it("asks a gateway for its sockets where a person's are lost", async () => {
      const { presence, redis, keyPrefix, clock } = await registry();
      const socket = newSocket(jane, "g");
      await presence.renewLease("g", 10_000);
      await presence.add(socket);
      await redis.send("DEL", [`${keyPrefix}user:1:sockets`]);
      clock.now += 61_000;
      expect(await presence.renewLease("g", 10_000)).toBe(false);
      await presence.add(socket);
      expect(await isPresent(presence)).toBe(true);
      clock.now += 61_000;
      expect(await presence.renewLease("g", 10_000)).toBe(true);
    });

    it("asks a gateway for its sockets where their list is lost, so that they can still be reaped", async () => {
      const { presence, redis, keyPrefix } = await registry();
      const socket = newSocket(jane, "g");
      await presence.renewLease("g", 10_000);
      await presence.add(socket);
      await redis.send("DEL", [`${keyPrefix}gateway:g:sockets`]);
      await presence.add(newSocket(asUserId("2"), "g"));
      expect(await presence.renewLease("g", 30)).toBe(false);
      expect((await presence.add(socket)).changed).toBe(false);
      await Bun.sleep(40);
      expect((await presence.reap()).map(({ userId }) => userId)).toContain(jane);
      expect(await isPresent(presence)).toBe(false);
    });

    it("tells once that somebody left whose sockets are lost", async () => {
      const { presence, redis, keyPrefix } = await registry();
      const [one, two] = [newSocket(jane, "g"), newSocket(jane, "g")];
      const lose = async () => {
        for (const socket of [one, two]) await presence.add(socket);
        await redis.send("DEL", [`${keyPrefix}user:1:sockets`]);
      };
      await lose();
      const left: PresenceChange[] = [];
      for (const socket of [one, two]) left.push(await presence.remove(socket));
      expect(left.filter(({ changed }) => changed)).toHaveLength(1);
      await lose();
      expect((await presence.reap()).map(({ userId }) => userId)).toEqual([jane]);
    });
  });
});

async function keysOf(redis: RedisConnection, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  let cursor = "0";
  do {
    const answer = await redis.send("SCAN", [cursor, "MATCH", `${prefix}*`, "COUNT", "1000"]);
    const [next, some] = answer as [string, string[]]; // the answer of SCAN
    keys.push(...some);
    cursor = next;
  } while (cursor !== "0");
  return keys;
}
