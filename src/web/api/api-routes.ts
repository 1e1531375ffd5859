/** Every route of the API, described. A test holds that the app has these and no others. */
import { accountRoutes, AccountSchema, SocketTokenSchema } from "./account-routes.ts";
import { chatRoutes, ChatSchema } from "./chat-routes.ts";
import { FriendRequestSchema, friendRoutes, FriendSchema, PersonSchema } from "./friend-routes.ts";
import { GameRecordSchema, gameRoutes, GameSchema } from "./game-routes.ts";
import { ProblemSchema } from "./problem.ts";
import type { RouteDescription } from "./route-description.ts";

export const apiRoutes: readonly RouteDescription[] = [
  ...accountRoutes,
  ...friendRoutes,
  ...gameRoutes,
  ...chatRoutes,
];

/** The shapes that have a name in the documents. */
export const apiShapes = {
  Problem: ProblemSchema,
  Account: AccountSchema,
  "Socket token": SocketTokenSchema,
  Friend: FriendSchema,
  "Friend request": FriendRequestSchema,
  Person: PersonSchema,
  Game: GameSchema,
  "Game record": GameRecordSchema,
  Chat: ChatSchema,
};
