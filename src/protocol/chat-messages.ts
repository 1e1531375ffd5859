/** Chat in public: the lobbies (plan §3.4, design §5). */
import Type, { type Static } from "typebox";
import { command, event } from "./declaration.ts";
import { UserIdSchema } from "./ids.ts";
import { messageLimits, refuseText } from "./text.ts";
import { TimeSchema } from "./time.ts";

/** `main`, and one for each game. */
export const LobbyIdSchema = Type.String({ pattern: "^(main|games:[a-z][a-z0-9_]{0,49})$" });

/** A bound on the raw string; the limits that people see are messageLimits. */
const ContentSchema = Type.String({ maxLength: 10_000 });

export const LobbyMessageSchema = Type.Object({
  lobbyId: LobbyIdSchema,
  messageId: Type.String(),
  /** Rises by one in its lobby: readers order by it alone. */
  position: Type.Integer({ minimum: 1 }),
  senderId: UserIdSchema,
  senderName: Type.String(),
  content: Type.String(),
  sentAt: TimeSchema,
});

export type LobbyMessageView = Static<typeof LobbyMessageSchema>;

export const chatMessages = [
  command({
    type: "chat.command.join_lobby",
    summary: "Brings the last messages of a lobby, and those to come, to this socket.",
    topic: "chat.commands",
    permission: "watch",
    rateClass: "query",
    fields: { lobbyId: LobbyIdSchema },
    key: ({ lobbyId }) => lobbyId,
  }),
  command({
    type: "chat.command.leave_lobby",
    summary: "Ends that.",
    topic: "chat.commands",
    permission: "watch",
    rateClass: "query",
    fields: { lobbyId: LobbyIdSchema },
    key: ({ lobbyId }) => lobbyId,
  }),
  event({
    type: "chat.event.lobby_history",
    summary: "The newest messages of a lobby, oldest first; `nextBefore` asks for older ones over HTTP.",
    topic: "chat.events",
    fields: {
      lobbyId: LobbyIdSchema,
      messages: Type.Array(LobbyMessageSchema),
      nextBefore: Type.Union([Type.String(), Type.Null()]),
    },
  }),
  command({
    type: "chat.command.send_lobby_message",
    summary: "Says something to everybody in a lobby, which the sending socket joins with it.",
    topic: "chat.commands",
    permission: "public_chat",
    rateClass: "chat",
    fields: { lobbyId: LobbyIdSchema, content: ContentSchema },
    key: ({ lobbyId }) => lobbyId,
    check: ({ content }) => refuseText("content", content, messageLimits),
  }),
  event({
    type: "chat.event.lobby_message",
    summary: "Somebody said something in a lobby.",
    topic: "chat.events",
    fields: LobbyMessageSchema.properties,
  }),
] as const;
