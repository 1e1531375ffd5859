import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { createChatService, type ChatService } from "./chat-service.ts";
import { createPrivateChat, type PrivateChat } from "./private-chat.ts";
import type { PrivateStore } from "../store/private/port.ts";
import { openSqlitePrivateStore } from "../store/private/sqlite.ts";
import { createMemoryLog } from "../../event-log/memory.ts";
import type { EventLog } from "../../event-log/port.ts";
import {
  asConnectionId,
  asUserId,
  isoTime,
  pairKey,
  type EventEnvelope,
  type UserId,
} from "../../protocol/index.ts";

const [ann, bob, cat, root] = [asUserId("1"), asUserId("2"), asUserId("3"), asUserId("9")];
const names = new Map([
  [ann, "ann"],
  [bob, "bob"],
  [cat, "cat"],
  [root, "root"],
]);
let now: number;
let friends: Set<string>;
let blocked: Set<string>;
let log: EventLog;
let store: PrivateStore;
let chat: PrivateChat;
let service: ChatService;
let events: EventEnvelope[];
let look: () => void;

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  friends = new Set([pairKey(ann, bob)]);
  blocked = new Set();
  log = createMemoryLog({ firstRetryMs: 1, onHandlerFailure: () => {} });
  store = openSqlitePrivateStore(":memory:");
  events = [];
  look = () => {};
  await log.follow({
    topics: ["chat.events"],
    since: 0,
    onRecord: ({ value }) => {
      if (value.kind === "event") events.push(value);
      look();
    },
  });
  const personOf = (userId: UserId) => {
    const username = names.get(userId);
    return username === undefined ? null : { userId, username, guest: false };
  };
  chat = createPrivateChat({
    store,
    log,
    directory: {
      userById: (userId) => Promise.resolve(personOf(userId)),
      usersByIds: (userIds) =>
        Promise.resolve(
          new Map(
            userIds.flatMap((userId) => {
              const person = personOf(userId);
              return person === null ? [] : [[userId, person] as const];
            }),
          ),
        ),
    },
    relations: {
      relationOf: (one, other) => {
        const pair = pairKey(one, other);
        return Promise.resolve({ areFriends: friends.has(pair), isBlocked: blocked.has(pair) });
      },
    },
    now: () => now,
  });
  service = createChatService(log, [chat], { isAway: () => true, logger: console });
  await service.start();
});
afterEach(async () => {
  await service.stop();
  await log.close();
  await store.close();
});

interface Sending {
  readonly commandId?: string;
  readonly receivedAt?: number;
}

/** Sends a command; the records that came of it, once there are `count`. */
async function ask(
  userId: UserId,
  type: string,
  payload: { readonly recipientId?: UserId; readonly userId?: UserId; readonly [field: string]: unknown },
  { commandId = crypto.randomUUID(), receivedAt = now }: Sending = {},
  count = 1,
): Promise<readonly EventEnvelope[]> {
  const before = events.length;
  await log.append([
    {
      topic: "chat.commands",
      key: pairKey(userId, payload.recipientId ?? payload.userId ?? userId),
      value: {
        kind: "command",
        eventId: commandId,
        eventType: `chat.command.${type}`,
        timestamp: isoTime(now),
        receivedAt: isoTime(receivedAt),
        producer: "ws_gateway",
        correlationId: commandId,
        actor: {
          kind: "person",
          userId,
          username: names.get(userId) ?? "",
          roles: userId === root ? ["user", "admin"] : ["user"],
          connectionId: asConnectionId(`socket of ${userId}`),
        },
        payload,
      },
    },
  ]);
  while (events.length < before + count) await new Promise<void>((resolve) => (look = resolve));
  return events.slice(before);
}

const say = (from: UserId, to: UserId, content: string, sending?: Sending, count?: number) =>
  ask(from, "send_message", { recipientId: to, content }, sending, count);
const typesOf = (some: readonly EventEnvelope[]) => some.map(({ eventType }) => eventType);
const payloadOf = (event: EventEnvelope | undefined) => event?.payload as Record<string, unknown>;
const rejected = "chat.event.message_rejected";
const received = "chat.event.message_received";

describe("private chat", () => {
  it("brings a friend's message to both, with its place in the chat", async () => {
    const [message] = await say(ann, bob, "hello <b>bob</b>", { commandId: "c1" });
    expect(message).toMatchObject({
      eventType: received,
      correlationId: "c1" as never,
      audience: { type: "user", userIds: [ann, bob] },
      payload: {
        position: 1,
        senderId: ann,
        senderName: "ann",
        recipientId: bob,
        content: "hello <b>bob</b>",
      },
    });
    const [answer] = await say(bob, ann, "hello ann");
    expect(payloadOf(answer)).toMatchObject({ position: 2, senderId: bob });
  });

  it("stores once and says once what is sent again, and settles the repetition", async () => {
    const [first] = await say(ann, bob, "hello", { commandId: "c1" });
    const again = await say(ann, bob, "hello", { commandId: "c1" }, 2);
    expect(again[0]?.eventId).toBe(first?.eventId ?? "");
    expect(again[1]).toMatchObject({ eventType: "system.event.command_settled", payload: { ok: true } });
    expect((await store.page(ann, bob, null, 10))?.messages).toHaveLength(1);
  });

  it("refuses strangers, the blocked, former friends and nobody in the same words, to the sender alone", async () => {
    blocked.add(pairKey(ann, bob));
    for (const [from, to] of [
      [ann, bob],
      [bob, ann],
      [ann, cat],
      [ann, asUserId("77")],
      [ann, asUserId("v-someone")],
    ] as const) {
      const [refusal] = await say(from, to, "hello");
      expect(refusal).toMatchObject({
        eventType: rejected,
        audience: { type: "user", userIds: [from] },
        payload: { reason: "NOT_FRIENDS", recipientId: to },
      });
      expect(payloadOf(refusal)["message"]).toMatch(/^You are not friends yet: send a friend request\.$/);
      expect(await store.chatsOf(from, 10)).toEqual([]);
    }
  });

  it("refuses to write to oneself, and what comes too late", async () => {
    expect(payloadOf((await say(ann, ann, "hello me"))[0])).toMatchObject({
      code: "INVALID_FIELD",
      field: "recipientId",
    });
    const late = await say(ann, bob, "hello", { receivedAt: now - 16_000 });
    expect(payloadOf(late[0])).toMatchObject({ code: "EXPIRED", retryable: true });
    expect(await store.chatsOf(ann, 10)).toEqual([]);
  });

  it("lets an admin write to anyone, blocked or not, and lets that person answer", async () => {
    blocked.add(pairKey(root, cat));
    expect(typesOf(await say(cat, root, "may I?"))).toEqual([rejected]);
    expect(typesOf(await say(root, cat, "a word"))).toEqual([received]);
    expect(typesOf(await say(cat, root, "yes?"))).toEqual([received]);
    expect(typesOf(await say(root, asUserId("77"), "who?"))).toEqual([rejected]);
    // A message of an admin opens the way for the answer alone.
    expect(typesOf(await say(bob, cat, "and I?"))).toEqual([rejected]);
  });

  it("tells both how far somebody has read, again where it is said again, and never of others' chats", async () => {
    const [one] = await say(ann, bob, "one");
    await say(ann, bob, "two");
    const { messageId } = payloadOf(one);
    for (let n = 0; n < 2; n += 1) {
      const [read] = await ask(bob, "mark_read", { userId: ann, messageId });
      expect(read).toMatchObject({
        eventType: "chat.event.messages_read",
        audience: { type: "user", userIds: [bob, ann] },
        payload: { readerId: bob, userId: ann, messageId, position: 1, unread: 1 },
      });
    }
    const [foreign] = await ask(cat, "mark_read", { userId: ann, messageId });
    expect(payloadOf(foreign)).toMatchObject({ code: "INVALID_FIELD", field: "messageId" });
    expect(await chat.unreadOf(bob)).toBe(1);
    expect(await chat.unreadByPerson(bob)).toEqual(new Map([[ann, 1]]));
  });

  it("lets what was said be read after a friendship has ended (F10)", async () => {
    const [one] = await say(ann, bob, "one");
    friends.clear();
    const { messageId } = payloadOf(one);
    expect(typesOf(await ask(bob, "mark_read", { userId: ann, messageId }))).toEqual([
      "chat.event.messages_read",
    ]);
    expect(await chat.face.privateHistory(bob, ann, null, 10)).toMatchObject({
      kind: "history",
      history: { messages: [{ content: "one", readAt: isoTime(now) }] },
    });
  });

  it("tells a friend that somebody is writing, and nobody else; nothing of it that is old", async () => {
    await ask(ann, "typing", { recipientId: cat }, {}, 0);
    await ask(ann, "typing", { recipientId: ann }, {}, 0);
    await ask(ann, "typing", { recipientId: bob }, { receivedAt: now - 6_000 }, 0);
    const [typing] = await ask(ann, "typing", { recipientId: bob });
    expect(typing).toMatchObject({
      eventType: "chat.event.typing",
      audience: { type: "user", userIds: [bob] },
      payload: { senderId: ann },
    });
    expect(events).toHaveLength(1);
  });

  it("gives the chats and their pages, with today's names, to their two people alone", async () => {
    for (let n = 1; n <= 5; n += 1) await (n % 2 === 0 ? say(bob, ann, `${n}`) : say(ann, bob, `${n}`));
    names.delete(ann);
    const [listed] = await chat.face.chatsOf(bob);
    expect(listed).toMatchObject({
      userId: ann,
      username: "deleted user",
      unread: 3,
      lastMessage: { content: "5" },
    });
    names.set(ann, "ann");
    const page = await chat.face.privateHistory(bob, ann, null, 2);
    expect(page).toMatchObject({
      kind: "history",
      history: { messages: [{ content: "4" }, { content: "5" }] },
    });
    const before = page.kind === "history" ? page.history.nextBefore : null;
    expect(await chat.face.privateHistory(bob, ann, before, 2)).toMatchObject({
      history: { messages: [{ content: "2" }, { content: "3" }] },
    });
    expect(await chat.face.privateHistory(cat, ann, before, 2)).toEqual({ kind: "unknown_message" });
    expect(await chat.face.privateHistory(cat, ann, null, 2)).toMatchObject({ history: { messages: [] } });
    expect(await chat.face.privateHistory(cat, asUserId("77"), null, 2)).toEqual({ kind: "unknown_person" });
  });
});
