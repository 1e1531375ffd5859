/** The records that the games service appends beside those of the rooms themselves. */
import { causedEventId } from "../identity.ts";
import type { LogRecord, NewRecord } from "../../event-log/port.ts";
import {
  errorTable,
  isoTime,
  messageOf,
  toUsers,
  type Actor,
  type Audience,
  type CommandEnvelope,
  type CommandId,
  type EventEnvelope,
  type Rejection,
  type SubscriptionDirective,
} from "../../protocol/index.ts";

/** A command as it was read from the log. */
export interface Received {
  readonly record: LogRecord;
  readonly command: CommandEnvelope;
}

export type Person = Extract<Actor, { kind: "person" }>;

/** A person's command. */
export interface Asked extends Received {
  readonly person: Person;
  readonly commandId: CommandId;
}

interface Answer {
  readonly type: string;
  /** Orders it in the log: the room's id where it speaks of a room. */
  readonly key: string;
  readonly audience: Audience;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly subscribe?: readonly SubscriptionDirective[];
  readonly unsubscribe?: readonly SubscriptionDirective[];
}

/** An answer to `asked`. Answers are made anew when a command is seen again: their ids differ by its place (W2). */
export function answerRecord(asked: Asked, answer: Answer): NewRecord {
  const { person, commandId, command, record } = asked;
  const { type, key, ...rest } = answer;
  const envelope: EventEnvelope = {
    kind: "event",
    eventId: causedEventId(person.userId, commandId, `${type}@${record.partition}/${record.offset}`),
    eventType: type,
    timestamp: isoTime(record.appendedAt),
    producer: "games",
    actor: command.actor,
    correlationId: commandId,
    ...rest,
  };
  return { topic: "games.events", key, value: envelope };
}

export function refusalRecord(asked: Asked, rejection: Rejection, key: string): NewRecord {
  const { code, field, roomId, retryAfterMs } = rejection;
  const { retryable, action } = errorTable[code];
  return answerRecord(asked, {
    type: "system.error",
    key,
    audience: toUsers(asked.person.userId),
    payload: {
      code,
      message: messageOf(rejection),
      retryable,
      ...(action === undefined ? {} : { action }),
      ...(field === undefined ? {} : { field }),
      ...(roomId === undefined ? {} : { roomId }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  });
}

interface Settlement {
  readonly ok: boolean;
  readonly code?: string;
  readonly seq?: number;
  readonly roomId?: string;
  readonly unsubscribe?: readonly SubscriptionDirective[];
}

/** The outcome for an actor who cannot see it from an event (W2). */
export function settledRecord(asked: Asked, settlement: Settlement, key: string): NewRecord {
  const { unsubscribe, ...outcome } = settlement;
  return answerRecord(asked, {
    type: "system.event.command_settled",
    key,
    audience: toUsers(asked.person.userId),
    payload: outcome,
    ...(unsubscribe === undefined ? {} : { unsubscribe }),
  });
}
