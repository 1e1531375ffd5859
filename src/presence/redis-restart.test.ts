/** What presence in Redis says when Redis comes back without some of its data, or only after a while. */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import type { PresenceRegistry, SocketRegistration } from "./port.ts";
import { createRedisPresence } from "./redis.ts";
import { hasRedisServer, ownRedis, problemOf, until, type OwnRedis } from "../engines/redis-fixture.ts";
import { connectRedis, type RedisConnection } from "../engines/redis.ts";
import { asConnectionId, asRoomId, asUserId, type RoomId } from "../protocol/index.ts";

const patience = 30_000;
const [jane, john] = [asUserId("1"), asUserId("2")];
const place = (roomId: RoomId) =>
  ({ roomId, gameType: "bigger_dice", role: "player", seq: 1, since: 1 }) as const;

describe.skipIf(!hasRedisServer)("presence in a Redis of one's own", () => {
  let server: OwnRedis;
  let redis: RedisConnection;
  let presence: PresenceRegistry;

  beforeEach(() => {
    server = ownRedis();
  });

  afterEach(async () => {
    await presence.close();
    await server.end();
  });

  async function begin(...options: readonly string[]): Promise<void> {
    await server.start(...options);
    redis = await connectRedis(server.url);
    presence = createRedisPresence(redis);
  }

  async function restart(...options: readonly string[]): Promise<void> {
    await server.kill();
    await server.start(...options);
    await until(async () => (await problemOf(redis.check())) === null);
  }

  async function declareComplete(): Promise<void> {
    expect(await presence.membershipsAreComplete()).toBe(false);
    await presence.declareMembershipsComplete();
    expect(await presence.membershipsAreComplete()).toBe(true);
  }

  const socketOf = (userId: typeof jane): SocketRegistration => ({
    userId,
    connectionId: asConnectionId(crypto.randomUUID()),
    gatewayId: "g",
  });

  const here = async () =>
    (await presence.presenceOf([jane, john])).flatMap((each) => (each.present ? [each.userId] : []));

  it("says that it came back empty", async () => {
    await begin();
    await presence.renewLease("g", patience);
    await presence.add(socketOf(jane));
    await declareComplete();
    expect(await presence.renewLease("g", patience)).toBe(true);
    await restart();
    expect(await presence.membershipsAreComplete()).toBe(false);
    expect(await presence.renewLease("g", patience)).toBe(false);
    expect(await here()).toEqual([]);
  });

  it("keeps what it had where Redis keeps it, and has it told again: the last seconds may be missing", async () => {
    const appending = ["--appendonly", "yes", "--appendfsync", "always"];
    const room = asRoomId(crypto.randomUUID());
    await begin(...appending);
    await presence.renewLease("g", patience);
    await presence.add(socketOf(jane));
    await presence.changeMemberships([{ kind: "set", userId: jane, membership: place(room) }]);
    await declareComplete();
    await restart(...appending);
    expect(await presence.membershipsOf(jane)).toEqual([place(room)]);
    expect(await here()).toEqual([jane]);
    expect(await presence.membershipsAreComplete()).toBe(false);
    expect(await presence.renewLease("g", patience)).toBe(false);
    expect(await presence.renewLease("g", patience)).toBe(true);
  });

  it("lets nobody stay whose departure Redis has forgotten", async () => {
    await begin("--dbfilename", "before.rdb");
    await presence.renewLease("g", 300);
    const [staying, leaving] = [socketOf(jane), socketOf(john)];
    for (const socket of [staying, leaving]) await presence.add(socket);
    await redis.send("SAVE", []);
    await presence.remove(leaving);
    await restart("--dbfilename", "before.rdb");
    expect(await here()).toEqual([jane, john]);
    expect(await presence.renewLease("g", 300)).toBe(false);
    expect((await presence.add(staying)).changed).toBe(false);
    const told: string[] = [];
    await until(async () => {
      await presence.renewLease("g", 300);
      told.push(...(await presence.reap()).map(({ userId }) => userId));
      return told.length > 0;
    });
    expect(told).toEqual([john]);
    expect(await here()).toEqual([jane]);
  });

  it(
    "tells a gateway that its lease was gone, though the first answer never reached it",
    async () => {
      await begin();
      await presence.renewLease("g", 500);
      server.standStill();
      // It is done as soon as Redis goes on, and nobody hears of it.
      expect(await problemOf(presence.renewLease("g", 500))).toMatchObject({ kind: "away" });
      server.goOn();
      expect(await presence.renewLease("g", 500)).toBe(false);
      expect(await presence.renewLease("g", 500)).toBe(true);
    },
    patience,
  );

  it("takes nobody's word for complete where it was emptied in the meantime", async () => {
    await begin();
    expect(await presence.membershipsAreComplete()).toBe(false);
    await redis.send("FLUSHALL", []);
    await presence.declareMembershipsComplete();
    expect(await presence.membershipsAreComplete()).toBe(false);
    await presence.declareMembershipsComplete();
    expect(await presence.membershipsAreComplete()).toBe(true);
    await redis.send("FLUSHALL", []);
    expect(await presence.membershipsAreComplete()).toBe(false);
  });

  it("is not complete any more once Redis has evicted something", async () => {
    await begin("--maxmemory", "3mb", "--maxmemory-policy", "allkeys-lru");
    await declareComplete();
    const evicted = async () =>
      Number(/evicted_keys:(\d+)/.exec(String(await redis.send("INFO", ["stats"])))?.[1]);
    let n = 0;
    while ((await evicted()) === 0) await redis.send("SET", [`filler:${(n += 1)}`, "x".repeat(100_000)]);
    expect(await presence.membershipsAreComplete()).toBe(false);
  });
});
