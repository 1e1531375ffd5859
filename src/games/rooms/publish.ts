/** From a room's event to the record that goes into the log, and from there to everyone in the room. */
import { snapshotOf } from "./view.ts";
import { wireTypeOf, type RoomEvent } from "./events.ts";
import type { Room } from "./room.ts";
import type { Game } from "../game.ts";
import type { TailEvent } from "../store/port.ts";
import type { NewRecord } from "../../event-log/port.ts";
import { audienceOf, audiencesOfRole, toRoom } from "../../protocol/audience.ts";
import { isoTime } from "../../protocol/time.ts";
import type { EventEnvelope, SubscriptionDirective, UserId } from "../../protocol/index.ts";

/** `room` is the room right after the event, or a later one: a snapshot says its own `seq`. */
export function roomRecord(tailEvent: TailEvent, room: Room, game: Game): NewRecord {
  const { event, eventId, actor, commandId } = tailEvent;
  const { roomId } = room;
  const payload: Record<string, unknown> = { roomId, seq: event.seq, ...event.payload };
  const envelope: Writable<EventEnvelope> = {
    kind: "event",
    eventId,
    eventType: wireTypeOf(event),
    timestamp: isoTime(event.at),
    producer: "games",
    actor,
    audience: toRoom(audienceOf.room(roomId)),
    payload,
  };
  if (commandId !== undefined) envelope.correlationId = commandId;
  if (bringsSnapshot(event)) {
    payload["state"] = snapshotOf(room, game);
    const subscribe = subscriptionsOf(tailEvent, room);
    const unsubscribe = watchingNoMore(tailEvent, room);
    if (subscribe.length > 0) envelope.subscribe = subscribe;
    if (unsubscribe.length > 0) envelope.unsubscribe = unsubscribe;
  }
  return { topic: "games.events", key: roomId, value: envelope };
}

type Writable<Value> = { -readonly [Field in keyof Value]: Value[Field] };

/** Joining is one event that carries a snapshot and a subscribe directive (design §1). */
function bringsSnapshot({ kind }: RoomEvent): boolean {
  return kind === "room_created" || kind === "player_joined" || kind === "game_started";
}

function subscriptionsOf({ event }: TailEvent, room: Room): readonly SubscriptionDirective[] {
  if (event.kind === "room_created") return playerSubscriptions(event.payload.hostId, room);
  if (event.kind === "player_joined") return playerSubscriptions(event.payload.playerId, room);
  return [];
}

/** Whoever takes a seat hears spectators no more (G2). */
function watchingNoMore({ event }: TailEvent, room: Room): readonly SubscriptionDirective[] {
  if (event.kind !== "player_joined") return [];
  const { playerId: userId } = event.payload;
  return [{ userId, audience: audienceOf.spectators(room.roomId), seq: room.seq }];
}

function playerSubscriptions(userId: UserId, room: Room): readonly SubscriptionDirective[] {
  return audiencesOfRole(room.roomId, "player").map((audience) => ({ userId, audience, seq: room.seq }));
}
