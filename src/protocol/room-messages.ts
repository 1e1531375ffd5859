/** Rooms and the lobby: the same for every game (plan §4.6, design §5). */
import Type, { type Static } from "typebox";
import { command, event, type EventDeclaration } from "./declaration.ts";
import { RoomIdSchema, UserIdSchema } from "./ids.ts";
import { RoomListingSchema, RoomRemovalSchema, RoomSnapshotSchema } from "./room-shapes.ts";
import { foldRoomName, messageLimits, refuseLine, refuseText, roomNameLimits } from "./text.ts";
import { OptionalTimeSchema, TimeSchema } from "./time.ts";

export const GameTypeSchema = Type.String({ pattern: "^[a-z][a-z0-9_]{0,49}$" });
/** A bound on the raw string; the limit that people see is roomNameLimits. */
const RoomNameSchema = Type.String({ maxLength: 2000 });
/** 1 to 64 printable ASCII characters without a colon (design §5, Dice). */
export const ClientSeedSchema = Type.String({ pattern: "^[!-9;-~]{1,64}$" });

const SeqSchema = Type.Integer({ minimum: 1 });
const ClientSeedsSchema = Type.Record(Type.String(), ClientSeedSchema);

const spectatorFields = {
  roomId: RoomIdSchema,
  spectatorId: UserIdSchema,
  spectatorName: Type.String(),
  /** People, not sockets. */
  spectatorCount: Type.Integer({ minimum: 0 }),
};

export const roomMessages = [
  command({
    type: "games.command.open_lobby",
    summary: "Shows the live list of a game's rooms on this socket.",
    topic: "games.commands",
    permission: "watch",
    rateClass: "query",
    fields: { gameType: GameTypeSchema },
    key: ({ gameType }) => gameType,
  }),
  command({
    type: "games.command.close_lobby",
    summary: "Ends the live list on this socket.",
    topic: "games.commands",
    permission: "watch",
    rateClass: "query",
    fields: { gameType: GameTypeSchema },
    key: ({ gameType }) => gameType,
  }),
  event({
    type: "games.event.rooms_updated",
    summary:
      "The list of rooms: all of it (`full`) for a newcomer, then what changed, at most four times a second.",
    topic: "games.events",
    fields: {
      gameType: GameTypeSchema,
      full: Type.Boolean(),
      rooms: Type.Array(RoomListingSchema),
      removed: Type.Array(RoomRemovalSchema),
    },
  }),
  command({
    type: "games.command.create_room",
    summary: "Opens a room under a name that no open room has, and waits for an opponent.",
    topic: "games.commands",
    permission: "play",
    rateClass: "room",
    fields: {
      gameType: GameTypeSchema,
      roomName: RoomNameSchema,
      clientSeed: Type.Optional(ClientSeedSchema),
    },
    key: ({ roomName }) => foldRoomName(roomName),
    check: ({ roomName }) => refuseLine("roomName", roomName, roomNameLimits),
  }),
  event({
    type: "games.event.room_created",
    summary: "A room is open and waits for an opponent.",
    topic: "games.events",
    fields: {
      roomId: RoomIdSchema,
      seq: SeqSchema,
      roomName: Type.String(),
      gameType: GameTypeSchema,
      hostId: UserIdSchema,
      serverSeedHash: Type.String(),
      state: RoomSnapshotSchema,
    },
  }),
  command({
    type: "games.command.join_room",
    summary: "Takes the free seat of a waiting room, named by its name or its id.",
    topic: "games.commands",
    permission: "play",
    rateClass: "room",
    fields: {
      roomName: Type.Optional(RoomNameSchema),
      roomId: Type.Optional(RoomIdSchema),
      clientSeed: Type.Optional(ClientSeedSchema),
    },
    key: ({ roomId, roomName }) => roomId ?? foldRoomName(roomName ?? ""),
    check: ({ roomId, roomName }) => {
      if ((roomId === undefined) === (roomName === undefined)) {
        return {
          code: "INVALID_FIELD",
          field: "roomName",
          message: "Say either roomName or roomId, not both.",
        };
      }
      return roomName === undefined ? null : refuseLine("roomName", roomName, roomNameLimits);
    },
  }),
  command({
    type: "games.command.quick_play",
    summary: "Joins the room that has waited longest, or opens one.",
    topic: "games.commands",
    permission: "play",
    rateClass: "room",
    fields: { gameType: GameTypeSchema, clientSeed: Type.Optional(ClientSeedSchema) },
    key: ({ gameType }) => gameType,
  }),
  event({
    type: "games.event.player_joined",
    summary: "Someone took the free seat.",
    topic: "games.events",
    fields: {
      roomId: RoomIdSchema,
      seq: SeqSchema,
      playerId: UserIdSchema,
      playerName: Type.String(),
      state: RoomSnapshotSchema,
    },
  }),
  event({
    type: "games.event.game_started",
    summary: "The room is full: the game begins, and the first turn's clock runs.",
    topic: "games.events",
    fields: {
      roomId: RoomIdSchema,
      seq: SeqSchema,
      players: Type.Array(Type.Object({ id: UserIdSchema, name: Type.String(), guest: Type.Boolean() })),
      firstTurn: UserIdSchema,
      turn: Type.Integer(),
      turnDeadline: OptionalTimeSchema,
      serverSeedHash: Type.String(),
      clientSeeds: ClientSeedsSchema,
      state: RoomSnapshotSchema,
    },
  }),
  command({
    type: "games.command.leave_room",
    summary:
      "Leaves: closes one's own waiting room, loses a game in play, ends the rematch of a finished one.",
    topic: "games.commands",
    permission: "play",
    rateClass: "room",
    fields: { roomId: RoomIdSchema },
    key: ({ roomId }) => roomId,
  }),
  event({
    type: "games.event.player_disconnected",
    summary:
      "A player lost the last connection, and loses the game at `deadline` unless she is back by then.",
    topic: "games.events",
    fields: { roomId: RoomIdSchema, seq: SeqSchema, playerId: UserIdSchema, deadline: TimeSchema },
  }),
  event({
    type: "games.event.player_reconnected",
    summary: "A player is back; `turnDeadline` is that of the open turn, a fresh one where it is hers.",
    topic: "games.events",
    fields: {
      roomId: RoomIdSchema,
      seq: SeqSchema,
      playerId: UserIdSchema,
      turnDeadline: OptionalTimeSchema,
    },
  }),
  event({
    type: "games.event.player_left",
    summary: "A player left the room for good.",
    topic: "games.events",
    fields: { roomId: RoomIdSchema, seq: SeqSchema, playerId: UserIdSchema },
  }),
  event({
    type: "games.event.room_closed",
    summary: "A waiting room is gone.",
    topic: "games.events",
    fields: {
      roomId: RoomIdSchema,
      seq: SeqSchema,
      reason: Type.Union([Type.Literal("host_left"), Type.Literal("host_away")]),
    },
  }),
  event({
    type: "games.event.places_ended",
    summary:
      "For gateways: the room is over for those whom `unsubscribe` names, though they did not leave it.",
    topic: "games.events",
    fields: { roomId: RoomIdSchema },
  }),
  command({
    type: "games.command.player_chat",
    summary: "Says something to the other player; kept nowhere.",
    topic: "games.commands",
    permission: "play",
    rateClass: "chat",
    fields: { roomId: RoomIdSchema, content: Type.String({ maxLength: 10_000 }) },
    key: ({ roomId }) => roomId,
    check: ({ content }) => refuseText("content", content, messageLimits),
  }),
  event({
    type: "games.event.player_chat_message",
    summary: "A player said something, to the players of the room alone.",
    topic: "games.events",
    fields: {
      roomId: RoomIdSchema,
      messageId: Type.String(),
      senderId: UserIdSchema,
      senderName: Type.String(),
      content: Type.String(),
      sentAt: TimeSchema,
    },
  }),
  command({
    type: "games.command.spectate",
    summary:
      "Watches a room: its `state_sync` is the answer. Whoever plays in it, or has played in it, does not.",
    topic: "games.commands",
    permission: "watch",
    rateClass: "query",
    fields: { roomId: RoomIdSchema },
    key: ({ roomId }) => roomId,
  }),
  command({
    type: "games.command.stop_spectating",
    summary: "Watches a room no more.",
    topic: "games.commands",
    permission: "watch",
    rateClass: "query",
    fields: { roomId: RoomIdSchema },
    key: ({ roomId }) => roomId,
  }),
  command({
    type: "games.command.spectator_chat",
    summary: "Says something to those who watch; kept nowhere.",
    topic: "games.commands",
    permission: "public_chat",
    rateClass: "chat",
    fields: { roomId: RoomIdSchema, content: Type.String({ maxLength: 10_000 }) },
    key: ({ roomId }) => roomId,
    check: ({ content }) => refuseText("content", content, messageLimits),
  }),
  event({
    type: "games.event.spectator_joined",
    summary: "Somebody watches. Where many come at once it names the last of them: the count is of all.",
    topic: "games.events",
    fields: spectatorFields,
  }),
  event({
    type: "games.event.spectator_left",
    summary: "Somebody watches no more, or has been gone for 20 seconds.",
    topic: "games.events",
    fields: spectatorFields,
  }),
  event({
    type: "games.event.spectator_chat_message",
    summary: "A spectator said something, to the spectators of the room alone.",
    topic: "games.events",
    fields: {
      roomId: RoomIdSchema,
      messageId: Type.String(),
      senderId: UserIdSchema,
      senderName: Type.String(),
      content: Type.String(),
      sentAt: TimeSchema,
    },
  }),
  command({
    type: "games.command.rematch",
    summary: "Offers another game in the same company, or accepts the offer.",
    topic: "games.commands",
    permission: "play",
    rateClass: "room",
    fields: { roomId: RoomIdSchema, clientSeed: Type.Optional(ClientSeedSchema) },
    key: ({ roomId }) => roomId,
  }),
  event({
    type: "games.event.rematch_offered",
    summary: "A player wants another game.",
    topic: "games.events",
    fields: { roomId: RoomIdSchema, seq: SeqSchema, playerId: UserIdSchema },
  }),
  event({
    type: "games.event.rematch_started",
    summary: "Both want it: the next game is in `newRoomId`.",
    topic: "games.events",
    fields: { roomId: RoomIdSchema, seq: SeqSchema, newRoomId: RoomIdSchema },
  }),
  event({
    type: "games.event.rematch_closed",
    summary: "There will be no rematch: someone left, or ten minutes passed.",
    topic: "games.events",
    fields: { roomId: RoomIdSchema, seq: SeqSchema },
  }),
] as const;

/** A game's `games.event.{slug}.state_sync`: the room snapshot itself, for someone who needs the whole state. */
export function stateSyncEvent<const Slug extends string>(
  slug: Slug,
): EventDeclaration<`games.event.${Slug}.state_sync`, typeof stateSyncFields> {
  return event({
    type: `games.event.${slug}.state_sync`,
    summary: "The room as it stands, for someone who opened it again or missed something.",
    topic: "games.events",
    fields: stateSyncFields,
  });
}

/** A game's `games.event.{slug}.game_over`: what the platform sends when a game has a result. */
export function gameOverEvent<const Slug extends string>(
  slug: Slug,
): EventDeclaration<`games.event.${Slug}.game_over`, typeof gameOverFields> {
  return event({
    type: `games.event.${slug}.game_over`,
    summary: "The game is over: who won, why, and the seeds that prove the dice.",
    topic: "games.events",
    fields: gameOverFields,
  });
}

const stateSyncFields = RoomSnapshotSchema.properties;

export const GameOverReasonSchema = Type.Union([
  Type.Literal("score"),
  Type.Literal("forfeit"),
  Type.Literal("left"),
  Type.Literal("idle"),
  Type.Literal("abandoned"),
]);

export type GameOverReason = Static<typeof GameOverReasonSchema>;

const gameOverFields = {
  roomId: RoomIdSchema,
  seq: SeqSchema,
  winner: Type.Union([UserIdSchema, Type.Null()]),
  winnerName: Type.Union([Type.String(), Type.Null()]),
  finalScores: Type.Record(Type.String(), Type.Integer()),
  reason: GameOverReasonSchema,
  /** Who lost by leaving, idling or staying away; null where the score decided. */
  forfeitedBy: Type.Union([UserIdSchema, Type.Null()]),
  serverSeed: Type.String(),
  clientSeeds: ClientSeedsSchema,
};
