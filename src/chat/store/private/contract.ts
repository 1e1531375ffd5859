/** What every store of private chat keeps; run on each adapter. */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import type { NewPrivateMessage, PrivateMessage, PrivateStore } from "./port.ts";
import { asCommandId, asUserId, type UserId } from "../../../protocol/index.ts";

export interface PrivateStoreUnderTest {
  /** Opens a store that holds nothing. */
  open(): Promise<PrivateStore>;
  /** Opens the same store once more, beside the first. */
  openAgain(): Promise<PrivateStore>;
}

const [john, jane, mary] = [asUserId("9"), asUserId("10"), asUserId("11")];
const noon = Date.UTC(2026, 0, 1, 12);

function newMessage(senderId: UserId, recipientId: UserId, changes: Partial<NewPrivateMessage> = {}) {
  const commandId = asCommandId(crypto.randomUUID());
  return { senderId, recipientId, commandId, content: "hello", sentAt: noon, byAdmin: false, ...changes };
}

export function privateStoreContract(name: string, underTest: PrivateStoreUnderTest): void {
  describe(`a store of private chat: ${name}`, () => {
    let store: PrivateStore;
    beforeEach(async () => {
      store = await underTest.open();
    });
    afterEach(() => store.close());

    async function say(from: UserId, to: UserId, content = "hello"): Promise<PrivateMessage> {
      return (await store.add(newMessage(from, to, { content }))).message;
    }

    async function everything(limit = 100): Promise<readonly PrivateMessage[]> {
      let all: readonly PrivateMessage[] = [];
      let before: string | null = null;
      for (;;) {
        const page = await store.page(john, jane, before, limit);
        if (page === null) throw new Error("A page that was just named is there.");
        all = [...page.messages, ...all];
        if (page.nextBefore === null) return all;
        before = page.nextBefore;
      }
    }

    it("gives both the same messages back, as they were added", async () => {
      const text = "naïve 👩‍👩‍👧 \u202bשלום\u202c e\u0301 'NULL' $set \\ " + "x".repeat(8_000);
      const sent = newMessage(john, jane, { content: text });
      const { message, isNew } = await store.add(sent);
      const { byAdmin: _byAdmin, ...kept } = sent;
      expect(isNew).toBe(true);
      expect(message).toEqual({ ...kept, messageId: message.messageId, position: 1, readAt: null });
      for (const [one, other] of [
        [john, jane],
        [jane, john],
      ] as const) {
        expect(await store.page(one, other, null, 10)).toEqual({ messages: [message], nextBefore: null });
      }
      expect(await store.page(john, mary, null, 10)).toEqual({ messages: [], nextBefore: null });
    });

    it("stores what is sent again once, also when it is sent twice at once", async () => {
      const again = newMessage(john, jane);
      const adds = await Promise.all([1, 2, 3].map(() => store.add(again)));
      expect(adds.filter(({ isNew }) => isNew)).toHaveLength(1);
      for (const { message } of adds) expect(message).toEqual(adds[0]?.message ?? message);
      expect((await store.add(newMessage(jane, john, { commandId: again.commandId }))).isNew).toBe(true);
      expect(await everything()).toHaveLength(2);
      expect(await store.unreadOf(jane)).toBe(1);
    });

    it("adds many in one call, each chat in its order, and what it has had already once", async () => {
      const [known] = [newMessage(john, jane)];
      await store.add(known);
      const twice = newMessage(jane, john);
      const sent = [
        newMessage(mary, jane),
        known,
        twice,
        newMessage(john, jane),
        newMessage(mary, jane),
        twice,
      ];
      const added = await store.addAll(sent);
      expect(added.map(({ isNew }) => isNew)).toEqual([true, false, true, true, true, false]);
      expect(added.map(({ message }) => message.position)).toEqual([1, 1, 2, 3, 2, 2]);
      expect(added.map(({ message }) => message.commandId)).toEqual(sent.map(({ commandId }) => commandId));
      expect(await store.addAll([])).toEqual([]);
      expect(await everything()).toHaveLength(3);
    });

    it("numbers what both write at once in one row, without a hole", async () => {
      const again = await underTest.openAgain();
      const writing = Array.from({ length: 40 }, (_, n) =>
        (n % 2 === 0 ? store : again).add(
          n % 4 < 2
            ? newMessage(john, jane, { content: String(n) })
            : newMessage(jane, john, { content: String(n) }),
        ),
      );
      await Promise.all(writing);
      const all = await everything(7);
      expect(all.map(({ position }) => position)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
      expect(new Set(all.map(({ content }) => content)).size).toBe(40);
      await again.close();
    });

    it("pages back to the oldest, without a hole or a repetition, while others write", async () => {
      for (let n = 0; n < 25; n += 1)
        await say(n % 2 === 0 ? john : jane, n % 2 === 0 ? jane : john, String(n));
      const first = await store.page(jane, john, null, 10);
      await say(john, jane, "late");
      const second = await store.page(jane, john, first?.nextBefore ?? "", 10);
      const third = await store.page(jane, john, second?.nextBefore ?? "", 10);
      const read = [third, second, first].flatMap((page) => page?.messages ?? []);
      expect(read.map(({ content }) => content)).toEqual(Array.from({ length: 25 }, (_, n) => String(n)));
      expect(third?.nextBefore).toBeNull();
    });

    it("does not know a message of another pair, or nonsense, as a place to go on from or to read up to", async () => {
      const foreign = await say(john, mary);
      await say(john, jane);
      for (const id of [foreign.messageId, "", "x", "000000000000000000000000", "-1", '{"$gt":""}']) {
        expect(await store.page(john, jane, id, 10)).toBeNull();
        expect(await store.markRead(jane, john, id, noon)).toEqual({ kind: "unknown_message" });
      }
    });

    it("counts what is unread, of one chat and of all, and reads up to a message", async () => {
      const one = await say(john, jane, "one");
      await say(jane, john, "answer");
      const two = await say(john, jane, "two");
      await say(john, jane, "three");
      await say(mary, jane, "from mary");
      expect(await store.unreadOf(jane)).toBe(4);
      expect(await store.unreadOf(john)).toBe(1);
      expect(await store.markRead(jane, john, two.messageId, noon + 5)).toEqual({
        kind: "read",
        position: 3,
        unread: 1,
      });
      expect(await store.unreadOf(jane)).toBe(2);
      expect((await everything()).map(({ readAt }) => readAt)).toEqual([noon + 5, null, noon + 5, null]);
      // Never back, and not twice.
      expect(await store.markRead(jane, john, one.messageId, noon + 9)).toEqual({
        kind: "unchanged",
        position: 1,
        unread: 1,
      });
      expect(await store.markRead(jane, john, two.messageId, noon + 9)).toEqual({
        kind: "unchanged",
        position: 3,
        unread: 1,
      });
      expect((await everything())[0]?.readAt).toBe(noon + 5);
    });

    it("does not count one's own message as read by reading up to it", async () => {
      await say(john, jane, "one");
      const own = await say(jane, john, "mine");
      expect(await store.markRead(jane, john, own.messageId, noon)).toEqual({
        kind: "read",
        position: 2,
        unread: 0,
      });
      expect((await everything()).map(({ readAt }) => readAt)).toEqual([noon, null]);
      expect(await store.unreadOf(john)).toBe(1);
    });

    it("lists a person's chats, the newest first, with what is unread and what was said last", async () => {
      await say(john, jane, "old");
      await say(mary, jane, "middle");
      const last = await say(jane, john, "new");
      expect(await store.chatsOf(jane, 10)).toEqual([
        { userId: john, unread: 1, lastMessage: last },
        expect.objectContaining({ userId: mary, unread: 1 }) as never,
      ]);
      expect((await store.chatsOf(jane, 1)).map(({ userId }) => userId)).toEqual([john]);
      expect((await store.chatsOf(mary, 10)).map(({ userId, unread }) => [userId, unread])).toEqual([
        [jane, 0],
      ]);
      expect(await store.chatsOf(asUserId("99"), 10)).toEqual([]);
    });

    it("remembers where an admin has written", async () => {
      for (const [admin, other] of [
        [john, jane],
        [mary, john],
      ] as const) {
        await say(admin, other);
        expect(await store.hasAdminWritten(admin, other)).toBe(false);
        await store.add(newMessage(admin, other, { byAdmin: true }));
        expect(await store.hasAdminWritten(admin, other)).toBe(true);
        expect(await store.hasAdminWritten(other, admin)).toBe(false);
        await say(other, admin);
        expect(await store.hasAdminWritten(admin, other)).toBe(true);
        expect(await store.hasAdminWritten(other, admin)).toBe(false);
      }
      expect(await store.hasAdminWritten(jane, mary)).toBe(false);
      expect(await store.hasAdminWritten(mary, jane)).toBe(false);
    });
  });
}
