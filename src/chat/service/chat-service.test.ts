import { afterEach, describe, expect, it } from "bun:test";
import { createChatService, type ChatPart, type ChatService } from "./chat-service.ts";
import { createMemoryLog } from "../../event-log/memory.ts";
import { asConnectionId, asUserId, isoTime, type EventEnvelope } from "../../protocol/index.ts";

class StoreAway extends Error {}

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** @param handle takes the contents of a batch */
async function started(handle: (contents: readonly string[]) => Promise<void>) {
  const log = createMemoryLog({ firstRetryMs: 1, onHandlerFailure: () => {} });
  const answers: EventEnvelope[] = [];
  const logged: string[] = [];
  let look = () => {};
  await log.follow({
    topics: ["chat.events"],
    since: 0,
    onRecord: ({ value }) => {
      if (value.kind === "event") answers.push(value);
      look();
    },
  });
  const part: ChatPart = {
    takes: (type) => type === "chat.command.send_lobby_message",
    handle: (batch) => handle(batch.map(({ command }) => (command.payload as { content: string }).content)),
  };
  const service: ChatService = createChatService(log, [part], {
    isAway: (error) => error instanceof StoreAway,
    logger: { error: (_details, message) => void logged.push(message) },
  });
  await log.append(
    ["one", "bad", "two"].map((content) => ({
      topic: "chat.commands",
      key: "main",
      value: {
        kind: "command",
        eventId: crypto.randomUUID(),
        eventType: "chat.command.send_lobby_message",
        timestamp: isoTime(0),
        producer: "ws_gateway",
        actor: {
          kind: "person",
          userId: asUserId("1"),
          username: "john",
          roles: ["user"],
          connectionId: asConnectionId("c"),
        },
        correlationId: content,
        receivedAt: isoTime(0),
        payload: { lobbyId: "main", content },
      },
    })),
  );
  await service.start();
  ends.push(
    () => log.close(),
    () => service.stop(),
  );
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise<void>((resolve) => (look = resolve));
  };
  return { answers, logged, until, look: () => look() };
}

describe("commands of chats", () => {
  it("are done also behind one that no store takes, which is refused after five attempts", async () => {
    const done: string[] = [];
    let attempts = 0;
    const { answers, logged, until, look } = await started(async (contents) => {
      if (contents.includes("bad")) {
        if (contents.length === 1) attempts += 1;
        throw new Error("the store does not take it");
      }
      done.push(...contents);
      look();
    });
    await until(() => answers.length === 1 && done.includes("two"));
    expect(answers[0]).toMatchObject({ correlationId: "bad", payload: { code: "INTERNAL" } });
    expect([attempts, logged.length, done[0], done.at(-1)]).toEqual([5, 1, "one", "two"]);
  });

  it("wait for an engine that is away, however long", async () => {
    let attempts = 0;
    const done: string[] = [];
    const { answers, until, look } = await started(async (contents) => {
      attempts += 1;
      if (attempts <= 8) throw new StoreAway();
      done.push(...contents);
      look();
    });
    await until(() => done.length > 0);
    expect([done, answers]).toEqual([["one", "bad", "two"], []]);
  });
});
