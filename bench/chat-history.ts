/** Reading a chat's history with ten thousand to a million messages stored, from both stores. */
import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { summary } from "./machine.ts";
import type { PrivateStore } from "../src/chat/store/private/port.ts";
import { openMongoPrivateStore } from "../src/chat/store/private/mongo.ts";
import { openSqlitePrivateStore } from "../src/chat/store/private/sqlite.ts";
import { connectMongo } from "../src/engines/mongo.ts";
import { asCommandId, asUserId } from "../src/protocol/index.ts";
import { runningEngines } from "../tests/cluster/engines.ts";

const sizes = [10_000, 100_000, 1_000_000] as const;
const reads = 2_000;
const text = "x".repeat(100);

const [ann, bob] = [asUserId("1"), asUserId("2")];

/** How long pages took with so many messages stored. */
interface Pages {
  readonly size: number;
  /** Milliseconds. */
  readonly times: readonly number[];
}

/** One chat in which two people have written all of it; pages of 50 from anywhere. */
export async function benchHistory(): Promise<void> {
  console.log("  history of one chat, pages of 50 from anywhere:");
  for (const { size, times } of await sqlitePages())
    console.log(`    SQLite, ${size} messages: ${summary(times)}`);
  const pages = await mongoPages();
  if (pages === null) return console.log("    MongoDB is not up: npm run engines -- up");
  for (const { size, times } of pages) console.log(`    MongoDB, ${size} messages: ${summary(times)}`);
}

export async function sqlitePages(): Promise<readonly Pages[]> {
  const folder = mkdtempSync(join(tmpdir(), "blazing-sun-bench-"));
  const pages: Pages[] = [];
  try {
    for (const size of sizes) {
      const file = join(folder, `${size}.sqlite`);
      await openSqlitePrivateStore(file).close();
      const ids = fillSqlite(file, size);
      const store = openSqlitePrivateStore(file);
      pages.push({ size, times: await timesOfPages(store, ids) });
      await store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return pages;
}

/** null where no engines are up. */
export async function mongoPages(): Promise<readonly Pages[] | null> {
  const engines = runningEngines();
  if (engines === null) return null;
  const url = new URL(engines.mongodbUrl);
  url.pathname = `/bench_${crypto.randomUUID().slice(0, 8)}`;
  const mongo = await connectMongo(url.href);
  const pages: Pages[] = [];
  try {
    let stored = 0;
    const ids: string[] = [];
    const store = await openMongoPrivateStore(mongo.db);
    const first = await store.add({
      senderId: ann,
      recipientId: bob,
      commandId: asCommandId(crypto.randomUUID()),
      content: text,
      sentAt: 0,
      byAdmin: false,
    });
    const collection = mongo.db.collection("private_messages");
    const like = await collection.findOne({});
    if (like === null || !first.isNew) throw new Error("The first message was not stored.");
    for (const size of sizes) {
      while (stored < size) {
        const some = Array.from({ length: Math.min(10_000, size - stored) }, (_, n) => {
          const { _id: itsOwn, ...fields } = like;
          void itsOwn;
          return { ...fields, position: stored + n + 2, command_id: crypto.randomUUID() };
        });
        const { insertedIds } = await collection.insertMany(some, { ordered: false });
        // One of a hundred is enough to begin pages at.
        for (const [n, id] of Object.entries(insertedIds)) if (Number(n) % 100 === 0) ids.push(String(id));
        stored += some.length;
      }
      pages.push({ size, times: await timesOfPages(store, ids) });
    }
  } finally {
    await mongo.db.dropDatabase();
    await mongo.close();
  }
  return pages;
}

function fillSqlite(file: string, size: number): readonly string[] {
  const database = new Database(file);
  database.run(
    "INSERT INTO private_chats (id, first_id, second_id, last_position, created_at) VALUES (1, '1', '2', ?, 0)",
    [size],
  );
  database.run(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
     INSERT INTO private_messages (id, chat_id, position, sender_id, recipient_id, command_id, content, sent_at, read_at)
     SELECT n, 1, n, '1', '2', 'c' || n, ?, n, n FROM numbers`,
    [size, text],
  );
  database.close();
  return Array.from({ length: 1_000 }, (_, n) => String(1 + Math.floor(((n + 1) * size) / 1_001)));
}

async function timesOfPages(store: PrivateStore, ids: readonly string[]): Promise<readonly number[]> {
  const times: number[] = [];
  for (let n = 0; n < reads; n += 1) {
    const before = ids[(n * 7_919) % ids.length] ?? null;
    const start = performance.now();
    const page = await store.page(ann, bob, before, 50);
    times.push(performance.now() - start);
    if (page === null) throw new Error("A page was not found.");
  }
  return times;
}
