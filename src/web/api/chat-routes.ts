/** The routes of chat.ts, described. */
import Type from "typebox";
import { historyOf, listOf } from "./answer-shapes.ts";
import { route } from "./route-description.ts";
import {
  LobbyIdSchema,
  LobbyMessageSchema,
  PrivateMessageSchema,
  UserIdSchema,
} from "../../protocol/index.ts";

export const ChatSchema = Type.Object({
  userId: UserIdSchema,
  username: Type.String(),
  unread: Type.Integer({ minimum: 0 }),
  lastMessage: PrivateMessageSchema,
});

export const usualPage = 50;
export const largestPage = 100;

const page = {
  before: {
    schema: Type.String(),
    summary: "The `nextBefore` of a page: asks for the one before it. Without it: the newest.",
    example: "01",
  },
  limit: {
    schema: Type.Integer({ minimum: 1, maximum: largestPage, default: usualPage }),
    summary: "How many messages.",
    example: "20",
  },
};

export const chatRoutes = [
  route({
    name: "listChats",
    group: "chat",
    method: "GET",
    path: "/api/chats",
    summary: "Lists one's chats with other people, the newest first.",
    session: "any",
    answers: { 200: { summary: "All of them.", schema: listOf(ChatSchema) } },
    refusals: [],
  }),
  route({
    name: "privateHistory",
    group: "chat",
    method: "GET",
    path: "/api/chats/:userId/messages",
    summary: "Gives what two people have written to each other, page by page.",
    session: "any",
    pathParameters: { userId: { schema: UserIdSchema, summary: "The other person's id.", example: "2" } },
    query: page,
    answers: { 200: { summary: "A page.", schema: historyOf(PrivateMessageSchema) } },
    refusals: ["INVALID_FIELD", "BAD_CURSOR", "USER_NOT_FOUND"],
  }),
  route({
    name: "lobbyHistory",
    group: "chat",
    method: "GET",
    path: "/api/lobbies/:lobbyId/messages",
    summary: "Gives what was said in a lobby, page by page.",
    session: "none",
    pathParameters: {
      lobbyId: { schema: LobbyIdSchema, summary: "`main`, or `games:` and a game.", example: "main" },
    },
    query: page,
    answers: { 200: { summary: "A page.", schema: historyOf(LobbyMessageSchema) } },
    refusals: ["INVALID_FIELD", "BAD_CURSOR", "LOBBY_NOT_FOUND"],
  }),
];
