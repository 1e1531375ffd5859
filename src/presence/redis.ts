/** Presence of a cluster: in Redis, where each change is one script, and so one moment (R1). */
import {
  addScript,
  membershipsScript,
  presenceScript,
  reapScript,
  removeScript,
  renewScript,
} from "./redis-scripts.ts";
import type {
  MembershipChange,
  Presence,
  PresenceChange,
  PresenceRegistry,
  RoomMembership,
  SocketRegistration,
} from "./port.ts";
import type { RedisConnection } from "../engines/redis.ts";
import { asUserId, type UserId } from "../protocol/index.ts";

export interface RedisPresenceOptions {
  /** Stands before every key. */
  readonly keyPrefix?: string;
  readonly now?: () => number;
}

/** A cluster that was shut down leaves nothing behind for longer; one that lives renews it. */
const socketsTtlSeconds = 60 * 60;
const refreshEveryMs = 10 * 60_000;
/** Longer than a room lives after its end. */
const roomsTtlSeconds = 48 * 60 * 60;
/** People, sockets or changes in one script: others are served in between. */
const atOnce = 500;

export function createRedisPresence(
  redis: RedisConnection,
  { keyPrefix = "", now = Date.now }: RedisPresenceOptions = {},
): PresenceRegistry {
  return new RedisPresence(redis, keyPrefix, now);
}

class RedisPresence implements PresenceRegistry {
  readonly #redis: RedisConnection;
  readonly #prefix: string;
  readonly #now: () => number;
  readonly #refreshedAt = new Map<string, number>();

  constructor(redis: RedisConnection, prefix: string, now: () => number) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#now = now;
  }

  add({ userId, connectionId, gatewayId }: SocketRegistration): Promise<PresenceChange> {
    return this.#change(addScript, [userId, connectionId, gatewayId]);
  }

  remove({ userId, connectionId, gatewayId }: SocketRegistration): Promise<PresenceChange> {
    return this.#change(removeScript, [userId, connectionId, gatewayId]);
  }

  async presenceOf(userIds: readonly UserId[]): Promise<readonly Presence[]> {
    const found: Presence[] = [];
    for (const some of chunks(userIds)) {
      const answer = await this.#run(presenceScript, some);
      for (const [index, userId] of some.entries()) {
        found.push({ userId, present: answer[2 * index] === 1, stamp: Number(answer[2 * index + 1]) });
      }
    }
    return found;
  }

  async renewLease(gatewayId: string, leaseMs: number): Promise<boolean> {
    const wasAlive = await this.#redis.run(renewScript, [], [this.#prefix, gatewayId, String(leaseMs)]);
    await this.#refresh(gatewayId);
    return wasAlive === 1;
  }

  async reap(): Promise<readonly Presence[]> {
    const gateways = list(await this.#redis.send("SMEMBERS", [`${this.#prefix}gateways`]));
    const gone: Presence[] = [];
    for (const gateway of gateways.map(String)) {
      let isMoreLeft = true;
      while (isMoreLeft) {
        const [more, ...changes] = await this.#run(reapScript, [
          gateway,
          String(socketsTtlSeconds),
          String(atOnce),
        ]);
        isMoreLeft = more === 1;
        for (let n = 0; n < changes.length; n += 2) {
          const userId = asUserId(String(changes[n]));
          gone.push({ userId, present: false, stamp: Number(changes[n + 1]) });
        }
      }
    }
    return gone;
  }

  async changeMemberships(changes: readonly MembershipChange[]): Promise<void> {
    for (const some of chunks(changes)) {
      const fields = some.flatMap((change) =>
        change.kind === "set"
          ? [
              change.userId,
              change.membership.roomId,
              String(change.membership.seq),
              JSON.stringify(change.membership),
            ]
          : [change.userId, change.roomId, String(change.seq), ""],
      );
      await this.#run(membershipsScript, [String(roomsTtlSeconds), ...fields]);
    }
  }

  async membershipsOf(userId: UserId): Promise<readonly RoomMembership[]> {
    const entries = await this.#redis.send("HVALS", [`${this.#prefix}user:${userId}:rooms`]);
    return list(entries).flatMap((entry) => {
      const json = String(entry).replace(/^-?\d+\|/, "");
      return json === "" ? [] : [JSON.parse(json) as RoomMembership]; // written by changeMemberships
    });
  }

  async membershipsAreComplete(): Promise<boolean> {
    return (await this.#redis.send("EXISTS", [`${this.#prefix}memberships:complete`])) === 1;
  }

  async declareMembershipsComplete(): Promise<void> {
    await this.#redis.send("SET", [`${this.#prefix}memberships:complete`, "1"]);
  }

  close(): Promise<void> {
    this.#redis.close();
    return Promise.resolve();
  }

  async #change(script: typeof addScript, args: readonly string[]): Promise<PresenceChange> {
    const [changed, stamp] = await this.#run(script, [...args, String(socketsTtlSeconds)]);
    return { changed: changed === 1, stamp: Number(stamp) };
  }

  async #run(script: typeof addScript, args: readonly string[]): Promise<readonly unknown[]> {
    return list(await this.#redis.run(script, [], [this.#prefix, ...args]));
  }

  /** So that a socket may live longer than what is kept of it. */
  async #refresh(gatewayId: string): Promise<void> {
    const before = this.#refreshedAt.get(gatewayId);
    if (before !== undefined && this.#now() - before < refreshEveryMs) return;
    this.#refreshedAt.set(gatewayId, this.#now());
    if (before === undefined) return;
    const own = `${this.#prefix}gateway:${gatewayId}:sockets`;
    const entries = list(await this.#redis.send("SMEMBERS", [own])).map(String);
    const keys = entries.map((entry) => `${this.#prefix}user:${entry.split(" ", 1)[0] ?? ""}:sockets`);
    const ttl = String(socketsTtlSeconds);
    for (const some of chunks([own, `${this.#prefix}presence:online`, ...new Set(keys)])) {
      await Promise.all(some.map((key) => this.#redis.send("EXPIRE", [key, ttl])));
    }
  }
}

function* chunks<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let start = 0; start < items.length; start += atOnce) yield items.slice(start, start + atOnce);
}

function list(answer: unknown): readonly unknown[] {
  return Array.isArray(answer) ? answer : [];
}
