/** The platform's own messages: handshake, heartbeat, errors, state after a reconnect (plan §2, design §5). */
import Type from "typebox";
import { command, event } from "./declaration.ts";
import { CursorSchema } from "./cursor.ts";
import { CommandIdSchema, ConnectionIdSchema, RoomIdSchema, SessionIdSchema, UserIdSchema } from "./ids.ts";
import { RoomSnapshotSchema } from "./room-shapes.ts";
import { TimeSchema } from "./time.ts";

const DisconnectReasonSchema = Type.Union([
  Type.Literal("closed"),
  Type.Literal("timeout"),
  Type.Literal("gateway_lost"),
  Type.Literal("drain"),
]);

export const systemMessages = [
  event({
    type: "system.welcome",
    summary: "The first frame on a socket: what it is called and which limits it has.",
    topic: "gateway",
    fields: {
      connectionId: ConnectionIdSchema,
      timestamp: TimeSchema,
      heartbeatMs: Type.Integer(),
      timeoutMs: Type.Integer(),
      authDeadlineMs: Type.Integer(),
      maxFrameBytes: Type.Integer(),
    },
  }),
  command({
    type: "system.authenticate",
    summary:
      "Says who is on this socket; the first message, and again with a new token before the old one ends.",
    topic: "gateway",
    permission: null,
    rateClass: "query",
    fields: {
      token: Type.String({ minLength: 1, maxLength: 3500 }),
      resume: Type.Optional(
        Type.Object(
          { cursor: CursorSchema, channels: Type.Array(Type.String({ maxLength: 120 }), { maxItems: 20 }) },
          { additionalProperties: false },
        ),
      ),
    },
  }),
  event({
    type: "system.authenticated",
    summary: "The token was accepted; which rooms this person is in, and from where to go on.",
    topic: "gateway",
    fields: {
      userId: UserIdSchema,
      username: Type.String(),
      roles: Type.Array(Type.String()),
      timestamp: TimeSchema,
      resumed: Type.Boolean(),
      cursor: CursorSchema,
      rooms: Type.Array(
        Type.Object({
          roomId: RoomIdSchema,
          gameType: Type.String(),
          role: Type.Union([Type.Literal("player"), Type.Literal("spectator")]),
        }),
      ),
    },
  }),
  command({
    type: "system.heartbeat",
    summary: "Every 15 seconds: this client is alive; `hidden` while nobody looks at it.",
    topic: "gateway",
    permission: null,
    rateClass: "heartbeat",
    fields: { hidden: Type.Optional(Type.Boolean()) },
  }),
  event({
    type: "system.heartbeat_ack",
    summary: "The answer to a heartbeat, with the server's time and a fresh cursor.",
    topic: "gateway",
    fields: { timestamp: TimeSchema, cursor: CursorSchema },
  }),
  event({
    type: "system.token_expiring",
    summary: "This socket's token ends soon: send system.authenticate with a new one, on this socket.",
    topic: "gateway",
    fields: { expiresAt: TimeSchema },
  }),
  event({
    type: "system.reconnect",
    summary: "This gateway stops: connect again after `afterMs`; the socket is closed with 4000 right after.",
    topic: "gateway",
    fields: { afterMs: Type.Integer({ minimum: 0 }), reason: Type.Literal("drain") },
  }),
  event({
    type: "system.error",
    summary: "A refusal: its code, a sentence for a person, and whether to send the command again.",
    topic: "gateway",
    fields: {
      code: Type.String(),
      message: Type.String(),
      commandId: Type.Optional(CommandIdSchema),
      retryable: Type.Boolean(),
      retryAfterMs: Type.Optional(Type.Integer()),
      action: Type.Optional(Type.String()),
      field: Type.Optional(Type.String()),
      roomId: Type.Optional(RoomIdSchema),
    },
  }),
  event({
    type: "system.event.command_settled",
    summary: "The outcome of a command that is seen again, or whose event goes to others.",
    topic: "system.events",
    fields: {
      commandId: CommandIdSchema,
      ok: Type.Boolean(),
      code: Type.Optional(Type.String()),
      seq: Type.Optional(Type.Integer()),
      roomId: Type.Optional(RoomIdSchema),
    },
  }),
  command({
    type: "system.command.sync_state",
    summary: "Asks for everything that this person takes part in, as it stands.",
    topic: "games.commands",
    permission: "watch",
    rateClass: "query",
    fields: {},
  }),
  event({
    type: "system.event.state_snapshot",
    summary: "The answer to sync_state: every open room of this person, and how much is unread.",
    topic: "games.events",
    fields: {
      activeRooms: Type.Array(RoomIdSchema),
      gameStates: Type.Record(Type.String(), RoomSnapshotSchema),
      unreadMessages: Type.Integer(),
    },
  }),
  event({
    type: "system.event.user_connected",
    summary: "For services: a person's first socket is there.",
    topic: "system.events",
    fields: { userId: UserIdSchema, stamp: Type.Integer() },
  }),
  event({
    type: "system.event.user_disconnected",
    summary: "For services: a person's last socket is gone.",
    topic: "system.events",
    fields: { userId: UserIdSchema, stamp: Type.Integer(), reason: Type.Optional(DisconnectReasonSchema) },
  }),
  event({
    type: "system.event.user_attention_changed",
    summary: "For services: pages of this person are looked at, or no more; presence says what holds now.",
    topic: "system.events",
    fields: { userId: UserIdSchema },
  }),
  event({
    type: "system.event.session_revoked",
    summary: "For gateways: this sign-in session ended, close its sockets.",
    topic: "system.events",
    fields: { sid: SessionIdSchema, userId: UserIdSchema },
  }),
] as const;
