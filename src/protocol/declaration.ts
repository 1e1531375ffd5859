/**
 * How a message is declared: once, with everything that the gateway, the services, the client library and the
 * generated documents need to know about it (W1).
 */
import Type, { type Static, type TObject, type TProperties } from "typebox";
import type { Rejection } from "./errors.ts";
import type { CommandTopic, EventTopic } from "./topics.ts";
import type { Permission } from "./permissions.ts";
import type { RateClass } from "./rate-classes.ts";
import type { UserId } from "./ids.ts";

export interface CommandDeclaration<Name extends string = string, Fields extends TProperties = TProperties> {
  readonly kind: "command";
  readonly type: Name;
  /** One sentence for the protocol page. */
  readonly summary: string;
  /** The payload: every field beside `type` and `commandId`. Unknown fields are refused. */
  readonly schema: TObject<Fields>;
  /** Where the gateway sends it; `gateway` for the few that it answers itself. */
  readonly topic: CommandTopic | "gateway";
  /** Who may send it; null: anyone who has authenticated. */
  readonly permission: Permission | null;
  readonly rateClass: RateClass;
  /** The key that keeps its order in the log (L1). */
  key(payload: Static<TObject<Fields>>, actor: UserId): string;
  /** What a schema cannot say (graphemes, invisible characters); null where all is well. */
  check(payload: Static<TObject<Fields>>): Rejection | null;
}

export interface EventDeclaration<Name extends string = string, Fields extends TProperties = TProperties> {
  readonly kind: "event";
  readonly type: Name;
  readonly summary: string;
  /** The payload: every field beside the frame's own (`type`, `eventId`, `at`, `commandId`). */
  readonly schema: TObject<Fields>;
  /** Where services append it; `gateway` for those that the gateway makes itself. */
  readonly topic: EventTopic | "gateway";
  /** Only for those who are here when it comes: it is not replayed, and dropped when it is 5 s old (R6). */
  readonly isLiveOnly: boolean;
}

export type Declaration = CommandDeclaration | EventDeclaration;

type CommandSpecification<Name extends string, Fields extends TProperties> = Pick<
  CommandDeclaration<Name, Fields>,
  "type" | "summary" | "topic" | "permission" | "rateClass"
> & { readonly fields: Fields } & Partial<Pick<CommandDeclaration<Name, Fields>, "key" | "check">>;

/** Declares a command. Without `key` it is ordered by the person who sends it. */
export function command<const Name extends string, Fields extends TProperties>(
  specification: CommandSpecification<Name, Fields>,
): CommandDeclaration<Name, Fields> {
  const { fields, ...rest } = specification;
  return {
    key: (_payload, actor) => actor,
    check: () => null,
    ...rest,
    kind: "command",
    schema: Type.Object(fields, { additionalProperties: false }),
  };
}

/** Declares an event. Clients ignore fields that they do not know, so its schema is open. */
export function event<const Name extends string, Fields extends TProperties>(specification: {
  readonly type: Name;
  readonly summary: string;
  readonly topic: EventTopic | "gateway";
  readonly isLiveOnly?: boolean;
  readonly fields: Fields;
}): EventDeclaration<Name, Fields> {
  const { fields, isLiveOnly = false, ...rest } = specification;
  return { ...rest, isLiveOnly, kind: "event", schema: Type.Object(fields) };
}

/** From a list of declarations: `{ [type]: payload }` of its commands. */
export type CommandPayloads<Declarations extends readonly unknown[]> = PayloadsOf<
  Extract<Declarations[number], { kind: "command" }>
>;

/** From a list of declarations: `{ [type]: payload }` of its events. */
export type EventPayloads<Declarations extends readonly unknown[]> = PayloadsOf<
  Extract<Declarations[number], { kind: "event" }>
>;

/** From lists of declarations, put into one: `MessagesOf<[...typeof systemMessages, ...typeof roomMessages]>`. */
export interface MessagesOf<Declarations extends readonly unknown[]> {
  readonly commands: CommandPayloads<Declarations>;
  readonly events: EventPayloads<Declarations>;
}

type PayloadsOf<Each> = {
  [One in Each as One extends { readonly type: infer Name extends string } ? Name : never]: One extends {
    readonly schema: infer Schema extends TObject;
  }
    ? Static<Schema>
    : never;
};
