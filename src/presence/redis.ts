/** Presence of a cluster: in Redis, where each change is one script, and so one moment (R1). */
import {
  changeScript,
  completeScript,
  countScript,
  countsScript,
  declareScript,
} from "./redis-membership-scripts.ts";
import {
  addScript,
  deadScript,
  lookScript,
  presenceScript,
  reapScript,
  refreshScript,
  removeScript,
  renewScript,
  statusScript,
} from "./redis-scripts.ts";
import {
  rememberedRemovals,
  type MembershipChange,
  type Presence,
  type PresenceChange,
  type PresenceRegistry,
  type PresenceStatus,
  type RoomMembership,
  type SocketRegistration,
  type Spectators,
} from "./port.ts";
import type { RedisConnection, RedisScript } from "../engines/redis.ts";
import { asRoomId, asUserId, isTimeAgain, type RoomId, type UserId } from "../protocol/index.ts";

export interface RedisPresenceOptions {
  /** Stands before every key. */
  readonly keyPrefix?: string;
  readonly now?: () => number;
}

/** A cluster that was shut down leaves nothing behind for longer; one that lives renews it. */
const socketsTtl = String(60 * 60);
/** Lists outlive what they list, so that everything left of a dead gateway can be found. */
const listTtl = String(2 * 60 * 60);
/** Between two looks of a gateway at what is kept of its sockets. */
const refreshEveryMs = 60_000;
/** Longer than a room lives after its end. */
const roomsTtl = String(48 * 60 * 60);
/** Shorter than places are kept, so that those that are said to be complete are all there. */
const completeTtl = String(24 * 60 * 60);
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
  readonly #writer = crypto.randomUUID();
  /** By gateway: what its lease was last answered with. */
  readonly #tokens = new Map<string, string>();
  readonly #refreshedAt = new Map<string, number>();

  constructor(redis: RedisConnection, prefix: string, now: () => number) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#now = now;
  }

  async add({ userId, connectionId, gatewayId }: SocketRegistration): Promise<PresenceChange> {
    return changeOf(await this.#run(addScript, [socketsTtl, listTtl, userId, connectionId, gatewayId]));
  }

  async remove({ userId, connectionId, gatewayId }: SocketRegistration): Promise<PresenceChange> {
    return changeOf(await this.#run(removeScript, [socketsTtl, userId, connectionId, gatewayId]));
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

  async look({ userId, connectionId }: SocketRegistration, isHidden: boolean): Promise<void> {
    await this.#answer(lookScript, [socketsTtl, userId, connectionId, isHidden ? "1" : "0"]);
  }

  async statusesOf(userIds: readonly UserId[]): Promise<readonly PresenceStatus[]> {
    const found: PresenceStatus[] = [];
    for (const some of chunks(userIds)) {
      const answer = await this.#run(statusScript, some);
      for (const index of some.keys()) {
        const [sockets, hidden] = [Number(answer[2 * index]), Number(answer[2 * index + 1])];
        found.push(sockets === 0 ? "offline" : hidden >= sockets ? "away" : "online");
      }
    }
    return found;
  }

  async renewLease(gatewayId: string, leaseMs: number): Promise<boolean> {
    const known = this.#tokens.get(gatewayId) ?? "";
    const [wasAlive, token] = await this.#run(renewScript, [listTtl, gatewayId, String(leaseMs), known]);
    this.#tokens.set(gatewayId, String(token));
    if (wasAlive !== 1) {
      this.#refreshedAt.set(gatewayId, this.#now());
      return false;
    }
    if (!isTimeAgain(this.#now(), this.#refreshedAt.get(gatewayId) ?? 0, refreshEveryMs)) return true;
    const isWhole = await this.#refresh(gatewayId);
    this.#refreshedAt.set(gatewayId, this.#now());
    return isWhole;
  }

  async reap(): Promise<readonly Presence[]> {
    const gone: Presence[] = [];
    for (const gateway of await this.#run(deadScript, [])) await this.#reapGateway(String(gateway), gone);
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
      await this.#run(changeScript, [roomsTtl, String(rememberedRemovals), ...fields]);
    }
  }

  async membershipsOf(userId: UserId): Promise<readonly RoomMembership[]> {
    const entries = await this.#redis.send("HVALS", [`${this.#prefix}user:${userId}:rooms`]);
    return list(entries).flatMap((entry) => {
      const json = String(entry).replace(/^-?\d+\|/, "");
      return json === "" ? [] : [JSON.parse(json) as RoomMembership]; // written by changeMemberships
    });
  }

  async spectatorsOf(roomId: RoomId): Promise<Spectators> {
    const key = `${this.#prefix}game:${roomId}:spectators`;
    const [counted, gone] = await Promise.all([
      this.#redis.send("SMEMBERS", [key]),
      this.#redis.send("SMEMBERS", [`${key}:gone`]),
    ]);
    const people = (answer: unknown) => list(answer).map((userId) => asUserId(String(userId)));
    return { counted: people(counted), gone: people(gone) };
  }

  async spectatorCounts(roomIds: readonly RoomId[]): Promise<readonly number[]> {
    const counts: number[] = [];
    for (const some of chunks(roomIds)) counts.push(...(await this.#run(countsScript, some)).map(Number));
    return counts;
  }

  async countSpectators(roomId: RoomId, userIds: readonly UserId[], isCounted: boolean): Promise<number> {
    let moved = 0;
    for (const some of chunks(userIds)) {
      moved += Number(await this.#answer(countScript, [roomsTtl, roomId, isCounted ? "1" : "0", ...some]));
    }
    return moved;
  }

  async watchedRooms(): Promise<readonly RoomId[]> {
    const rooms = await this.#redis.send("SMEMBERS", [`${this.#prefix}games:watched`]);
    return list(rooms).map((roomId) => asRoomId(String(roomId)));
  }

  async membershipsAreComplete(): Promise<boolean> {
    return (await this.#answer(completeScript, [completeTtl, this.#writer])) === 1;
  }

  async declareMembershipsComplete(): Promise<void> {
    await this.#answer(declareScript, [completeTtl, this.#writer]);
  }

  close(): Promise<void> {
    this.#redis.close();
    return Promise.resolve();
  }

  #answer(script: RedisScript, args: readonly string[]): Promise<unknown> {
    return this.#redis.run(script, [], [this.#prefix, ...args]);
  }

  async #run(script: RedisScript, args: readonly string[]): Promise<readonly unknown[]> {
    return list(await this.#answer(script, args));
  }

  async #reapGateway(gateway: string, gone: Presence[]): Promise<void> {
    for (;;) {
      const [isMoreLeft, ...found] = await this.#run(reapScript, [socketsTtl, gateway, String(atOnce)]);
      for (let n = 0; n < found.length; n += 2) {
        gone.push({ userId: asUserId(String(found[n])), present: false, stamp: Number(found[n + 1]) });
      }
      if (isMoreLeft !== 1) return;
    }
  }

  /** Lets what is kept of a gateway's sockets live on; false where some of it was lost. */
  async #refresh(gatewayId: string): Promise<boolean> {
    const entries = list(await this.#redis.send("SMEMBERS", [`${this.#prefix}gateway:${gatewayId}:sockets`]));
    let missing = 0;
    for (const some of chunks(entries.map(String))) {
      missing += Number(await this.#answer(refreshScript, [socketsTtl, gatewayId, ...some]));
    }
    return missing === 0;
  }
}

function changeOf([changed, stamp]: readonly unknown[]): PresenceChange {
  return { changed: changed === 1, stamp: Number(stamp) };
}

function* chunks<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let start = 0; start < items.length; start += atOnce) yield items.slice(start, start + atOnce);
}

function list(answer: unknown): readonly unknown[] {
  return Array.isArray(answer) ? answer : [];
}
