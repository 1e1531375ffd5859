import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { connectRedis, redisScript } from "./redis.ts";
import { hasRedisServer, ownRedis, problemOf, until, type OwnRedis } from "./redis-fixture.ts";

const patience = 30_000;

it("says in one line that nobody is there, and keeps the password to itself", async () => {
  const found = await problemOf(connectRedis("redis://blazing:secret@127.0.0.1:1"));
  expect(found?.kind).toBe("away");
  expect(found?.message).toStartWith("Redis: redis://blazing:***@127.0.0.1:1 does not answer (");
  expect(found?.message).not.toContain("\n");
});

it.each(["", "nonsense", "http://127.0.0.1:6379", "redis://", "redis://127.0.0.1:99999"])(
  "refuses %p as an address",
  async (url) => {
    const found = await problemOf(connectRedis(url));
    expect(found).toMatchObject({ kind: "refused" });
    expect(found?.message).toContain("redis://127.0.0.1:6379");
  },
);

describe.skipIf(!hasRedisServer)("a Redis of one's own", () => {
  let server: OwnRedis;
  const echo = redisScript("return ARGV[1]");

  beforeEach(() => {
    server = ownRedis();
  });

  afterEach(() => server.end());

  it("refuses credentials that are wrong", async () => {
    await server.start("--requirepass", "right");
    const withPassword = (password: string) => `redis://:${password}@127.0.0.1:${server.port}`;
    expect(await problemOf(connectRedis(server.url))).toMatchObject({ kind: "refused" });
    const found = await problemOf(connectRedis(withPassword("wrong")));
    expect(found).toMatchObject({ kind: "refused" });
    expect(found?.message).toContain("WRONGPASS");
    (await connectRedis(withPassword("right"))).close();
  });

  it("says which command a user may not send", async () => {
    await server.start("--user", ..."reader on >right ~* +@read +@connection +role".split(" "));
    const found = await problemOf(connectRedis(`redis://reader:right@127.0.0.1:${server.port}`));
    expect(found).toMatchObject({ kind: "refused" });
    expect(found?.message).toContain("NOPERM");
  });

  it("refuses a database that there is not", async () => {
    await server.start();
    const found = await problemOf(connectRedis(`${server.url}/99`));
    expect(found).toMatchObject({ kind: "refused" });
    expect(found?.message).toContain("out of range");
  });

  it("refuses a replica", async () => {
    await server.start("--replicaof", "127.0.0.1 1");
    expect(await problemOf(connectRedis(server.url))).toMatchObject({ kind: "refused" });
  });

  it("takes a mistake for no absence", async () => {
    await server.start();
    const redis = await connectRedis(server.url);
    expect(await problemOf(redis.send("NONSENSE", []))).toMatchObject({ kind: "refused" });
    redis.close();
  });

  it("is connected again by itself after a restart, and knows its scripts again", async () => {
    await server.start();
    const redis = await connectRedis(server.url);
    expect(await redis.run(echo, [], ["one"])).toBe("one");
    await server.kill();
    await until(async () => (await problemOf(redis.check()))?.kind === "away");
    await server.start();
    await until(async () => (await problemOf(redis.check())) === null);
    expect(await redis.run(echo, [], ["two"])).toBe("two");
    redis.close();
  });

  it("does not wait at all while nobody is there", async () => {
    await server.start();
    const redis = await connectRedis(server.url);
    await server.kill();
    await until(async () => (await problemOf(redis.check()))?.message.includes("no connection") === true);
    const asked = performance.now();
    expect(await problemOf(redis.send("PING", []))).toMatchObject({ kind: "away" });
    expect(performance.now() - asked).toBeLessThan(100);
    redis.close();
  });

  it("lets nobody wait for a server that stands still, and loses nobody over three seconds", async () => {
    await server.start();
    const redis = await connectRedis(server.url);
    server.standStill();
    const asked = performance.now();
    expect(await problemOf(redis.send("PING", []))).toMatchObject({ kind: "away" });
    expect(performance.now() - asked).toBeLessThan(3_000);
    server.goOn();
    await until(async () => (await problemOf(redis.check())) === null);
    redis.close();
  });

  it(
    "is connected again after somebody took its connections and answered none",
    async () => {
      await server.start();
      const redis = await connectRedis(server.url);
      await server.kill();
      let taken = 0;
      const silent = Bun.listen({
        hostname: "127.0.0.1",
        port: server.port,
        socket: { open: () => void (taken += 1), data: () => undefined },
      });
      // The second one: the first has been given up.
      await until(async () => taken > 1);
      silent.stop(true);
      await server.start();
      await until(async () => (await problemOf(redis.check())) === null);
      redis.close();
    },
    patience,
  );

  it(
    "leaves a connection on which nothing comes any more, though nobody has closed it",
    async () => {
      await server.start();
      const way = brokenWay(server.port);
      const redis = await connectRedis(`redis://127.0.0.1:${way.port}`);
      way.swallow();
      await until(async () => (await problemOf(redis.check())) === null);
      expect(way.connections()).toBe(2);
      redis.close();
      way.close();
    },
    patience,
  );

  it("says that it takes no writes when it is full", async () => {
    await server.start("--maxmemory", "100kb", "--maxmemory-policy", "noeviction");
    const found = await problemOf(connectRedis(server.url));
    expect(found).toMatchObject({ kind: "away" });
    expect(found?.message).toContain("takes no writes now");
  });
});

/** A way to a server, on which the connections of before `swallow` bring no answers any more. */
function brokenWay(to: number) {
  const onward = new Map<Bun.Socket, Promise<Bun.Socket>>();
  let swallowed = 0;
  const way = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(inbound) {
        const number = onward.size + 1;
        const bringBack = (_: unknown, data: Buffer) => void (number > swallowed && inbound.write(data));
        onward.set(inbound, Bun.connect({ hostname: "127.0.0.1", port: to, socket: { data: bringBack } }));
      },
      data(inbound, data) {
        const kept = Buffer.from(data);
        void onward.get(inbound)?.then((socket) => socket.write(kept));
      },
    },
  });
  return {
    port: way.port,
    swallow: () => (swallowed = onward.size),
    connections: () => onward.size,
    close: () => way.stop(true),
  };
}
