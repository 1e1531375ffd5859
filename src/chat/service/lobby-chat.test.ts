import { afterEach, beforeEach, describe, expect, it } from "bun:test";
import { createChatService, type ChatService } from "./chat-service.ts";
import { createLobbyChat, type LobbyChat } from "./lobby-chat.ts";
import type { LobbyStore } from "../store/lobby/port.ts";
import { openSqliteLobbyStore } from "../store/lobby/sqlite.ts";
import { createMemoryLog } from "../../event-log/memory.ts";
import type { EventLog } from "../../event-log/port.ts";
import {
  asConnectionId,
  asUserId,
  isoTime,
  type EventEnvelope,
  type LobbyMessageView,
} from "../../protocol/index.ts";

const now = Date.UTC(2026, 0, 1);
let log: EventLog;
let chat: LobbyChat;
let service: ChatService;
let store: LobbyStore;
let events: EventEnvelope[];
let look: () => void;

beforeEach(async () => {
  log = createMemoryLog({ firstRetryMs: 1, onHandlerFailure: () => {} });
  store = openSqliteLobbyStore(":memory:");
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
  chat = createLobbyChat({
    store,
    log,
    directory: {
      userById: () => Promise.resolve(null),
      usersByIds: (ids) =>
        Promise.resolve(
          new Map(
            ids
              .filter((userId) => userId !== "9")
              .map((userId) => [userId, { userId, username: `now ${userId}`, guest: false }]),
          ),
        ),
    },
    lobbies: new Set(["main", "games:bigger_dice"]),
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

async function until(count: number): Promise<void> {
  while (events.length < count) await new Promise<void>((resolve) => (look = resolve));
}

const newId = (): string => crypto.randomUUID();

async function send(
  type: string,
  payload: object,
  { user = "1", commandId = newId(), receivedAt = now } = {},
): Promise<void> {
  const userId = asUserId(user);
  await log.append([
    {
      topic: "chat.commands",
      key: "main",
      value: {
        kind: "command",
        eventId: commandId,
        eventType: type,
        timestamp: isoTime(now),
        receivedAt: isoTime(receivedAt),
        producer: "ws_gateway",
        correlationId: commandId,
        actor: {
          kind: "person",
          userId,
          username: `name ${user}`,
          roles: ["user"],
          connectionId: asConnectionId(`socket of ${user}`),
        },
        payload,
      },
    },
  ]);
}

const sendMessage = "chat.command.send_lobby_message";
const say = (content: string, options?: Parameters<typeof send>[2]) =>
  send(sendMessage, { lobbyId: "main", content }, options);

describe("lobby chat", () => {
  it("says what was said to everybody in the lobby, who spoke included", async () => {
    await say("hello");
    await until(1);
    expect(events[0]).toMatchObject({
      eventType: "chat.event.lobby_message",
      audience: { type: "room", roomId: "lobby:main" },
      subscribe: [{ connectionId: asConnectionId("socket of 1"), audience: "lobby:main" }],
      payload: {
        lobbyId: "main",
        position: 1,
        senderId: asUserId("1"),
        senderName: "name 1",
        content: "hello",
      },
    });
  });

  it("stores and says once what is sent again, and settles the repetition", async () => {
    await say("hello", { commandId: "c1" });
    await say("hello", { commandId: "c1" });
    await until(3);
    const [first, second, settled] = events;
    expect(second?.eventId).toBe(first?.eventId ?? "");
    expect(settled).toMatchObject({ eventType: "system.event.command_settled", payload: { ok: true } });
    expect((await store.page("main", null, 10))?.messages).toHaveLength(1);
  });

  it("gives a newcomer the last messages with today's names, then what comes", async () => {
    await say("one");
    await say("two", { user: "9" });
    await send("chat.command.join_lobby", { lobbyId: "main" }, { user: "2" });
    await say("three");
    await until(4);
    const history = events.find(({ eventType }) => eventType === "chat.event.lobby_history");
    expect(history).toMatchObject({
      audience: { type: "connection", connectionId: asConnectionId("socket of 2") },
      subscribe: [{ audience: "lobby:main" }],
    });
    const { messages, nextBefore } = (history?.payload ?? {}) as {
      messages: LobbyMessageView[];
      nextBefore: unknown;
    };
    expect(messages.map(({ content, senderName }) => [content, senderName])).toEqual([
      ["one", "now 1"],
      ["two", "deleted user"],
    ]);
    expect(nextBefore).toBeNull();
    expect(events.at(-1)?.eventType).toBe("chat.event.lobby_message");
  });

  it("knows no other lobbies, and does nothing that its sender has given up", async () => {
    await send(sendMessage, { lobbyId: "games:chess", content: "hello" });
    await send("chat.command.join_lobby", { lobbyId: "games:chess" });
    await say("late", { receivedAt: now - 16_000 });
    await until(3);
    expect(events.map(({ payload }) => (payload as { code: string }).code)).toEqual([
      "LOBBY_NOT_FOUND",
      "LOBBY_NOT_FOUND",
      "EXPIRED",
    ]);
    expect((await store.page("main", null, 10))?.messages).toEqual([]);
  });

  it("stores once what the store took and the log did not, and says it when the log is back", async () => {
    const { append } = log;
    let failures = 2;
    log.append = (records) => {
      const isAnswer = records.some(({ topic }) => topic === "chat.events");
      return isAnswer && failures-- > 0 ? Promise.reject(new Error("away")) : append.call(log, records);
    };
    await say("hello");
    await until(1);
    expect(events[0]?.eventType).toBe("chat.event.lobby_message");
    expect((await store.page("main", null, 10))?.messages).toHaveLength(1);
  });

  it("pages back over HTTP's question, and says what it does not know", async () => {
    for (let n = 0; n < 5; n += 1) await say(String(n));
    await until(5);
    const newest = await chat.face.lobbyHistory("main", null, 2);
    if (newest.kind !== "history") throw new Error("There is a history.");
    expect(newest.history.messages.map(({ content }) => content)).toEqual(["3", "4"]);
    const older = await chat.face.lobbyHistory("main", newest.history.nextBefore, 100);
    expect(older).toMatchObject({ kind: "history", history: { nextBefore: null } });
    expect((await chat.face.lobbyHistory("main", "x", 2)).kind).toBe("unknown_message");
    expect((await chat.face.lobbyHistory("attic", null, 2)).kind).toBe("unknown_lobby");
  });
});
