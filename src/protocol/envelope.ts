/**
 * What the log carries: one envelope around every command and every event (plan §2.5, design §5).
 */
import type { Audience, SubscriptionDirective } from "./audience.ts";
import type { CommandId, ConnectionId, UserId } from "./ids.ts";

export type Producer = "ws_gateway" | "chat" | "games" | "accounts";

/** On whose behalf: a signed-in person on one of her sockets, or the platform itself. */
export type Actor =
  | {
      readonly kind: "person";
      readonly userId: UserId;
      readonly username: string;
      readonly roles: readonly string[];
      readonly connectionId: ConnectionId;
    }
  | { readonly kind: "system" };

export const systemActor: Actor = { kind: "system" };

interface EnvelopeFields<Payload> {
  /** UUIDv5 of the actor, the command's id and an index (W3), so that a repetition has the same one. */
  readonly eventId: string;
  readonly eventType: string;
  /** ISO-8601, UTC: when it was made. */
  readonly timestamp: string;
  readonly producer: Producer;
  readonly actor: Actor;
  readonly payload: Payload;
}

export interface CommandEnvelope<Payload = unknown> extends EnvelopeFields<Payload> {
  readonly kind: "command";
  /** The client's, or one that the gateway gave; internal commands use `{kind}:{room}:{stamp}` (S4). */
  readonly correlationId: string;
  /** ISO-8601: when the gateway took it in; what L5 counts from. */
  readonly receivedAt: string;
}

export interface EventEnvelope<Payload = unknown> extends EnvelopeFields<Payload> {
  readonly kind: "event";
  /** The person's command that caused it; absent where the platform itself did. */
  readonly correlationId?: CommandId;
  /** Absent: only for services and gateways, no socket gets it. */
  readonly audience?: Audience;
  readonly subscribe?: readonly SubscriptionDirective[];
  readonly unsubscribe?: readonly SubscriptionDirective[];
}

export type Envelope = CommandEnvelope | EventEnvelope;

/** The fields of an event's frame that are not its payload (design §5, Frame). */
export interface EventFrameFields {
  readonly eventId: string;
  /** Its place in the log, `games.events/3/1042`; absent on what the gateway itself says. */
  readonly at?: string;
  readonly commandId?: CommandId;
}
