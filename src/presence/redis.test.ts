import { afterAll, describe, expect, it } from "bun:test";
import { presenceContract } from "./contract.ts";
import { createRedisPresence } from "./redis.ts";
import { connectRedis, type RedisConnection } from "../engines/redis.ts";
import { asConnectionId, asUserId } from "../protocol/index.ts";
import { runningEngines } from "../../tests/cluster/engines.ts";

const engines = runningEngines();

describe.skipIf(engines === null)("in a real Redis", () => {
  const url = engines?.redisUrl ?? "";
  const run = `test-${crypto.randomUUID()}:`;
  let count = 0;

  afterAll(async () => {
    const redis = await connectRedis(url);
    const keys = (await redis.send("KEYS", [`${run}*`])) as string[]; // the answer of KEYS
    for (let n = 0; n < keys.length; n += 1000) await redis.send("DEL", keys.slice(n, n + 1000));
    redis.close();
  });

  presenceContract("Redis", async () => ({
    presence: createRedisPresence(await connectRedis(url), { keyPrefix: `${run}${++count}:` }),
    advance: (ms) => Bun.sleep(ms),
  }));

  async function gateways(number: number) {
    const keyPrefix = `${run}${++count}:`;
    const connections = await Promise.all(Array.from({ length: number }, () => connectRedis(url)));
    return connections.map((redis) => ({ redis, presence: createRedisPresence(redis, { keyPrefix }) }));
  }
  const close = (all: readonly { readonly redis: RedisConnection }[]) => {
    for (const { redis } of all) redis.close();
  };

  it("tells one of several gateways who reap at once", async () => {
    const all = await gateways(4);
    const [first] = all;
    const people = Array.from({ length: 50 }, (_, n) => asUserId(`${n + 1}`));
    await first?.presence.renewLease("dying", 20);
    for (const userId of people) {
      const connectionId = asConnectionId(crypto.randomUUID());
      await first?.presence.add({ userId, connectionId, gatewayId: "dying" });
    }
    await Bun.sleep(30);
    const answers = await Promise.all(all.map(({ presence }) => presence.reap()));
    const told = answers.flat().map(({ userId }) => userId);
    expect(told.toSorted()).toEqual(people.toSorted());
    close(all);
  });

  it("tells one of several gateways to which one person comes and goes", async () => {
    const all = await gateways(3);
    const userId = asUserId("7");
    for (let round = 0; round < 20; round += 1) {
      const sockets = all.map(({ presence }, n) => {
        const connectionId = asConnectionId(crypto.randomUUID());
        return { presence, socket: { userId, connectionId, gatewayId: `gateway-${n}` } };
      });
      const came = await Promise.all(sockets.map(({ presence, socket }) => presence.add(socket)));
      expect(came.filter(({ changed }) => changed)).toHaveLength(1);
      const left = await Promise.all(sockets.map(({ presence, socket }) => presence.remove(socket)));
      expect(left.filter(({ changed }) => changed)).toHaveLength(1);
    }
    close(all);
  });

  it("leaves nothing without an end, but for who is asked at the next start", async () => {
    const all = await gateways(1);
    const [{ presence, redis } = all[0] as never] = all;
    const prefix = `${run}${count}:`;
    const socket = { userId: asUserId("1"), connectionId: asConnectionId("c"), gatewayId: "g" };
    await presence.renewLease("g", 1_000);
    await presence.add(socket);
    const keys = (await redis.send("KEYS", [`${prefix}*`])) as string[];
    for (const key of keys.filter((each) => !each.endsWith("gateways"))) {
      expect([key, Number(await redis.send("TTL", [key])) >= 0]).toEqual([key, true]);
    }
    close(all);
  });
});
