/** How a room looks from outside: in a list, and whole (design §5, "Room snapshot" and rooms_updated). */
import Type, { type Static } from "typebox";
import { RoomIdSchema, UserIdSchema } from "./ids.ts";
import { OptionalTimeSchema, TimeSchema } from "./time.ts";

export const RoomStatusSchema = Type.Union([
  Type.Literal("waiting"),
  Type.Literal("playing"),
  Type.Literal("finished"),
]);

/** One line of the lobby. */
export const RoomListingSchema = Type.Object({
  roomId: RoomIdSchema,
  roomName: Type.String(),
  gameType: Type.String(),
  hostId: UserIdSchema,
  hostName: Type.String(),
  status: RoomStatusSchema,
  playerCount: Type.Integer(),
  spectatorCount: Type.Integer(),
  createdAt: TimeSchema,
  /** SHA-256 of the server seed: whoever joins can see it before sending a seed (G6). */
  serverSeedHash: Type.String(),
  seq: Type.Integer(),
});

export const RoomRemovalSchema = Type.Object({ roomId: RoomIdSchema, seq: Type.Integer() });

export const PlayerSchema = Type.Object({
  id: UserIdSchema,
  name: Type.String(),
  guest: Type.Boolean(),
  connected: Type.Boolean(),
  /** When this player, who is away, loses; null while connected. */
  awayDeadline: OptionalTimeSchema,
});

export const RematchSchema = Type.Object({
  /** Who wants another game. */
  offeredBy: Type.Array(UserIdSchema),
  open: Type.Boolean(),
  newRoomId: Type.Union([RoomIdSchema, Type.Null()]),
});

/** A room as it stands at `seq`. `state` is the game's own view, null while waiting. */
export const RoomSnapshotSchema = Type.Object({
  roomId: RoomIdSchema,
  gameType: Type.String(),
  roomName: Type.String(),
  hostId: UserIdSchema,
  status: RoomStatusSchema,
  role: Type.Optional(Type.Union([Type.Literal("player"), Type.Literal("spectator")])),
  seq: Type.Integer(),
  players: Type.Array(PlayerSchema),
  spectatorCount: Type.Integer(),
  serverSeedHash: Type.String(),
  rematch: Type.Union([RematchSchema, Type.Null()]),
  /** Why and for whom it ended; null before. */
  result: Type.Union([
    Type.Object({
      winner: Type.Union([UserIdSchema, Type.Null()]),
      winnerName: Type.Union([Type.String(), Type.Null()]),
      reason: Type.String(),
      finalScores: Type.Record(Type.String(), Type.Integer()),
      forfeitedBy: Type.Union([UserIdSchema, Type.Null()]),
    }),
    Type.Null(),
  ]),
  state: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]),
});

export type RoomStatus = Static<typeof RoomStatusSchema>;
export type RoomListing = Static<typeof RoomListingSchema>;
export type RoomRemoval = Static<typeof RoomRemovalSchema>;
export type PlayerView = Static<typeof PlayerSchema>;
export type RoomSnapshot = Static<typeof RoomSnapshotSchema>;
