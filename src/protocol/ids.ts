/**
 * Identifiers. All are strings on the wire; the brands keep one kind from being passed for another.
 */
import Type from "typebox";

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A person: a decimal string (accounts), or `v-{uuid}` for a visitor who is not signed in. */
export type UserId = Branded<"UserId">;
/** A room: a UUID. */
export type RoomId = Branded<"RoomId">;
/** One open socket: a UUID, given by the gateway. */
export type ConnectionId = Branded<"ConnectionId">;
/** One intention of a person, kept through every repetition of it (W2): a UUID, given by the client. */
export type CommandId = Branded<"CommandId">;
/** A sign-in session: what a sign-out ends. */
export type SessionId = Branded<"SessionId">;

const uuidPattern = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
const uuidTest = new RegExp(uuidPattern);

export function isUuid(text: string): boolean {
  return uuidTest.test(text);
}

// The casts below are the one place where a checked string becomes an identifier.
export const UserIdSchema = Type.Unsafe<UserId>(Type.String({ pattern: "^([0-9]{1,19}|v-[0-9a-f-]{36})$" }));
export const RoomIdSchema = Type.Unsafe<RoomId>(Type.String({ pattern: uuidPattern }));
export const ConnectionIdSchema = Type.Unsafe<ConnectionId>(Type.String({ pattern: uuidPattern }));
export const CommandIdSchema = Type.Unsafe<CommandId>(Type.String({ pattern: uuidPattern }));
export const SessionIdSchema = Type.Unsafe<SessionId>(Type.String({ minLength: 1, maxLength: 64 }));

export const asUserId = (text: string): UserId => text as UserId;
export const asRoomId = (text: string): RoomId => text as RoomId;
export const asConnectionId = (text: string): ConnectionId => text as ConnectionId;
export const asCommandId = (text: string): CommandId => text as CommandId;
export const asSessionId = (text: string): SessionId => text as SessionId;
