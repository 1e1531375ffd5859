/** Chat between two people (plan §3.4, design §5). */
import Type, { type Static } from "typebox";
import { command, event } from "./declaration.ts";
import { UserIdSchema, type UserId } from "./ids.ts";
import { messageLimits, refuseText } from "./text.ts";
import { TimeSchema } from "./time.ts";

/** A bound on the raw string; the limits that people see are messageLimits. */
const ContentSchema = Type.String({ maxLength: 10_000 });

const MessageIdSchema = Type.String({ minLength: 1, maxLength: 100 });

export const PrivateMessageSchema = Type.Object({
  messageId: MessageIdSchema,
  /** Rises by one in its chat: readers order by it alone. */
  position: Type.Integer({ minimum: 1 }),
  senderId: UserIdSchema,
  senderName: Type.String(),
  recipientId: UserIdSchema,
  content: Type.String(),
  sentAt: TimeSchema,
  /** When the recipient read it; absent until then. */
  readAt: Type.Optional(TimeSchema),
});

export type PrivateMessageView = Static<typeof PrivateMessageSchema>;

/** The two people of a chat as one key, the same whoever of them writes (L1). */
export function pairKey(one: UserId, other: UserId): string {
  return one < other ? `${one}:${other}` : `${other}:${one}`;
}

export const privateMessages = [
  command({
    type: "chat.command.send_message",
    summary:
      "Writes to one person. Members write to friends, admins to anyone; who got an admin's message may answer.",
    topic: "chat.commands",
    permission: "public_chat",
    rateClass: "chat",
    fields: { recipientId: UserIdSchema, content: ContentSchema },
    key: ({ recipientId }, actor) => pairKey(actor, recipientId),
    check: ({ content }) => refuseText("content", content, messageLimits),
  }),
  event({
    type: "chat.event.message_received",
    summary: "A message between two people: every tab of both gets it.",
    topic: "chat.events",
    fields: PrivateMessageSchema.properties,
  }),
  event({
    type: "chat.event.message_rejected",
    summary: "A message was not sent: the two are not friends. It goes to every tab of the sender.",
    topic: "chat.events",
    fields: {
      reason: Type.Literal("NOT_FRIENDS"),
      /** A sentence for a person. */
      message: Type.String(),
      recipientId: UserIdSchema,
    },
  }),
  command({
    type: "chat.command.mark_read",
    summary: "Everything that this person wrote, up to this message, has been read.",
    topic: "chat.commands",
    permission: "public_chat",
    rateClass: "query",
    fields: { userId: UserIdSchema, messageId: MessageIdSchema },
    key: ({ userId }, actor) => pairKey(actor, userId),
  }),
  event({
    type: "chat.event.messages_read",
    summary: "The reader has read what the other one wrote, up to this message.",
    topic: "chat.events",
    fields: {
      readerId: UserIdSchema,
      /** Whose messages were read. */
      userId: UserIdSchema,
      messageId: MessageIdSchema,
      /** Of that message: all up to it are read. */
      position: Type.Integer({ minimum: 1 }),
      readAt: TimeSchema,
      /** Of this chat, left for the reader. */
      unread: Type.Integer({ minimum: 0 }),
    },
  }),
  command({
    type: "chat.command.typing",
    summary: "This person is writing to that one, at this moment. It has no outcome.",
    topic: "chat.commands",
    permission: "public_chat",
    rateClass: "typing",
    fields: { recipientId: UserIdSchema },
    key: ({ recipientId }, actor) => pairKey(actor, recipientId),
  }),
  event({
    type: "chat.event.typing",
    summary: "Somebody is writing to this person; it holds for a few seconds.",
    topic: "chat.events",
    isLiveOnly: true,
    fields: { senderId: UserIdSchema },
  }),
] as const;
