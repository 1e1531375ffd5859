/**
 * Chat of the embedded platform, each message stored on disk before it is acknowledged: private chats, a lobby with a
 * few people (what is stored) and with a thousand (what is told to so many); then reading a chat's history.
 *
 *   npm run bench -- chat [seconds] [part]     part: of a case's name, such as `private` or `1,000`
 *
 * The platform is bound to the first processor and its people to the second, where `taskset` is there.
 */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { benchHistory } from "./chat-history.ts";
import { answered, arrive, ChatLoad, type Circle } from "./chat-load.ts";
import { describeMachine, processorSeconds, stayOnProcessor, summary } from "./machine.ts";
import { tokenMint } from "./players.ts";
import type { RawSocket } from "./raw-socket.ts";
import { startPlatform, type Platform } from "../tests/platform.ts";

const limitScale = 1_000_000;
const text = "x".repeat(100);
const firstLobbyId = 10_000;
/** Connections that are being opened at once. */
const atOnce = 50;

interface Case {
  readonly name: string;
  readonly outstanding: number;
  circles(people: People): Promise<readonly Circle[]>;
}

const cases: readonly Case[] = [
  ...[128, 256].map((outstanding) => privateCase(200, outstanding)),
  ...[128, 256].map((outstanding) => lobbyCase(4, 4, outstanding)),
  lobbyCase(1_000, 32, 32),
];

export async function benchChat(seconds = 10, only = ""): Promise<void> {
  console.log(`chat, embedded: ${describeMachine()}; WS_GATEWAY_LIMIT_SCALE=${limitScale}`);
  stayOnProcessor(1);
  for (const each of cases) if (each.name.includes(only)) await measure(each, seconds);
  if ("history".includes(only)) await benchHistory();
}

/** A platform of its own for each: none of them pays for what another has left. */
async function measure({ name, outstanding, circles }: Case, seconds: number): Promise<void> {
  const platform = await startPlatform(
    { WS_GATEWAY_LIMIT_SCALE: String(limitScale), LOG_LEVEL: "warn" },
    { onProcessor: 0 },
  );
  try {
    const load = new ChatLoad(await circles(await peopleOf(platform)), outstanding);
    await load.run(1); // warm
    const before = processorSeconds(platform.pid);
    const { count, elapsed, times, deliveries } = await load.run(seconds);
    const processor = processorSeconds(platform.pid) - before;
    console.log(
      `  ${name}, ${outstanding} outstanding: ${Math.round(count / elapsed).toLocaleString("en")} acknowledged ` +
        `messages/s, ${Math.round(deliveries / elapsed).toLocaleString("en")} deliveries/s; server ` +
        `${((1e6 * processor) / count).toFixed(0)} µs of its processor for a message, ` +
        `${((100 * processor) / elapsed).toFixed(0)} % of it in use`,
    );
    console.log(`    ${summary(times)}`);
  } finally {
    await platform.cleanUp();
  }
}

interface People {
  readonly platform: Platform;
  arrive(userId: number): Promise<RawSocket>;
}

async function peopleOf(platform: Platform): Promise<People> {
  const mint = await tokenMint(join(platform.dataDir, "keys", "jwt_private.pem"));
  const socketUrl = `${platform.url.replace("http", "ws")}/ws`;
  return { platform, arrive: async (userId) => arrive(socketUrl, await mint(userId)) };
}

/** Members 1 and 2 are friends, 3 and 4, and so on; both of each pair write. */
function privateCase(pairs: number, outstanding: number): Case {
  return {
    name: `private, ${pairs} pairs`,
    outstanding,
    circles(people) {
      befriend(join(people.platform.dataDir, "accounts.sqlite"), pairs);
      return Promise.all(
        Array.from({ length: pairs }, async (_, n) => {
          const ids = [2 * n + 1, 2 * n + 2] as const;
          return {
            sockets: await Promise.all(ids.map(people.arrive)),
            speakers: 2,
            command: (speaker: number) => ({
              type: "chat.command.send_message",
              recipientId: String(ids[1 - speaker]),
              content: text,
            }),
          };
        }),
      );
    },
  };
}

function lobbyCase(readers: number, speakers: number, outstanding: number): Case {
  return {
    name: `lobby, ${readers.toLocaleString("en")} readers`,
    outstanding,
    async circles(people) {
      const sockets: RawSocket[] = [];
      while (sockets.length < readers) {
        const some = Array.from({ length: Math.min(atOnce, readers - sockets.length) }, (_, n) =>
          people.arrive(firstLobbyId + sockets.length + n),
        );
        sockets.push(...(await Promise.all(some)));
      }
      const joining = { type: "chat.command.join_lobby", lobbyId: "main" };
      await Promise.all(sockets.map((socket) => answered(socket, joining, "chat.event.lobby_history")));
      const saying = { type: "chat.command.send_lobby_message", lobbyId: "main", content: text };
      return [{ sockets, speakers, command: () => saying }];
    },
  };
}

function befriend(file: string, pairs: number): void {
  const database = new Database(file);
  const user = database.prepare(
    "INSERT INTO users (id, username, folded_name, role, password_hash, created_at) VALUES (?1, ?2, ?2, 'user', '', 0)",
  );
  const pair = database.prepare("INSERT INTO pairs (low_id, high_id, friends_since) VALUES (?, ?, 1)");
  database.transaction(() => {
    for (let n = 1; n <= 2 * pairs; n += 1) user.run(n, `player${n}`);
    for (let n = 1; n <= 2 * pairs; n += 2) pair.run(n, n + 1);
  })();
  database.close();
}
