/** Commands that name their room: many of them are decided and saved together. */
import type { GamesContext } from "./context.ts";
import {
  attendanceCommandType,
  deadlineCommandType,
  exclusionCommandType,
  payloadOf,
  type AttendanceCommand,
  type DeadlineCommand,
  type ExclusionCommand,
} from "./payloads.ts";
import type { Plan } from "./plan.ts";
import type { Asked, Received } from "./records.ts";
import type { PresenceView } from "./presence-view.ts";
import { playerChatPlan } from "./player-chat.ts";
import type { Spectators } from "./spectators.ts";
import { absencePlan, archivePlan, deadlinePlan, inClosed, personPlan, rematchPlan } from "./room-plans.ts";
import { noteAbsence, noteReturn } from "../rooms/absence.ts";
import { archiveRoom, closeRematch, leaveRoom, playInRoom, timeOutTurn } from "../rooms/decide.ts";
import { isMember } from "../rooms/room.ts";
import { asRoomId, asUserId, type RoomId, type UserId } from "../../protocol/index.ts";

/** The plan for a person's command; null where it names no room. */
export function roomPlan(context: GamesContext, spectators: Spectators, asked: Asked): Plan | null {
  const { command, person } = asked;
  switch (command.eventType) {
    case "games.command.leave_room": {
      const { roomId } = payloadOf(command, "games.command.leave_room");
      return personPlan(context, asked, roomId, (room, roomContext) =>
        leaveRoom(room, person.userId, roomContext),
      );
    }
    case "games.command.player_chat": {
      const { roomId, content } = payloadOf(command, "games.command.player_chat");
      return playerChatPlan(asked, roomId, content);
    }
    case "games.command.spectate":
      return spectators.spectate(asked, payloadOf(command, "games.command.spectate").roomId);
    case "games.command.stop_spectating":
      return spectators.stopSpectating(asked, payloadOf(command, "games.command.stop_spectating").roomId);
    case "games.command.spectator_chat": {
      const { roomId, content } = payloadOf(command, "games.command.spectator_chat");
      return spectators.chat(asked, roomId, content);
    }
    case "games.command.rematch": {
      const { roomId, clientSeed } = payloadOf(command, "games.command.rematch");
      return rematchPlan(context, asked, roomId, clientSeed ?? context.seeds.clientSeed());
    }
    default: {
      const slug = gameOfCommand(command.eventType);
      return slug !== null && context.hasGame(slug) ? gamePlan(context, asked, slug) : null;
    }
  }
}

/** Whether it is a command of a game, of whichever: a move. */
export function isGamesOwn(type: string): boolean {
  return gameOfCommand(type) !== null;
}

const prefix = "games.command.";

/** `games.command.{slug}.{action}`: the game's own. */
function gameOfCommand(type: string): string | null {
  const end = type.startsWith(prefix) ? type.indexOf(".", prefix.length) : -1;
  return end < 0 ? null : type.slice(prefix.length, end);
}

function gamePlan(context: GamesContext, asked: Asked, slug: string): Plan {
  const { command, person } = asked;
  // A game's commands all name their room; the rest of the payload is the game's.
  const { roomId, ...payload } = command.payload as { readonly roomId: RoomId };
  return personPlan(context, asked, roomId, (room, roomContext) =>
    room.gameType === slug
      ? playInRoom(room, person.userId, { type: command.eventType, payload }, roomContext)
      : { ok: false, rejection: { code: "ROOM_NOT_FOUND" } },
  );
}

/** The plan for what the platform tells itself; null where the command is something else. */
export function internalPlan(
  context: GamesContext,
  presence: PresenceView,
  { command }: Received,
): Plan | null {
  switch (command.eventType) {
    // Only the platform itself appends these, as they are declared.
    case deadlineCommandType:
      return dueDeadlinePlan(context, presence, command.correlationId, command.payload as DeadlineCommand);
    case exclusionCommandType: {
      const { roomId, userId } = command.payload as ExclusionCommand;
      return exclusionPlan(context, command.correlationId, asRoomId(roomId), asUserId(userId));
    }
    case attendanceCommandType:
      return attendancePlan(context, command.correlationId, command.payload as AttendanceCommand);
    default:
      return null;
  }
}

function exclusionPlan(context: GamesContext, id: string, roomId: RoomId, userId: UserId): Plan {
  return deadlinePlan(
    context,
    id,
    roomId,
    (room, roomContext) => leaveRoom(room, userId, roomContext),
    (room) => (room.status === "finished" && !isMember(room, userId) ? [userId] : inClosed(room)),
  );
}

function attendancePlan(context: GamesContext, id: string, payload: AttendanceCommand): Plan {
  const { change, stamp } = payload;
  const userId = asUserId(payload.userId);
  const note = change === "away" ? noteAbsence : noteReturn;
  return deadlinePlan(context, id, asRoomId(payload.roomId), (room, roomContext) =>
    note(room, userId, stamp, roomContext),
  );
}

function dueDeadlinePlan(
  context: GamesContext,
  presence: PresenceView,
  id: string,
  { roomId, kind, stamp }: DeadlineCommand,
): Plan {
  const room = asRoomId(roomId);
  switch (kind) {
    case "turn":
      return deadlinePlan(context, id, room, (it, roomContext) => timeOutTurn(it, stamp, roomContext));
    case "rematch":
      return deadlinePlan(context, id, room, (it, roomContext) => closeRematch(it, stamp, roomContext));
    case "archive":
      return archivePlan(context, id, room, archiveRoom);
    case "away":
      return absencePlan(context, presence, id, room);
  }
}
