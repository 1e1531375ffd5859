/** Pig: what travels. */
import Type from "typebox";
import { command, event } from "../../protocol/declaration.ts";
import { RoomIdSchema, UserIdSchema } from "../../protocol/ids.ts";
import { gameOverEvent, stateSyncEvent } from "../../protocol/room-messages.ts";
import { OptionalTimeSchema } from "../../protocol/time.ts";

const DieSchema = Type.Integer({ minimum: 1, maximum: 6 });
const SeqSchema = Type.Integer({ minimum: 1 });
const PointsSchema = Type.Integer({ minimum: 0 });
/** The number of moves (rolls and holds) made so far: the one that is open, or in an event the one just made. */
const TurnSchema = Type.Integer({ minimum: 0 });

export const pigMessages = [
  command({
    type: "games.command.pig.roll",
    summary:
      "Rolls the die, in one's own turn. `turn` says which move is meant, so that a late click does nothing.",
    topic: "games.commands",
    permission: "play",
    rateClass: "action",
    fields: { roomId: RoomIdSchema, turn: Type.Optional(TurnSchema) },
    key: ({ roomId }) => roomId,
  }),
  command({
    type: "games.command.pig.hold",
    summary: "Banks what was rolled in one's own turn, and ends it. Not before the first roll.",
    topic: "games.commands",
    permission: "play",
    rateClass: "action",
    fields: { roomId: RoomIdSchema, turn: Type.Optional(TurnSchema) },
    key: ({ roomId }) => roomId,
  }),
  event({
    type: "games.event.pig.rolled",
    summary:
      "The die was rolled: 2 to 6 is added to the turn's total, a 1 loses it and ends the turn. `auto` where the server rolled because the clock ran out.",
    topic: "games.events",
    fields: {
      roomId: RoomIdSchema,
      seq: SeqSchema,
      playerId: UserIdSchema,
      roll: DieSchema,
      turn: TurnSchema,
      auto: Type.Boolean(),
      turnTotal: PointsSchema,
      nextTurn: UserIdSchema,
      turnDeadline: OptionalTimeSchema,
    },
  }),
  event({
    type: "games.event.pig.held",
    summary: "The turn's total was banked; `nextTurn` is null where that won the game.",
    topic: "games.events",
    fields: {
      roomId: RoomIdSchema,
      seq: SeqSchema,
      playerId: UserIdSchema,
      banked: PointsSchema,
      turn: TurnSchema,
      auto: Type.Boolean(),
      scores: Type.Record(Type.String(), PointsSchema),
      nextTurn: Type.Union([UserIdSchema, Type.Null()]),
      turnDeadline: OptionalTimeSchema,
    },
  }),
  gameOverEvent("pig"),
  stateSyncEvent("pig"),
] as const;
