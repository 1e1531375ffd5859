/** Who lost the connection, who is back, and what comes of an absence that lasts (R4). Pure, like decide.ts. */
import { awayDeadline } from "./deadlines.ts";
import { attendanceOf, awaySeats, isMember, waitsForPlayers, type Room } from "./room.ts";
import { isDue, RoomChange, type PresenceNow, type RoomContext, type RoomDecision } from "./room-change.ts";
import type { UserId } from "../../protocol/index.ts";

/** R4: a player's last socket is gone. `stamp` is that of presence: what is older than the room knows is past. */
export function noteAbsence(room: Room, playerId: UserId, stamp: number, context: RoomContext): RoomDecision {
  const change = new RoomChange(room, context);
  const { away, stamp: known } = attendanceOf(room, playerId);
  const isNews = away === null && stamp > known;
  if (isNews && waitsForPlayers(room) && isMember(room, playerId)) change.depart(playerId, stamp);
  return change.decision();
}

export function noteReturn(room: Room, playerId: UserId, stamp: number, context: RoomContext): RoomDecision {
  const change = new RoomChange(room, context);
  const { away, stamp: known } = attendanceOf(room, playerId);
  if (away !== null && stamp > known && isMember(room, playerId)) change.comeBack(playerId, stamp);
  return change.decision();
}

/**
 * R4: an absence has lasted too long. Whoever is there, or was there in time, loses nothing: presence is asked, and
 * what the room had not heard is made good first.
 */
export function endAbsence(
  room: Room,
  presenceOf: (playerId: UserId) => PresenceNow,
  context: RoomContext,
): RoomDecision {
  const change = new RoomChange(room, context);
  const isOver = (it: Room) => isDue(awayDeadline(it)?.at ?? null, context.now);
  if (!isOver(room)) return change.decision();
  let corrected = room;
  for (const { id } of awaySeats(room)) corrected = change.correct(id, presenceOf(id));
  if (!isOver(corrected)) return change.decision();
  if (corrected.status === "waiting") {
    change.emit({ kind: "room_closed", payload: { reason: "host_away" } });
  } else if (corrected.status === "finished") {
    change.emit({ kind: "rematch_closed", payload: {} });
  } else {
    const away = awaySeats(corrected);
    const { stamp } = awayDeadline(corrected) ?? {};
    const loser = away.find(({ id }) => attendanceOf(corrected, id).stamp === stamp);
    if (loser === undefined) throw new Error("Someone is away whenever an absence is over.");
    change.forfeit(loser.id, away.length === corrected.seats.length ? "abandoned" : "forfeit");
  }
  return change.decision();
}
