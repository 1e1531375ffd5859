/** What is SQLite's own: messages wait in the intake until many have come together (decision 034). */
import { Database } from "bun:sqlite";
import { afterAll, expect, it } from "bun:test";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NewPrivateMessage, PrivateStore } from "./port.ts";
import { openSqlitePrivateStore } from "./sqlite.ts";
import { asCommandId, asUserId, StoreFull, type UserId } from "../../../protocol/index.ts";

const [john, jane, mary] = [asUserId("9"), asUserId("10"), asUserId("11")];
const folder = mkdtempSync(join(tmpdir(), "blazing-sun-private-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const newFile = () => join(folder, `${(files += 1)}.sqlite`);

function message(from: UserId, to: UserId, content: string): NewPrivateMessage {
  return {
    senderId: from,
    recipientId: to,
    commandId: asCommandId(crypto.randomUUID()),
    content,
    sentAt: 1,
    byAdmin: false,
  };
}

/** The file as a crash at this moment would leave it. */
function crashed(file: string): string {
  const copy = newFile();
  copyFileSync(file, copy);
  copyFileSync(`${file}-wal`, `${copy}-wal`);
  return copy;
}

function rowsOf(file: string): { readonly messages: number; readonly intake: number } {
  const database = new Database(file);
  const count = (table: string) =>
    database.query<{ count: number }, []>(`SELECT count(*) AS count FROM ${table}`).get()?.count ?? 0;
  const rows = { messages: count("private_messages"), intake: count("private_intake") };
  database.close();
  return rows;
}

async function everything(store: PrivateStore): Promise<readonly string[]> {
  let all: readonly string[] = [];
  let before: string | null = null;
  do {
    const page = await store.page(john, jane, before, 100);
    if (page === null) throw new Error("A page that was just named is there.");
    all = [...page.messages.map(({ content }) => content), ...all];
    before = page.nextBefore;
  } while (before !== null);
  return all;
}

it("has after a crash what waited in the intake, each message once, and goes on behind it", async () => {
  const file = newFile();
  const store = openSqlitePrivateStore(file);
  const sent = ["one", "two", "three"].map((content) => message(john, jane, content));
  await store.addAll(sent);
  await store.add({ ...message(mary, jane, "from an admin"), byAdmin: true });
  const copy = crashed(file);
  expect(rowsOf(copy)).toEqual({ messages: 0, intake: 2 });

  const again = openSqlitePrivateStore(copy);
  expect(await everything(again)).toEqual(["one", "two", "three"]);
  expect(await again.unreadOf(jane)).toBe(4);
  expect(await again.hasAdminWritten(mary, jane)).toBe(true);
  const repeated = await again.addAll([...sent, message(jane, john, "four")]);
  expect(repeated.map(({ isNew }) => isNew)).toEqual([false, false, false, true]);
  expect(repeated.at(-1)?.message).toMatchObject({ position: 4, messageId: "5" });
  await again.close();
  expect(rowsOf(copy)).toEqual({ messages: 5, intake: 0 });
  await store.close();
});

it("has after a crash just behind it what was put away, once", async () => {
  const file = newFile();
  const store = openSqlitePrivateStore(file);
  const contents = Array.from({ length: 2_100 }, (_, n) => String(n));
  for (let n = 0; n < contents.length; n += 100)
    await store.addAll(contents.slice(n, n + 100).map((content) => message(john, jane, content)));
  const copy = crashed(file);
  expect(rowsOf(copy)).toEqual({ messages: 2_100, intake: 0 });
  for (const each of [store, openSqlitePrivateStore(copy)]) {
    expect(await everything(each)).toEqual(contents);
    expect(await each.unreadOf(jane)).toBe(2_100);
    await each.close();
  }
});

it("shows pages, unread messages and chats over what is put away and what waits", async () => {
  const store = openSqlitePrivateStore(newFile());
  const [first] = await store.addAll(["one", "two"].map((content) => message(john, jane, content)));
  // Reading up to a message puts everything away.
  await store.markRead(jane, john, first?.message.messageId ?? "", 5);
  const [third, fourth] = await store.addAll(["three", "four"].map((text) => message(john, jane, text)));
  const page = await store.page(john, jane, null, 3);
  expect(page?.messages.map(({ content }) => content)).toEqual(["two", "three", "four"]);
  const older = await store.page(john, jane, third?.message.messageId ?? "", 1);
  expect(older?.messages.map(({ content }) => content)).toEqual(["two"]);
  expect(older?.nextBefore).toBe(older?.messages[0]?.messageId ?? "");
  expect(await store.unreadOf(jane)).toBe(3);
  await store.add(message(mary, jane, "hello"));
  expect((await store.chatsOf(jane, 10)).map(({ userId, unread }) => [userId, unread])).toEqual([
    [mary, 1],
    [john, 3],
  ]);
  expect(await store.markRead(jane, john, fourth?.message.messageId ?? "", 9)).toEqual({
    kind: "read",
    position: 4,
    unread: 0,
  });
  await store.close();
});

it("keeps and shows all that it took in a file that is full, and refuses the rest", async () => {
  const file = newFile();
  const store = openSqlitePrivateStore(file, 0.25);
  const taken: string[] = [];
  let refusal: unknown = null;
  while (refusal === null && taken.length < 10_000) {
    const content = `${taken.length} ${"x".repeat(200)}`;
    const adding = store.addAll([message(john, jane, content)]);
    refusal = await adding.then(() => null).catch((error: unknown) => error);
    if (refusal === null) taken.push(content);
  }
  expect(refusal).toBeInstanceOf(StoreFull);
  expect(taken.length).toBeGreaterThan(100);
  expect(await everything(store)).toEqual(taken);
  await store.close();
  const roomier = openSqlitePrivateStore(file);
  expect(await everything(roomier)).toEqual(taken);
  await roomier.add(message(john, jane, "there is room again"));
  expect(await everything(roomier)).toHaveLength(taken.length + 1);
  await roomier.close();
  expect(rowsOf(file)).toEqual({ messages: taken.length + 1, intake: 0 });
});
