/** Bigger Dice: what travels (plan §5.2, design §5). */
import Type from "typebox";
import { command, event } from "../../protocol/declaration.ts";
import { RoomIdSchema, UserIdSchema } from "../../protocol/ids.ts";
import { gameOverEvent, stateSyncEvent } from "../../protocol/room-messages.ts";
import { OptionalTimeSchema } from "../../protocol/time.ts";

const DieSchema = Type.Integer({ minimum: 1, maximum: 6 });
const SeqSchema = Type.Integer({ minimum: 1 });
const ScoresSchema = Type.Record(Type.String(), Type.Integer({ minimum: 0, maximum: 10 }));
/** The number of rolls made so far in the game: the turn that is open, or (in `rolled`) the one just played. */
const TurnSchema = Type.Integer({ minimum: 0 });

export const biggerDiceMessages = [
  command({
    type: "games.command.bigger_dice.roll",
    summary:
      "Rolls the die, in one's own turn. `turn` says which turn is meant, so that a late click does nothing.",
    topic: "games.commands",
    permission: "play",
    rateClass: "action",
    fields: { roomId: RoomIdSchema, turn: Type.Optional(TurnSchema) },
    key: ({ roomId }) => roomId,
  }),
  event({
    type: "games.event.bigger_dice.rolled",
    summary: "A die was rolled; `auto` where the server rolled because the clock ran out.",
    topic: "games.events",
    fields: {
      roomId: RoomIdSchema,
      seq: SeqSchema,
      playerId: UserIdSchema,
      roll: DieSchema,
      isFirstRoll: Type.Boolean(),
      turn: TurnSchema,
      auto: Type.Boolean(),
      nextTurn: Type.Union([UserIdSchema, Type.Null()]),
      turnDeadline: OptionalTimeSchema,
    },
  }),
  event({
    type: "games.event.bigger_dice.round_complete",
    summary: "Both have rolled: who won the round (null: a draw), the scores, and who rolls next.",
    topic: "games.events",
    fields: {
      roomId: RoomIdSchema,
      seq: SeqSchema,
      round: Type.Integer({ minimum: 1 }),
      rolls: Type.Record(Type.String(), DieSchema),
      winner: Type.Union([UserIdSchema, Type.Null()]),
      scores: ScoresSchema,
      nextTurn: Type.Union([UserIdSchema, Type.Null()]),
      turn: TurnSchema,
      turnDeadline: OptionalTimeSchema,
    },
  }),
  gameOverEvent("bigger_dice"),
  stateSyncEvent("bigger_dice"),
] as const;
