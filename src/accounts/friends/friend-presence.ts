/**
 * Tells friends who is here, looks elsewhere, or has left (design §5): after three seconds of calm, so that a reload
 * or a short loss of the network is no news.
 */
import type { EventLog, LogRecord, Subscription } from "../../event-log/port.ts";
import type { FriendsStore } from "../store/friends/port.ts";
import {
  isoTime,
  systemActor,
  toUsers,
  type EventEnvelope,
  type FriendStatus,
  type UserId,
} from "../../protocol/index.ts";

export interface FriendPresence {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface FriendPresenceParts {
  readonly log: EventLog;
  readonly store: Pick<FriendsStore, "friendsOf">;
  statusesOf(userIds: readonly UserId[]): Promise<readonly FriendStatus[]>;
  now(): number;
  readonly logger: { warn(fields: object, message: string): void };
  readonly calmMs?: number;
}

/** So many people's last told status is remembered; of the others it may be told twice. */
const remembered = 50_000;
const eventIds = "0a9be8d2-6f55-5a9e-9a0b-7a3c1f7b2f55";

const hints: ReadonlySet<string> = new Set([
  "system.event.user_connected",
  "system.event.user_disconnected",
  "system.event.user_attention_changed",
]);

export function createFriendPresence(parts: FriendPresenceParts): FriendPresence {
  const { log, store, statusesOf, now, logger, calmMs = 3_000 } = parts;
  const told = new Map<UserId, FriendStatus>();
  /** When each of them is to be looked at, in the order of that time. */
  const due = new Map<UserId, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let looking: Promise<void> | null = null;
  let subscription: Subscription | undefined;

  function hear(batch: readonly LogRecord[]): void {
    for (const { value } of batch) {
      if (value.kind !== "event" || !hints.has(value.eventType)) continue;
      const { userId } = value.payload as { readonly userId: UserId }; // as its declaration says
      due.delete(userId);
      due.set(userId, now() + calmMs);
    }
    lookLater();
  }

  function lookLater(): void {
    const [next] = due.values();
    if (timer !== undefined || next === undefined || looking !== null) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        looking = look().finally(() => {
          looking = null;
          lookLater();
        });
      },
      Math.max(20, next - now()),
    );
  }

  /** Stops at the first whose time has not come: where thousands arrive, most are still waiting. */
  function takeTheCalm(): readonly UserId[] {
    const calm: UserId[] = [];
    const time = now();
    for (const [userId, at] of due) {
      if (at > time) break;
      calm.push(userId);
      due.delete(userId);
    }
    return calm;
  }

  async function look(): Promise<void> {
    const calm = takeTheCalm();
    try {
      const statuses = await statusesOf(calm);
      for (const [index, userId] of calm.entries()) await tell(userId, statuses[index] ?? "offline");
    } catch (error) {
      logger.warn({ error }, "friends could not be told who is here; they are told later");
      // What came meanwhile is later.
      for (const userId of calm) if (!due.has(userId)) due.set(userId, now() + calmMs);
    }
  }

  async function tell(userId: UserId, status: FriendStatus): Promise<void> {
    if (told.get(userId) === status) return;
    const friends = await store.friendsOf(userId);
    if (friends.length > 0) {
      const at = now();
      const value: EventEnvelope = {
        kind: "event",
        eventId: Bun.randomUUIDv5(`${userId}\n${status}\n${at}`, eventIds),
        eventType: "system.event.friend_presence",
        timestamp: isoTime(at),
        producer: "accounts",
        actor: systemActor,
        audience: toUsers(...friends.map((friend) => friend.userId)),
        payload: { userId, status },
      };
      await log.append([{ topic: "gateway.presence", key: userId, value }]);
    }
    told.delete(userId);
    told.set(userId, status);
    const [longestAgo] = told.keys();
    if (told.size > remembered && longestAgo !== undefined) told.delete(longestAgo);
  }

  return {
    async start() {
      subscription = await log.consume({
        group: "friend-presence",
        topics: ["system.events"],
        maxBatch: 512,
        handle: (batch) => Promise.resolve(hear(batch)),
      });
    },
    async stop() {
      await subscription?.stop();
      clearTimeout(timer);
      await looking;
    },
  };
}
