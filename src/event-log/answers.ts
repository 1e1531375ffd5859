/** What a service answers to a command: the records that it appends beside the events themselves (W2). */
import type { LogRecord, NewRecord } from "./port.ts";
import {
  asCommandId,
  errorTable,
  fromIsoTime,
  isoTime,
  messageOf,
  toUsers,
  type Actor,
  type Audience,
  type CommandEnvelope,
  type CommandId,
  type EventEnvelope,
  type EventTopic,
  type Rejection,
  type SubscriptionDirective,
} from "../protocol/index.ts";

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

export interface Answer {
  readonly type: string;
  /** Orders it in the log: the room's id where it speaks of a room. */
  readonly key: string;
  readonly audience: Audience;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly subscribe?: readonly SubscriptionDirective[];
  readonly unsubscribe?: readonly SubscriptionDirective[];
}

export interface Settlement {
  readonly ok: boolean;
  readonly code?: string;
  readonly seq?: number;
  readonly roomId?: string;
  readonly unsubscribe?: readonly SubscriptionDirective[];
}

export interface Answers {
  /** An answer to `asked`. Made anew when a command is seen again: its id differs by the command's place (W2). */
  answer(asked: Asked, answer: Answer): NewRecord;
  refusal(asked: Asked, rejection: Rejection, key: string): NewRecord;
  /** The outcome for an actor who cannot see it from an event. */
  settled(asked: Asked, settlement: Settlement, key: string): NewRecord;
}

/** The answers of one service, which go where its events go. */
export function createAnswers(producer: EventEnvelope["producer"], topic: EventTopic): Answers {
  function answer(asked: Asked, { type, key, ...rest }: Answer): NewRecord {
    const { person, commandId, command, record } = asked;
    const envelope: EventEnvelope = {
      kind: "event",
      eventId: causedEventId(person.userId, commandId, `${type}@${record.partition}/${record.offset}`),
      eventType: type,
      timestamp: isoTime(record.appendedAt),
      producer,
      actor: command.actor,
      correlationId: commandId,
      ...rest,
    };
    return { topic, key, value: envelope };
  }

  return {
    answer,

    refusal(asked, rejection, key) {
      const { code, field, roomId, retryAfterMs } = rejection;
      const { retryable, action } = errorTable[code];
      return answer(asked, {
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
    },

    settled(asked, { unsubscribe, ...outcome }, key) {
      return answer(asked, {
        type: "system.event.command_settled",
        key,
        audience: toUsers(asked.person.userId),
        payload: outcome,
        ...(unsubscribe === undefined ? {} : { unsubscribe }),
      });
    },
  };
}

/** A person's command; null for what the platform tells itself. */
export function askedBy(received: Received): Asked | null {
  const { record, command } = received;
  const { actor, correlationId } = command;
  return actor.kind === "system"
    ? null
    : { record, command, person: actor, commandId: asCommandId(correlationId) };
}

/** A command that is first decided later than this is refused: its sender has given it up by then (L5). */
const expiryMs = 15_000;

export function isExpired({ receivedAt }: CommandEnvelope, now: number): boolean {
  return now - fromIsoTime(receivedAt) > expiryMs;
}

const namespace = "6f1b3a52-8f0e-5d0c-9a3d-2f6f1c6b7e10";

/** The id of the index-th event that this command of this actor caused: a repetition has the same one (W3). */
export function causedEventId(actorId: string, commandId: string, index: number | string): string {
  return Bun.randomUUIDv5(`event\n${actorId}\n${commandId}\n${index}`, namespace);
}
