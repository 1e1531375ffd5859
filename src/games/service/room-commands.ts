/** Commands that name their room: many of them are decided and saved together. */
import type { GamesContext } from "./context.ts";
import { payloadOf, deadlineCommandType, type DeadlineCommand } from "./payloads.ts";
import type { Plan } from "./plan.ts";
import type { Asked, Received } from "./records.ts";
import { archivePlan, deadlinePlan, personPlan, rematchPlan } from "./room-plans.ts";
import { archiveRoom, closeRematch, leaveRoom, playInRoom, timeOutTurn } from "../rooms/decide.ts";
import { asRoomId, type RoomId } from "../../protocol/index.ts";

/** The plan for a person's command; null where it names no room. */
export function roomPlan(context: GamesContext, asked: Asked): Plan | null {
  const { command, person } = asked;
  switch (command.eventType) {
    case "games.command.leave_room": {
      const { roomId } = payloadOf(command, "games.command.leave_room");
      return personPlan(context, asked, roomId, (room, roomContext) =>
        leaveRoom(room, person.userId, roomContext),
      );
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

/** `games.command.{slug}.{action}`: the game's own. */
function gameOfCommand(type: string): string | null {
  const [area, kind, slug, action] = type.split(".");
  return area === "games" && kind === "command" && action !== undefined ? (slug ?? null) : null;
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

/** The plan for a deadline; null where the command is none. */
export function deadlinePlanOf(context: GamesContext, { command }: Received): Plan | null {
  if (command.eventType !== deadlineCommandType) return null;
  const { roomId, kind, stamp } = command.payload as DeadlineCommand; // only the platform itself appends these
  const room = asRoomId(roomId);
  switch (kind) {
    case "turn":
      return deadlinePlan(context, command.correlationId, room, (it, roomContext) =>
        timeOutTurn(it, stamp, roomContext),
      );
    case "rematch":
      return deadlinePlan(context, command.correlationId, room, (it, roomContext) =>
        closeRematch(it, stamp, roomContext),
      );
    case "archive":
      return archivePlan(context, room, archiveRoom);
  }
}
