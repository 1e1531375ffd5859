/** What the players of a room say to each other (plan §5.7): said once, heard by them alone, kept nowhere. */
import type { Plan } from "./plan.ts";
import type { Asked } from "./records.ts";
import { isMember } from "../rooms/room.ts";
import { causedEventId } from "../../event-log/answers.ts";
import type { NewRecord } from "../../event-log/port.ts";
import { audienceOf, isoTime, toRoom, type EventEnvelope, type RoomId } from "../../protocol/index.ts";

export function playerChatPlan(asked: Asked, roomId: RoomId, content: string): Plan {
  return {
    roomId,
    decide(document) {
      if (document === null) return { kind: "refused", rejection: { code: "ROOM_NOT_FOUND" } };
      if (!isMember(document.room, asked.person.userId)) {
        return { kind: "refused", rejection: { code: "NOT_A_PLAYER" } };
      }
      return { kind: "answer", records: [messageRecord(asked, roomId, content)] };
    },
  };
}

/** The same id however often it is said: gateways and clients drop what they have had (L4). */
function messageRecord(asked: Asked, roomId: RoomId, content: string): NewRecord {
  const { person, commandId, record } = asked;
  const { userId: senderId, username: senderName } = person;
  const messageId = causedEventId(senderId, commandId, 0);
  const sentAt = isoTime(record.appendedAt);
  const value: EventEnvelope = {
    kind: "event",
    eventId: messageId,
    eventType: "games.event.player_chat_message",
    timestamp: sentAt,
    producer: "games",
    actor: person,
    correlationId: commandId,
    audience: toRoom(audienceOf.players(roomId)),
    payload: { roomId, messageId, senderId, senderName, content, sentAt },
  };
  return { topic: "games.events", key: roomId, value };
}
