/**
 * The public chat of lobbies: takes what is said from the log, stores it, and says it (design §1). What came in
 * together is stored together; a batch that the store or the log did not take comes again, and is stored once.
 */
import type { ChatFace, LobbyHistoryLookup } from "../face.ts";
import type { LobbyMessage, LobbyStore } from "../store/lobby/port.ts";
import type { AccountDirectory } from "../../accounts/port.ts";
import type { ChatPart } from "./chat-service.ts";
import { causedEventId, createAnswers, isExpired, type Asked } from "../../event-log/answers.ts";
import type { EventLog, NewRecord } from "../../event-log/port.ts";
import { noRoom, orNull } from "./no-room.ts";
import {
  audienceOf,
  isoTime,
  toConnection,
  toRoom,
  type EventEnvelope,
  type LobbyMessageView,
} from "../../protocol/index.ts";

export interface LobbyChatParts {
  readonly store: LobbyStore;
  readonly log: EventLog;
  readonly directory: AccountDirectory;
  /** Every lobby that there is: `main`, `games:bigger_dice`. */
  readonly lobbies: ReadonlySet<string>;
  now(): number;
}

export interface LobbyChat extends ChatPart {
  readonly face: Pick<ChatFace, "lobbyHistory">;
}

/** Messages that a newcomer sees at first. */
const firstPage = 50;
const formerName = "deleted user";

const answers = createAnswers("chat", "chat.events");

export function createLobbyChat({ store, log, directory, lobbies, now }: LobbyChatParts): LobbyChat {
  async function handle(batch: readonly Asked[]): Promise<void> {
    let saying: Asked[] = [];
    for (const asked of batch) {
      if (asked.command.eventType === "chat.command.send_lobby_message" && mayBeDecided(asked)) {
        saying.push(asked);
        continue;
      }
      // In the order of the log: a newcomer's history has what was said before.
      await say(saying);
      saying = [];
      await log.append([await answerTo(asked)]);
    }
    await say(saying);
  }

  function mayBeDecided(asked: Asked): boolean {
    return lobbies.has(lobbyOf(asked)) && !isExpired(asked.command, now());
  }

  async function say(saying: readonly Asked[]): Promise<void> {
    if (saying.length === 0) return;
    const messages = saying.map((asked) => ({
      lobbyId: lobbyOf(asked),
      senderId: asked.person.userId,
      commandId: asked.commandId,
      content: contentOf(asked),
      sentAt: now(),
    }));
    const added = await orNull(store.add(messages));
    if (added === null) return log.append(saying.map((asked) => noRoom(answers, asked)));
    const records = added.map(({ message, isNew }, index) => {
      const asked = saying[index];
      if (asked === undefined) throw new Error("Each message has its answer.");
      // Seen again: everyone has it, or has it from the log; its sender is told.
      const settled = () => answers.settled(asked, { ok: true }, message.lobbyId);
      return isNew ? [messageRecord(asked, message)] : [messageRecord(asked, message), settled()];
    });
    await log.append(records.flat());
  }

  async function answerTo(asked: Asked): Promise<NewRecord> {
    const lobbyId = lobbyOf(asked);
    if (!lobbies.has(lobbyId)) return answers.refusal(asked, { code: "LOBBY_NOT_FOUND" }, lobbyId);
    const { connectionId } = asked.person;
    const place = { connectionId, audience: audienceOf.lobby(lobbyId) };
    switch (asked.command.eventType) {
      case "chat.command.join_lobby":
        return answers.answer(asked, {
          type: "chat.event.lobby_history",
          key: lobbyId,
          audience: toConnection(connectionId),
          payload: { lobbyId, ...(await historyOf(lobbyId, null, firstPage)) },
          subscribe: [place],
        });
      case "chat.command.leave_lobby":
        return answers.settled(asked, { ok: true, unsubscribe: [place] }, lobbyId);
      case "chat.command.send_lobby_message":
        return answers.refusal(asked, { code: "EXPIRED" }, lobbyId);
      default:
        return answers.refusal(asked, { code: "UNKNOWN_TYPE" }, lobbyId);
    }
  }

  async function historyOf(lobbyId: string, before: string | null, limit: number) {
    const page = await store.page(lobbyId, before, limit);
    if (page === null) return null;
    const people = await directory.usersByIds([...new Set(page.messages.map(({ senderId }) => senderId))]);
    const nameOf = ({ senderId }: LobbyMessage) => people.get(senderId)?.username ?? formerName;
    return {
      messages: page.messages.map((message) => viewOf(message, nameOf(message))),
      nextBefore: page.nextBefore,
    };
  }

  async function lobbyHistory(
    lobbyId: string,
    before: string | null,
    limit: number,
  ): Promise<LobbyHistoryLookup> {
    if (!lobbies.has(lobbyId)) return { kind: "unknown_lobby" };
    const history = await historyOf(lobbyId, before, limit);
    return history === null ? { kind: "unknown_message" } : { kind: "history", history };
  }

  return {
    face: { lobbyHistory },
    takes: (type) => type.endsWith("_lobby") || type === "chat.command.send_lobby_message",
    handle,
  };
}

/** Validated by its declaration at the gateway. */
function lobbyOf({ command }: Asked): string {
  return (command.payload as { readonly lobbyId: string }).lobbyId;
}

function contentOf({ command }: Asked): string {
  return (command.payload as { readonly content: string }).content;
}

/** The same id whoever says it and however often (W3): gateways and clients drop what they have had. */
function messageRecord(asked: Asked, message: LobbyMessage): NewRecord {
  const { person, commandId } = asked;
  const value: EventEnvelope = {
    kind: "event",
    eventId: causedEventId(person.userId, commandId, 0),
    eventType: "chat.event.lobby_message",
    timestamp: isoTime(message.sentAt),
    producer: "chat",
    actor: person,
    correlationId: commandId,
    audience: toRoom(audienceOf.lobby(message.lobbyId)),
    // So that whoever speaks hears it, and has her outcome.
    subscribe: [{ connectionId: person.connectionId, audience: audienceOf.lobby(message.lobbyId) }],
    payload: viewOf(message, person.username),
  };
  return { topic: "chat.events", key: message.lobbyId, value };
}

function viewOf(message: LobbyMessage, senderName: string): LobbyMessageView {
  const { lobbyId, messageId, position, senderId, content, sentAt } = message;
  return { lobbyId, messageId, position, senderId, senderName, content, sentAt: isoTime(sentAt) };
}
