/**
 * Chat between two people (plan §3.4, G7): who may write to whom, what is stored, and what both are told. One chat
 * is in order; different chats go side by side.
 */
import type { ChatPart } from "./chat-service.ts";
import type { ChatFace } from "../face.ts";
import type { NewPrivateMessage, PrivateMessage, PrivateStore } from "../store/private/port.ts";
import type { AccountDirectory, Relation, Relations } from "../../accounts/port.ts";
import { causedEventId, createAnswers, isExpired, type Asked, type Person } from "../../event-log/answers.ts";
import type { EventLog, NewRecord } from "../../event-log/port.ts";
import { noRoom, orNull } from "./no-room.ts";
import {
  fromIsoTime,
  isoTime,
  pairKey,
  toUsers,
  type CommandPayloads,
  type EventEnvelope,
  type PrivateMessageView,
  type privateMessages,
  type UserId,
} from "../../protocol/index.ts";

export interface PrivateChatParts {
  readonly store: PrivateStore;
  readonly log: EventLog;
  readonly directory: AccountDirectory;
  readonly relations: Relations;
  /** Milliseconds since 1970. */
  now(): number;
}

export interface PrivateChat extends ChatPart {
  readonly face: Pick<ChatFace, "privateHistory" | "chatsOf">;
  /** Unread messages of all chats of a person. */
  unreadOf(userId: UserId): Promise<number>;
  /** By who wrote them; who is absent wrote nothing that is unread. */
  unreadByPerson(userId: UserId): Promise<ReadonlyMap<UserId, number>>;
}

type Payloads = CommandPayloads<typeof privateMessages>;

/** "Is writing" is no news after this (R6). */
const typingMs = 5_000;
/** Chats of one person that are listed. */
const mostChats = 500;
const formerName = "deleted user";

const answers = createAnswers("chat", "chat.events");

export function createPrivateChat(parts: PrivateChatParts): PrivateChat {
  const { store, log, directory, relations, now } = parts;

  /** What comes together is stored together; what comes after it in the log is done after it. */
  async function handle(batch: readonly Asked[]): Promise<void> {
    let sending: Asked[] = [];
    for (const asked of batch) {
      if (asked.command.eventType === "chat.command.send_message") {
        sending.push(asked);
        continue;
      }
      if (asked.command.eventType === "chat.command.mark_read") {
        await send(sending);
        sending = [];
        await append(await markRead(asked, payloadOf(asked, "chat.command.mark_read")));
      } else {
        await append(await sayTyping(asked, payloadOf(asked, "chat.command.typing")));
      }
    }
    await send(sending);
  }

  async function append(records: readonly NewRecord[]): Promise<void> {
    if (records.length > 0) await log.append(records);
  }

  async function send(sending: readonly Asked[]): Promise<void> {
    if (sending.length === 0) return;
    const refusals = await refusalsOf(sending);
    const allowed = sending.filter((_, index) => refusals[index] === null);
    const why = refusals.filter((refusal) => refusal !== null);
    const sentAt = now();
    const added = await orNull(store.addAll(allowed.map((asked) => newMessage(asked, sentAt))));
    if (added === null) return append([...why, ...allowed.map((asked) => noRoom(answers, asked))]);
    const said: NewRecord[] = why;
    for (const [index, { message, isNew }] of added.entries()) {
      const asked = allowed[index];
      if (asked === undefined) throw new Error("Each answer has its message.");
      said.push(messageRecord(asked, message));
      if (!isNew) said.push(answers.settled(asked, { ok: true }, asked.record.key));
    }
    await append(said);
  }

  /** Of each why it may not be stored, as it is said; null where it may. */
  async function refusalsOf(sending: readonly Asked[]): Promise<(NewRecord | null)[]> {
    const between = await relationsIn(sending);
    const refusals = sending.map((asked) => refusalAmongFriends(asked, between));
    const strangers = sending.filter((_, index) => refusals[index] === undefined);
    const ofStrangers = await Promise.all(strangers.map(refusalOfStranger));
    return refusals.map((refusal) => (refusal === undefined ? (ofStrangers.shift() ?? null) : refusal));
  }

  /** What lies between the two of each message, by the pair's key: it is asked once for all that they write here. */
  async function relationsIn(sending: readonly Asked[]): Promise<ReadonlyMap<string, Relation>> {
    const pairs = new Map(sending.map((asked) => [asked.record.key, asked]));
    const asking = [...pairs].map(async ([key, asked]) => {
      const { recipientId } = payloadOf(asked, "chat.command.send_message");
      return [key, await relations.relationOf(asked.person.userId, recipientId)] as const;
    });
    return new Map(await Promise.all(asking));
  }

  /** Without a promise, as nearly all messages are between friends; undefined where there is more to ask. */
  function refusalAmongFriends(asked: Asked, between: ReadonlyMap<string, Relation>) {
    const { person, command, record } = asked;
    const { recipientId } = payloadOf(asked, "chat.command.send_message");
    if (recipientId === person.userId) return answers.refusal(asked, writesToOneself, record.key);
    if (isExpired(command, now())) return answers.refusal(asked, { code: "EXPIRED" }, record.key);
    return !isAdmin(person) && mayWriteAsFriend(between.get(record.key)) ? null : undefined;
  }

  async function refusalOfStranger(asked: Asked): Promise<NewRecord | null> {
    const { recipientId } = payloadOf(asked, "chat.command.send_message");
    return (await mayWrite(asked.person, recipientId)) ? null : notFriends(asked, recipientId);
  }

  async function mayWrite(person: Person, recipientId: UserId): Promise<boolean> {
    if (isAdmin(person)) return (await directory.userById(recipientId)) !== null;
    const relation = await relations.relationOf(person.userId, recipientId);
    return mayWriteAsFriend(relation) || store.hasAdminWritten(recipientId, person.userId);
  }

  /** The same for people who are blocked, unknown, or friends no more (F10). */
  function notFriends(asked: Asked, recipientId: UserId): NewRecord {
    return answers.answer(asked, {
      type: "chat.event.message_rejected",
      key: pairKey(asked.person.userId, recipientId),
      audience: toUsers(asked.person.userId),
      payload: {
        reason: "NOT_FRIENDS",
        // Without a name: numbers follow one another, and their names are nobody's list.
        message: "You are not friends yet: send a friend request.",
        recipientId,
      },
    });
  }

  /** Said again where it was read before: whoever missed it has it then. */
  async function markRead(
    asked: Asked,
    { userId, messageId }: Payloads["chat.command.mark_read"],
  ): Promise<readonly NewRecord[]> {
    const { person } = asked;
    const key = pairKey(person.userId, userId);
    const readAt = now();
    const result = await orNull(store.markRead(person.userId, userId, messageId, readAt));
    if (result === null) return [noRoom(answers, asked)];
    if (result.kind === "unknown_message") return [answers.refusal(asked, noSuchMessage, key)];
    const { position, unread } = result;
    return [
      answers.answer(asked, {
        type: "chat.event.messages_read",
        key,
        audience: toUsers(person.userId, userId),
        payload: {
          readerId: person.userId,
          userId,
          messageId,
          position,
          readAt: isoTime(readAt),
          unread,
        },
      }),
    ];
  }

  async function sayTyping(
    asked: Asked,
    { recipientId }: Payloads["chat.command.typing"],
  ): Promise<readonly NewRecord[]> {
    const { person, command } = asked;
    if (recipientId === person.userId || now() - fromIsoTime(command.receivedAt) > typingMs) return [];
    if (!(await mayWrite(person, recipientId))) return [];
    return [
      answers.answer(asked, {
        type: "chat.event.typing",
        key: pairKey(person.userId, recipientId),
        audience: toUsers(recipientId),
        payload: { senderId: person.userId },
      }),
    ];
  }

  async function namesOf(userIds: readonly UserId[]): Promise<(userId: UserId) => string> {
    const people = await directory.usersByIds(userIds);
    return (userId) => people.get(userId)?.username ?? formerName;
  }

  return {
    takes: (type) => privateCommands.has(type),
    handle,
    unreadOf: (userId) => store.unreadOf(userId),
    async unreadByPerson(userId) {
      const chats = await store.chatsOf(userId, mostChats);
      return new Map(chats.map((chat) => [chat.userId, chat.unread]));
    },
    face: {
      async privateHistory(reader, other, before, limit) {
        if ((await directory.userById(other)) === null) return { kind: "unknown_person" };
        const page = await store.page(reader, other, before, limit);
        if (page === null) return { kind: "unknown_message" };
        const nameOf = await namesOf([reader, other]);
        const messages = page.messages.map((message) => viewOf(message, nameOf(message.senderId)));
        return { kind: "history", history: { messages, nextBefore: page.nextBefore } };
      },
      async chatsOf(userId) {
        const chats = await store.chatsOf(userId, mostChats);
        const nameOf = await namesOf([userId, ...chats.map((chat) => chat.userId)]);
        return chats.map(({ userId: other, unread, lastMessage }) => ({
          userId: other,
          username: nameOf(other),
          unread,
          lastMessage: viewOf(lastMessage, nameOf(lastMessage.senderId)),
        }));
      },
    },
  };
}

const privateCommands: ReadonlySet<string> = new Set([
  "chat.command.send_message",
  "chat.command.mark_read",
  "chat.command.typing",
] satisfies (keyof Payloads)[]);

const writesToOneself = {
  code: "INVALID_FIELD",
  field: "recipientId",
  message: "That is you: write to somebody else.",
} as const;

const noSuchMessage = {
  code: "INVALID_FIELD",
  field: "messageId",
  message: "There is no such message in this chat.",
} as const;

/** Validated by its declaration at the gateway. */
function payloadOf<Name extends keyof Payloads>({ command }: Asked, _name: Name): Payloads[Name] {
  return command.payload as Payloads[Name];
}

function newMessage(asked: Asked, sentAt: number): NewPrivateMessage {
  const { recipientId, content } = payloadOf(asked, "chat.command.send_message");
  const { person, commandId } = asked;
  return { senderId: person.userId, recipientId, commandId, content, sentAt, byAdmin: isAdmin(person) };
}

function mayWriteAsFriend(relation: Relation | undefined): boolean {
  return relation?.areFriends === true && !relation.isBlocked;
}

function isAdmin({ roles }: Person): boolean {
  return roles.includes("admin");
}

/** The same id however often it is said (W3): gateways and clients drop what they have had. */
function messageRecord(asked: Asked, message: PrivateMessage): NewRecord {
  const { person, commandId } = asked;
  const { senderId, recipientId } = message;
  const value: EventEnvelope = {
    kind: "event",
    eventId: causedEventId(person.userId, commandId, 0),
    eventType: "chat.event.message_received",
    timestamp: isoTime(message.sentAt),
    producer: "chat",
    actor: person,
    correlationId: commandId,
    audience: toUsers(senderId, recipientId),
    payload: viewOf(message, person.username),
  };
  return { topic: "chat.events", key: pairKey(senderId, recipientId), value };
}

function viewOf(message: PrivateMessage, senderName: string): PrivateMessageView {
  const { messageId, position, senderId, recipientId, content, sentAt, readAt } = message;
  return {
    messageId,
    position,
    senderId,
    senderName,
    recipientId,
    content,
    sentAt: isoTime(sentAt),
    ...(readAt === null ? {} : { readAt: isoTime(readAt) }),
  };
}
