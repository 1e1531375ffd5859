import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { createFriendPresence, type FriendPresence } from "./friend-presence.ts";
import { createMemoryLog } from "../../event-log/memory.ts";
import {
  asUserId,
  isoTime,
  systemActor,
  type EventEnvelope,
  type FriendStatus,
  type UserId,
} from "../../protocol/index.ts";

const [ann, bob, stranger] = [asUserId("1"), asUserId("2"), asUserId("3")];
const calmMs = 40;

let log: ReturnType<typeof createMemoryLog>;
let statuses: Map<UserId, FriendStatus>;
let service: FriendPresence;
let told: EventEnvelope[];
let friends: readonly UserId[];

beforeEach(async () => {
  log = createMemoryLog();
  statuses = new Map();
  told = [];
  friends = [bob];
  service = createFriendPresence({
    log,
    store: {
      friendsOf: (userId) =>
        Promise.resolve(
          userId === ann ? friends.map((friend) => ({ userId: friend, username: "bob", since: 1 })) : [],
        ),
    },
    statusesOf: (userIds) => Promise.resolve(userIds.map((userId) => statuses.get(userId) ?? "offline")),
    now: Date.now,
    logger: { warn: () => undefined },
    calmMs,
  });
  await log.follow({
    topics: ["gateway.presence"],
    since: 0,
    onRecord: ({ value }) => {
      if (value.kind === "event") told.push(value);
    },
  });
  await service.start();
});
afterEach(() => service.stop());

function hint(type: string, userId: UserId): Promise<void> {
  const value: EventEnvelope = {
    kind: "event",
    eventId: crypto.randomUUID(),
    eventType: `system.event.${type}`,
    timestamp: isoTime(Date.now()),
    producer: "ws_gateway",
    actor: systemActor,
    payload: { userId },
  };
  return log.append([{ topic: "system.events", key: userId, value }]);
}

async function toldTimes(count: number): Promise<readonly unknown[]> {
  while (told.length < count) await Bun.sleep(5);
  return told.map(({ payload }) => payload);
}

describe("friends", () => {
  it("are told who came, who looks elsewhere, and who left", async () => {
    statuses.set(ann, "online");
    await hint("user_connected", ann);
    await toldTimes(1);
    statuses.set(ann, "away");
    await hint("user_attention_changed", ann);
    await toldTimes(2);
    statuses.set(ann, "offline");
    await hint("user_disconnected", ann);
    expect(await toldTimes(3)).toEqual([
      { userId: ann, status: "online" },
      { userId: ann, status: "away" },
      { userId: ann, status: "offline" },
    ]);
    expect(told[0]?.audience).toEqual({ type: "user", userIds: [bob] });
  });

  it("are not told of one who has just come because another's calm is over", async () => {
    let time = 1_000;
    let isHeard = () => {};
    const asked: UserId[] = [];
    const isAsked = Promise.withResolvers<void>();
    log = createMemoryLog();
    const other = createFriendPresence({
      log,
      store: { friendsOf: () => Promise.resolve([]) },
      statusesOf: (userIds) => {
        asked.push(...userIds);
        isAsked.resolve();
        return Promise.resolve(userIds.map(() => "online" as const));
      },
      now() {
        isHeard();
        return time;
      },
      logger: { warn: () => undefined },
      calmMs,
    });
    await other.start();
    const heard = async (userId: UserId) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      isHeard = resolve;
      await hint("user_connected", userId);
      await promise;
    };
    await heard(bob);
    time += calmMs - 10;
    await heard(ann);
    time += 10;
    await isAsked.promise;
    expect(asked).toEqual([bob]);
    await other.stop();
  });

  it("are told nothing of a reload, and nothing of people who are not theirs", async () => {
    statuses.set(ann, "online");
    await hint("user_connected", ann);
    await toldTimes(1);
    statuses.set(ann, "offline");
    await hint("user_disconnected", ann);
    statuses.set(ann, "online");
    await hint("user_connected", ann);
    statuses.set(stranger, "online");
    await hint("user_connected", stranger);
    // What is told next comes after all of it.
    await Bun.sleep(2 * calmMs);
    friends = [bob, stranger];
    statuses.set(ann, "offline");
    await hint("user_disconnected", ann);
    expect(await toldTimes(2)).toEqual([
      { userId: ann, status: "online" },
      { userId: ann, status: "offline" },
    ]);
    expect(told[1]?.audience).toEqual({ type: "user", userIds: [bob, stranger] });
  });
});
