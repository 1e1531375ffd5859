/**
 * What gateways are told where a room is over for somebody who did not leave it herself: her sockets lose their places
 * there. Nobody hears of it, since there is nothing to hear any more.
 */
import { endOfPlaces, type Room } from "../rooms/room.ts";
import type { NewRecord } from "../../event-log/port.ts";
import {
  audiencesOfRole,
  isoTime,
  systemActor,
  type EventEnvelope,
  type RoomRole,
  type SubscriptionDirective,
  type UserId,
} from "../../protocol/index.ts";

/** @param at milliseconds since 1970 */
export function placesEnded(
  room: Room,
  role: RoomRole,
  userIds: readonly UserId[],
  { eventId, at }: { readonly eventId: string; readonly at: number },
): NewRecord {
  const { roomId } = room;
  const value: EventEnvelope = {
    kind: "event",
    eventId,
    eventType: "games.event.places_ended",
    timestamp: isoTime(at),
    producer: "games",
    actor: systemActor,
    unsubscribe: userIds.flatMap((userId) => outOf(room, role, userId)),
    payload: { roomId },
  };
  return { topic: "games.events", key: roomId, value };
}

/** Out of everything that somebody with this role in the room hears. */
export function outOf(room: Room, role: RoomRole, userId: UserId): readonly SubscriptionDirective[] {
  const seq = endOfPlaces(room);
  return audiencesOfRole(room.roomId, role).map((audience) => ({ userId, audience, seq }));
}
