/**
 * Chat of the embedded platform, each message stored on disk before it is acknowledged: the lobby with 1,000 readers,
 * and private chats; then reading a chat's history with ten thousand to a million messages stored.
 *
 *   npm run bench -- chat [seconds]
 *
 * The platform runs as its own process, bound to one processor where `taskset` is there; its people are in this one.
 */
import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeMachine, processorSeconds, summary } from "./machine.ts";
import { connectPlayer, tokenMint, type BenchPlayer, type Frame } from "./players.ts";
import type { PrivateStore } from "../src/chat/store/private/port.ts";
import { openMongoPrivateStore } from "../src/chat/store/private/mongo.ts";
import { openSqlitePrivateStore } from "../src/chat/store/private/sqlite.ts";
import { connectMongo } from "../src/engines/mongo.ts";
import { asCommandId, asUserId } from "../src/protocol/index.ts";
import { runningEngines } from "../tests/cluster/engines.ts";
import { startPlatform } from "../tests/platform.ts";

const readers = 1_000;
const writers = 32;
const outstanding = 128;
const pairs = 200;
const limitScale = 1_000;
const sizes = [10_000, 100_000, 1_000_000] as const;
const reads = 2_000;
const text = "x".repeat(100);

export async function benchChat(seconds = 10): Promise<void> {
  console.log(`chat, embedded: ${describeMachine()}; WS_GATEWAY_LIMIT_SCALE=${limitScale}`);
  const platform = await startPlatform(
    { WS_GATEWAY_LIMIT_SCALE: String(limitScale), LOG_LEVEL: "warn" },
    { onProcessor: 0 },
  );
  try {
    befriend(join(platform.dataDir, "accounts.sqlite"), pairs);
    const mint = await tokenMint(join(platform.dataDir, "keys", "jwt_private.pem"));
    const socketUrl = `${platform.url.replace("http", "ws")}/ws`;
    const connect = async (userId: number) => connectPlayer(socketUrl, userId, await mint(userId));
    const measure = async (what: string, load: ClosedLoop) => {
      await load.run(1); // warm
      const before = processorSeconds(platform.pid);
      const { count, elapsed, times } = await load.run(seconds);
      const processor = (100 * (processorSeconds(platform.pid) - before)) / elapsed;
      console.log(
        `  ${what}: ${(count / elapsed).toFixed(0)} acknowledged messages/s (server ${processor.toFixed(0)} % of a ` +
          `processor); ${summary(times)}`,
      );
      return { count, elapsed };
    };

    const friends = await Promise.all(Array.from({ length: 2 * pairs }, (_, n) => connect(n + 1)));
    const private_ = new ClosedLoop(friends, outstanding, (userId) => ({
      type: "chat.command.send_message",
      recipientId: String(userId % 2 === 1 ? userId + 1 : userId - 1),
      content: text,
    }));
    await measure(`private, ${pairs} pairs, ${outstanding} outstanding`, private_);
    for (const friend of friends) friend.close();

    const people: BenchPlayer[] = [];
    for (let n = 0; n < readers + writers; n += 50) {
      const some = Array.from({ length: Math.min(50, readers + writers - n) }, (_, i) =>
        connect(10_000 + n + i),
      );
      people.push(...(await Promise.all(some)));
    }
    let delivered = 0;
    await Promise.all(people.slice(writers).map((reader) => joinLobby(reader, () => (delivered += 1))));
    const lobby = new ClosedLoop(people.slice(0, writers), writers, () => ({
      type: "chat.command.send_lobby_message",
      lobbyId: "main",
      content: text,
    }));
    delivered = 0;
    const { elapsed } = await measure(`lobby, ${readers} readers, ${writers} outstanding`, lobby);
    console.log(`    ${(delivered / elapsed).toFixed(0)} deliveries/s, the warming included`);
    for (const person of people) person.close();
  } finally {
    await platform.cleanUp();
  }
  await benchHistory();
}

/** The people of the benchmark as members who are friends, 1 with 2, 3 with 4 and so on. */
function befriend(file: string, count: number): void {
  const database = new Database(file);
  const user = database.prepare(
    "INSERT INTO users (id, username, folded_name, role, password_hash, created_at) VALUES (?1, ?2, ?2, 'user', '', 0)",
  );
  const pair = database.prepare("INSERT INTO pairs (low_id, high_id, friends_since) VALUES (?, ?, 1)");
  database.transaction(() => {
    for (let n = 1; n <= 2 * count; n += 1) user.run(n, `player${n}`);
    for (let n = 1; n <= 2 * count; n += 2) pair.run(n, n + 1);
  })();
  database.close();
}

async function joinLobby(reader: BenchPlayer, onMessage: () => void): Promise<void> {
  const joined = Promise.withResolvers<void>();
  reader.onFrame = ({ type }) => {
    if (type === "chat.event.lobby_history") joined.resolve();
    else if (type === "chat.event.lobby_message") onMessage();
  };
  reader.send({ type: "chat.command.join_lobby", lobbyId: "main", commandId: crypto.randomUUID() });
  await joined.promise;
}

/** Each of so many slots sends the next message when its last one has its outcome. */
class ClosedLoop {
  private readonly people: readonly BenchPlayer[];
  private readonly slots: number;
  private readonly make: (userId: number) => object;
  private readonly waiting = new Map<string, (frame: Frame) => void>();
  private next = 0;

  constructor(people: readonly BenchPlayer[], slots: number, make: (userId: number) => object) {
    this.people = people;
    this.slots = slots;
    this.make = make;
    for (const person of people) {
      person.onFrame = (frame) => {
        if (frame.commandId !== undefined) this.waiting.get(frame.commandId)?.(frame);
      };
    }
  }

  async run(seconds: number) {
    const times: number[] = [];
    const start = performance.now();
    const end = start + seconds * 1000;
    const slot = async () => {
      while (performance.now() < end) {
        const sentAt = performance.now();
        await this.send();
        times.push(performance.now() - sentAt);
      }
    };
    await Promise.all(Array.from({ length: this.slots }, slot));
    return { count: times.length, elapsed: (performance.now() - start) / 1000, times };
  }

  private async send(): Promise<void> {
    const person = this.people[this.next++ % this.people.length];
    if (person === undefined) throw new Error("There is nobody to send.");
    const commandId = crypto.randomUUID();
    const outcome = await new Promise<Frame>((resolve) => {
      this.waiting.set(commandId, resolve);
      person.send({ ...this.make(Number(person.userId)), commandId });
    });
    this.waiting.delete(commandId);
    if (!outcome.type.endsWith("_message") && !outcome.type.endsWith("message_received")) {
      throw new Error(`A message was not taken: ${JSON.stringify(outcome)}`);
    }
  }
}

const [ann, bob] = [asUserId("1"), asUserId("2")];

/** One chat in which two people have written all of it; pages of 50 from anywhere. */
async function benchHistory(): Promise<void> {
  console.log("  history of one chat, pages of 50 from anywhere:");
  const folder = mkdtempSync(join(tmpdir(), "blazing-sun-bench-"));
  try {
    for (const size of sizes) {
      const file = join(folder, `${size}.sqlite`);
      await openSqlitePrivateStore(file).close();
      const ids = fillSqlite(file, size);
      const store = openSqlitePrivateStore(file);
      console.log(`    SQLite, ${size} messages: ${await timePages(store, ids)}`);
      await store.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const engines = runningEngines();
  if (engines === null) return console.log("    MongoDB is not up: npm run engines -- up");
  const url = new URL(engines.mongodbUrl);
  url.pathname = `/bench_${crypto.randomUUID().slice(0, 8)}`;
  const mongo = await connectMongo(url.href);
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
      console.log(`    MongoDB, ${size} messages: ${await timePages(store, ids)}`);
    }
  } finally {
    await mongo.db.dropDatabase();
    await mongo.close();
  }
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

async function timePages(store: PrivateStore, ids: readonly string[]): Promise<string> {
  const times: number[] = [];
  for (let n = 0; n < reads; n += 1) {
    const before = ids[(n * 7_919) % ids.length] ?? null;
    const start = performance.now();
    const page = await store.page(ann, bob, before, 50);
    times.push(performance.now() - start);
    if (page === null) throw new Error("A page was not found.");
  }
  return summary(times);
}
