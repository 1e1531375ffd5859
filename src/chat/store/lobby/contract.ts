/** What every store of lobby chat keeps; run on each adapter. */
import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { keptMessages, type LobbyMessage, type LobbyStore, type NewLobbyMessage } from "./port.ts";
import { asCommandId, asUserId } from "../../../protocol/index.ts";

export interface LobbyStoreUnderTest {
  /** Opens a store that holds nothing. Users 1 to 50 exist. */
  open(): Promise<LobbyStore>;
  /** Opens the same store once more, beside the first where that is possible. */
  openAgain(): Promise<LobbyStore>;
}

const main = "main";

export function newMessage(changes: Partial<NewLobbyMessage> = {}): NewLobbyMessage {
  return {
    lobbyId: main,
    senderId: asUserId("1"),
    commandId: asCommandId(crypto.randomUUID()),
    content: "hello",
    sentAt: Date.UTC(2026, 0, 1),
    ...changes,
  };
}

export function lobbyStoreContract(name: string, underTest: LobbyStoreUnderTest): void {
  describe(`a store of lobby chat: ${name}`, () => {
    let store: LobbyStore;
    beforeEach(async () => {
      store = await underTest.open();
    });
    afterEach(() => store.close());

    async function everything(limit = 100, lobbyId = main): Promise<readonly LobbyMessage[]> {
      let all: readonly LobbyMessage[] = [];
      let before: string | null = null;
      for (;;) {
        const page = await store.page(lobbyId, before, limit);
        if (page === null) throw new Error("A page that was just named is there.");
        all = [...page.messages, ...all];
        if (page.nextBefore === null) return all;
        before = page.nextBefore;
      }
    }
    const contents = (messages: readonly LobbyMessage[]) => messages.map(({ content }) => content);

    it("gives back what was added, as it was added, and numbers it", async () => {
      const text = "naïve 👩‍👩‍👧 \u202bשלום\u202c e\u0301 'NULL' \"q\" \\ " + "x".repeat(8_000);
      const sent = newMessage({ content: text });
      const [added] = await store.add([sent]);
      expect(added?.isNew).toBe(true);
      expect(added?.message).toMatchObject({ ...sent, position: 1 });
      expect(await everything()).toEqual(added === undefined ? [] : [added.message]);
      expect(await everything(10, "games:other")).toEqual([]);
    });

    it("stores what is sent again once, also when it is sent twice at once", async () => {
      const again = newMessage();
      const other = newMessage({ senderId: asUserId("2"), commandId: again.commandId });
      const adds = await Promise.all([1, 2, 3].map(() => store.add([again])));
      const first = adds.flat().find(({ isNew }) => isNew)?.message;
      expect(adds.flat().filter(({ isNew }) => isNew)).toHaveLength(1);
      for (const { message } of adds.flat()) expect(message).toEqual(first ?? message);
      expect((await store.add([other, again])).map(({ isNew }) => isNew)).toEqual([true, false]);
      expect(await everything()).toHaveLength(2);
    });

    it("pages back to the oldest, without a hole or a repetition, while others write", async () => {
      for (let n = 0; n < 25; n += 1) await store.add([newMessage({ content: String(n) })]);
      const first = await store.page(main, null, 10);
      await store.add([newMessage({ content: "late" })]);
      const second = await store.page(main, first?.nextBefore ?? "", 10);
      const third = await store.page(main, second?.nextBefore ?? "", 10);
      const read = [third, second, first].flatMap((page) => page?.messages ?? []);
      expect(contents(read)).toEqual(Array.from({ length: 25 }, (_, n) => String(n)));
      expect(third?.nextBefore).toBeNull();
    });

    it("does not know a message of another lobby, of none, or nonsense as a place to go on from", async () => {
      const [elsewhere] = await store.add([newMessage({ lobbyId: "games:bigger_dice" })]);
      for (const before of [
        elsewhere?.message.messageId ?? "",
        "999999",
        "",
        "x",
        "1; DROP TABLE users",
        "-1",
      ]) {
        expect(await store.page(main, before, 10)).toBeNull();
      }
    });

    it("numbers each lobby for itself, in the order of one call too", async () => {
      const added = await store.add([
        newMessage({ content: "a" }),
        newMessage({ lobbyId: "games:bigger_dice", content: "b" }),
        newMessage({ content: "c" }),
      ]);
      expect(added.map(({ message }) => [message.content, message.position])).toEqual([
        ["a", 1],
        ["b", 1],
        ["c", 2],
      ]);
    });

    it("keeps exactly the newest thousand of what many say at once, in their order", async () => {
      const again = await underTest.openAgain();
      const senders = Array.from({ length: 20 }, (_, sender) =>
        (async () => {
          for (let n = 0; n < 250; n += 10) {
            const batch = Array.from({ length: 10 }, (_, k) =>
              newMessage({ senderId: asUserId(String(sender + 1)), content: `${sender}/${n + k}` }),
            );
            await (sender % 2 === 0 ? store : again).add(batch);
          }
        })(),
      );
      await Promise.all(senders);
      const kept = await everything();
      expect(kept).toHaveLength(keptMessages);
      const last = 20 * 250;
      expect(kept.map(({ position }) => position)).toEqual(
        Array.from({ length: keptMessages }, (_, n) => last - keptMessages + 1 + n),
      );
      for (let sender = 0; sender < 20; sender += 1) {
        const own = contents(kept).filter((content) => content.startsWith(`${sender}/`));
        expect(own).toEqual(own.toSorted((a, b) => Number(a.split("/")[1]) - Number(b.split("/")[1])));
      }
      await again.close();
    }, 60_000);
  });
}
