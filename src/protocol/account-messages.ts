/** What becomes of people: friends, and changes of accounts (design §5). Published by accounts alone. */
import Type, { type Static } from "typebox";
import { event } from "./declaration.ts";
import { UserIdSchema } from "./ids.ts";

/** A friend as the friends see her: `away` while every tab of hers is hidden. */
export const FriendStatusSchema = Type.Union([
  Type.Literal("online"),
  Type.Literal("away"),
  Type.Literal("offline"),
]);

export type FriendStatus = Static<typeof FriendStatusSchema>;

const theOther = { userId: UserIdSchema, username: Type.String() };

export const accountMessages = [
  event({
    type: "system.event.friend_requested",
    summary: "Somebody asks this person to be friends; the one who asked gets it too, with the other's name.",
    topic: "system.events",
    fields: {
      ...theOther,
      /** Which of the two asked. */
      direction: Type.Union([Type.Literal("incoming"), Type.Literal("outgoing")]),
    },
  }),
  event({
    type: "system.event.friend_accepted",
    summary: "These two are friends now.",
    topic: "system.events",
    fields: theOther,
  }),
  event({
    type: "system.event.friend_removed",
    summary: "These two are friends no more.",
    topic: "system.events",
    fields: theOther,
  }),
  event({
    type: "system.event.friend_request_removed",
    summary: "A request to be friends is not open any more: declined or withdrawn.",
    topic: "system.events",
    fields: { userId: UserIdSchema },
  }),
  event({
    type: "system.event.friend_presence",
    summary: "A friend came, is looking elsewhere, or left.",
    topic: "gateway.presence",
    fields: { userId: UserIdSchema, status: FriendStatusSchema },
  }),
  event({
    type: "system.event.account_changed",
    summary: "For gateways and services: an account has other roles, or is banned or removed.",
    topic: "system.events",
    fields: {
      userId: UserIdSchema,
      username: Type.String(),
      roles: Type.Array(Type.String()),
      permissions: Type.Array(Type.String()),
      status: Type.Union([Type.Literal("active"), Type.Literal("banned"), Type.Literal("removed")]),
    },
  }),
] as const;
