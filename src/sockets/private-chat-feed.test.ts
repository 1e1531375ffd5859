import { describe, expect, it } from "bun:test";
import { openPrivateChatFeed, type PrivatePage } from "./private-chat-feed.ts";
import { FakeClient, letPromisesRun } from "./testing/fake-client.ts";
import { FakeClock } from "./testing/fake-clock.ts";
import { asUserId, type PrivateMessageView } from "../protocol/index.ts";

const [jane, john, mary] = [asUserId("7"), asUserId("1"), asUserId("2")];

const message = (position: number, senderId = john): PrivateMessageView => ({
  messageId: `m${position}`,
  position,
  senderId,
  senderName: senderId === john ? "john" : "jane",
  recipientId: senderId === john ? jane : john,
  content: String(position),
  sentAt: "2026-01-01T00:00:00.000Z",
});

function opened() {
  const client = new FakeClient();
  const clock = new FakeClock();
  const asked: {
    before: string | null;
    answer: (page: PrivatePage) => Promise<void>;
    fail: () => Promise<void>;
  }[] = [];
  const shown: PrivateMessageView[][] = [];
  const typing: boolean[] = [];
  let next: string | null = null;
  const feed = openPrivateChatFeed(
    client,
    {
      me: jane,
      other: john,
      clock,
      load: (before) =>
        new Promise((resolve, reject) =>
          asked.push({
            before,
            async answer(page) {
              resolve(page);
              await letPromisesRun();
            },
            async fail() {
              reject(new Error("away"));
              await letPromisesRun();
            },
          }),
        ),
    },
    {
      onMessages: (messages, nextBefore) => {
        shown.push([...messages]);
        next = nextBefore;
      },
      onTyping: (isTyping) => typing.push(isTyping),
    },
  );
  const page = (positions: readonly number[], nextBefore: string | null = null): PrivatePage => ({
    items: positions.map((position) => message(position)),
    nextBefore,
  });
  const say = (position: number, senderId = john) =>
    client.deliver("chat.event.message_received", { ...message(position, senderId) });
  return {
    client,
    clock,
    feed,
    asked,
    typing,
    page,
    say,
    answer: async (positions: readonly number[], nextBefore: string | null = null) =>
      asked.shift()?.answer(page(positions, nextBefore)),
    positions: () => shown.at(-1)?.map(({ position }) => position),
    readOnes: () => shown.at(-1)?.flatMap(({ position, readAt }) => (readAt === undefined ? [] : [position])),
    nextBefore: () => next,
  };
}

describe("a private chat on a page", () => {
  it("shows what was said and what comes, in order and once, and nothing of other chats", async () => {
    const { client, answer, say, positions, asked } = opened();
    expect(asked).toHaveLength(0);
    client.goLive();
    say(5); // before the history is there
    await answer([3, 4], "m3");
    say(6);
    say(6);
    client.deliver("chat.event.message_received", { ...message(7), senderId: mary });
    expect(positions()).toEqual([3, 4, 5, 6]);
  });

  it("takes in older pages, and knows where they end", async () => {
    const { client, feed, answer, positions, nextBefore, asked } = opened();
    client.goLive();
    await answer([3, 4], "m3");
    const older = feed.loadOlder();
    expect(asked[0]?.before).toBe("m3");
    await answer([1, 2]);
    await older;
    expect([positions(), nextBefore()]).toEqual([[1, 2, 3, 4], null]);
    await feed.loadOlder();
    expect(asked).toHaveLength(0);
  });

  it("asks again where one was missed, and after a reconnect that was not resumed", async () => {
    const { client, answer, say, positions, asked } = opened();
    client.goLive();
    await answer([1, 2]);
    say(4);
    await answer([1, 2, 3, 4]);
    expect(positions()).toEqual([1, 2, 3, 4]);
    client.lose();
    client.goLive({ resumed: true });
    expect(asked).toHaveLength(0);
    client.lose();
    client.goLive();
    await answer([3, 4, 5, 6]);
    expect(positions()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("shows no line with a hole: what a newer page does not reach is asked for anew", async () => {
    const { client, answer, say, positions, nextBefore } = opened();
    client.goLive();
    await answer([1, 2]);
    client.lose();
    client.goLive();
    await answer([50, 51], "m50");
    say(52);
    expect([positions(), nextBefore()]).toEqual([[50, 51, 52], "m50"]);
  });

  it("tries again after a failure, with the next connection", async () => {
    const { client, answer, positions, asked } = opened();
    client.goLive();
    await asked.shift()?.fail();
    client.lose();
    client.goLive({ resumed: true });
    await answer([1]);
    expect(positions()).toEqual([1]);
  });

  it("reads what the other wrote once, up to the newest, and shows how far each has read", async () => {
    const { client, feed, answer, say, readOnes } = opened();
    client.goLive();
    await answer([1, 2]);
    say(3, jane);
    feed.markRead();
    feed.markRead();
    expect(client.sent.map(({ payload }) => payload)).toEqual([{ userId: john, messageId: "m2" }]);
    const read = { readAt: "2026-01-01T00:00:05.000Z", messageId: "m2" };
    client.deliver("chat.event.messages_read", { readerId: jane, userId: john, position: 2, ...read });
    expect(readOnes()).toEqual([1, 2]);
    feed.markRead();
    expect(client.sent).toHaveLength(1);
    client.deliver("chat.event.messages_read", { readerId: john, userId: jane, position: 3, ...read });
    expect(readOnes()).toEqual([1, 2, 3]);
    client.deliver("chat.event.messages_read", { readerId: john, userId: mary, position: 9, ...read });
    say(4, jane);
    expect(readOnes()).toEqual([1, 2, 3]);
  });

  it("says again that it was read where that was refused", async () => {
    const { client, feed, answer } = opened();
    client.goLive();
    await answer([1]);
    feed.markRead();
    client.sent.shift()?.reject(new Error("refused"));
    await letPromisesRun();
    feed.markRead();
    expect(client.sent).toHaveLength(1);
  });

  it("says now and then that I am writing, and shows for a moment that the other one is", async () => {
    const { client, clock, feed, answer, say, typing } = opened();
    client.goLive();
    await answer([1]);
    for (let n = 0; n < 10; n += 1) {
      feed.typing();
      clock.advance(500);
    }
    expect(client.told.map(({ type }) => type)).toEqual(["chat.command.typing", "chat.command.typing"]);
    client.deliver("chat.event.typing", { senderId: mary });
    client.deliver("chat.event.typing", { senderId: john });
    clock.advance(4_000);
    client.deliver("chat.event.typing", { senderId: john });
    clock.advance(4_999);
    expect(typing).toEqual([true]);
    clock.advance(1);
    expect(typing).toEqual([true, false]);
    client.deliver("chat.event.typing", { senderId: john });
    say(2);
    expect(typing).toEqual([true, false, true, false]);
  });
});
