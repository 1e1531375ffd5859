/** The routes of friends.ts, described. */
import Type from "typebox";
import { listOf } from "./answer-shapes.ts";
import { route, type Method } from "./route-description.ts";
import { FriendStatusSchema, TimeSchema, UserIdSchema } from "../../protocol/index.ts";

export const FriendSchema = Type.Object({
  userId: UserIdSchema,
  username: Type.String(),
  status: FriendStatusSchema,
  unread: Type.Integer({ minimum: 0, description: "messages of theirs that were not read" }),
});

export const FriendRequestSchema = Type.Object({
  userId: UserIdSchema,
  username: Type.String(),
  createdAt: TimeSchema,
});

export const PersonSchema = Type.Object({ userId: UserIdSchema, username: Type.String() });

export const NewFriendRequestSchema = Type.Object(
  { username: Type.String({ description: "in upper or lower case", examples: ["ada-lovelace"] }) },
  { additionalProperties: false },
);

/** What is made of one person, who is named in the path. */
function change(name: string, method: Method, path: string, summary: string) {
  return route({
    name,
    group: "friends",
    method,
    path,
    summary,
    session: "member",
    pathParameters: {
      userId: { schema: UserIdSchema, summary: "The other person's id.", example: "2" },
    },
    answers: { 204: { summary: "It is so, be it since now or since before.", schema: null } },
    refusals: ["INVALID_FIELD", "USER_NOT_FOUND"],
  });
}

export const friendRoutes = [
  route({
    name: "listFriends",
    group: "friends",
    method: "GET",
    path: "/api/friends",
    summary: "Lists one's friends, by name.",
    session: "member",
    answers: { 200: { summary: "All of them.", schema: listOf(FriendSchema) } },
    refusals: [],
  }),
  route({
    name: "listFriendRequests",
    group: "friends",
    method: "GET",
    path: "/api/friends/requests",
    summary: "Lists the requests that are open, the oldest first.",
    session: "member",
    answers: {
      200: {
        summary: "Who asks, and who is asked.",
        schema: Type.Object({
          incoming: Type.Array(FriendRequestSchema),
          outgoing: Type.Array(FriendRequestSchema),
        }),
      },
    },
    refusals: [],
  }),
  route({
    name: "requestFriend",
    group: "friends",
    method: "POST",
    path: "/api/friends/requests",
    summary: "Asks somebody to be friends, by name. One who has asked already is accepted.",
    session: "member",
    body: NewFriendRequestSchema,
    answers: { 202: { summary: "Asked; it is not said whether the other one hears of it.", schema: null } },
    refusals: ["USER_NOT_FOUND"],
  }),
  change("acceptFriend", "POST", "/api/friends/requests/:userId/accept", "Accepts somebody's request."),
  change("declineFriend", "POST", "/api/friends/requests/:userId/decline", "Declines somebody's request."),
  change("withdrawFriendRequest", "DELETE", "/api/friends/requests/:userId", "Takes back one's own request."),
  change("removeFriend", "DELETE", "/api/friends/:userId", "Ends a friendship."),
  route({
    name: "listBlocks",
    group: "friends",
    method: "GET",
    path: "/api/blocks",
    summary: "Lists whom one has blocked, by name.",
    session: "member",
    answers: { 200: { summary: "All of them.", schema: listOf(PersonSchema) } },
    refusals: [],
  }),
  change("block", "PUT", "/api/blocks/:userId", "Blocks somebody, a guest too; a friendship ends."),
  change("unblock", "DELETE", "/api/blocks/:userId", "Lifts one's block."),
];
