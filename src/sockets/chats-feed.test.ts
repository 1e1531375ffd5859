import { describe, expect, it } from "bun:test";
import { openChatsFeed, type ChatEntry } from "./chats-feed.ts";
import { FakeClient, letPromisesRun } from "./testing/fake-client.ts";
import { asUserId, type PrivateMessageView, type UserId } from "../protocol/index.ts";

const [jane, john, mary] = [asUserId("7"), asUserId("1"), asUserId("2")];

const message = (from: UserId, to: UserId, position: number): PrivateMessageView => ({
  messageId: `m${position}`,
  position,
  senderId: from,
  senderName: `name ${from}`,
  recipientId: to,
  content: String(position),
  sentAt: `2026-01-01T00:00:${String(position).padStart(2, "0")}.000Z`,
});
const entry = (other: UserId, position: number, unread: number): ChatEntry => ({
  userId: other,
  username: `name ${other}`,
  unread,
  lastMessage: message(other, jane, position),
});

function opened() {
  const client = new FakeClient();
  const shown: { ids: string; unread: number }[] = [];
  const asked: ((chats: readonly ChatEntry[]) => Promise<void>)[] = [];
  const close = openChatsFeed(client, {
    me: jane,
    load: () =>
      new Promise((resolve) =>
        asked.push(async (chats) => {
          resolve(chats);
          await letPromisesRun();
        }),
      ),
    onChats: (chats, unread) =>
      shown.push({ ids: chats.map(({ userId, unread: n }) => `${userId}:${n}`).join(" "), unread }),
  });
  return { client, asked, close, last: () => shown.at(-1) };
}

const say = (client: FakeClient, from: UserId, to: UserId, position: number) =>
  client.deliver("chat.event.message_received", { ...message(from, to, position) });

describe("the chats of a person", () => {
  it("count what is unread, not one's own, and nothing twice", async () => {
    const { client, asked, last } = opened();
    client.goLive();
    say(client, john, jane, 4);
    say(client, john, jane, 5);
    // The list knows of one of the two.
    await asked.shift()?.([entry(john, 4, 2), entry(mary, 1, 0)]);
    expect(last()).toEqual({ ids: "1:3 2:0", unread: 3 });
    say(client, jane, mary, 6);
    expect(last()).toEqual({ ids: "2:0 1:3", unread: 3 });
    client.deliver("chat.event.messages_read", { readerId: jane, userId: john, unread: 0 });
    client.deliver("chat.event.messages_read", { readerId: john, userId: jane, unread: 9 });
    expect(last()).toEqual({ ids: "2:0 1:0", unread: 0 });
  });

  it("have a new one when somebody writes for the first time", async () => {
    const { client, asked, last } = opened();
    client.goLive();
    await asked.shift()?.([]);
    expect(last()).toEqual({ ids: "", unread: 0 });
    say(client, mary, jane, 1);
    expect(last()).toEqual({ ids: "2:1", unread: 1 });
    say(client, jane, john, 1);
    await asked.shift()?.([entry(john, 1, 0), entry(mary, 1, 1)]);
    expect(last()?.unread).toBe(1);
  });

  it("are asked for again after a reconnect that was not resumed, and only then", async () => {
    const { client, asked, close, last } = opened();
    client.goLive();
    await asked.shift()?.([entry(john, 1, 1)]);
    client.lose();
    client.goLive({ resumed: true });
    expect(asked).toHaveLength(0);
    client.lose();
    client.goLive();
    await asked.shift()?.([entry(john, 9, 4)]);
    expect(last()?.unread).toBe(4);
    close();
    say(client, john, jane, 10);
    expect(last()?.unread).toBe(4);
  });
});
