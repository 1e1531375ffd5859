/**
 * Who gets an event (G2). An audience is a name; the gateway keeps one topic of its sockets for each that people share.
 */
import { asUserId, type ConnectionId, type RoomId, type UserId } from "./ids.ts";

export type AudienceName =
  | `user:${string}`
  | `room:${string}`
  | `room:${string}:players`
  | `room:${string}:spectators`
  | `rooms:${string}`
  | `lobby:${string}`;

/** The envelope's `audience`: people, one socket, or every socket that is subscribed to a named audience. */
export type Audience =
  | { readonly type: "user"; readonly userIds: readonly UserId[] }
  | { readonly type: "connection"; readonly connectionId: ConnectionId }
  | { readonly type: "room"; readonly roomId: AudienceName };

const roomPrefix = "room:";

/**
 * Puts sockets into an audience (or takes them out) before the event beside it is delivered.
 * `seq`: the snapshot in that event stands at this place of the room.
 */
export type SubscriptionDirective = (
  { readonly userId: UserId } | { readonly connectionId: ConnectionId }
) & { readonly audience: AudienceName; readonly seq?: number };

export type RoomRole = "player" | "spectator";

export const audienceOf = {
  user: (userId: UserId): AudienceName => `user:${userId}`,
  room: (roomId: RoomId): AudienceName => `room:${roomId}`,
  players: (roomId: RoomId): AudienceName => `room:${roomId}:players`,
  spectators: (roomId: RoomId): AudienceName => `room:${roomId}:spectators`,
  /** The live list of a game's open rooms. */
  roomList: (slug: string): AudienceName => `rooms:${slug}`,
  lobby: (lobbyId: string): AudienceName => `lobby:${lobbyId}`,
};

/** The two audiences that a member of a room is in: everyone's, and that of the role. */
export function audiencesOfRole(roomId: RoomId, role: RoomRole): readonly AudienceName[] {
  return [
    audienceOf.room(roomId),
    role === "player" ? audienceOf.players(roomId) : audienceOf.spectators(roomId),
  ];
}

/** Whose own audience it is; null for one that several people share. */
export function userOf(audience: AudienceName): UserId | null {
  return audience.startsWith("user:") ? asUserId(audience.slice("user:".length)) : null;
}

/** Whether it is everybody in this room: asked of every event, so that no name is made for it. */
export function isWholeRoom(audience: AudienceName, roomId: RoomId): boolean {
  return (
    audience.length === roomPrefix.length + roomId.length &&
    audience.startsWith(roomPrefix) &&
    audience.endsWith(roomId)
  );
}

/** The players among everybody in a room; null for an audience that is not a whole room. */
export function playersAmong(audience: AudienceName): AudienceName | null {
  const isOfRoom = audience.startsWith(roomPrefix) && !audience.includes(":", roomPrefix.length);
  return isOfRoom ? `${audience as `room:${string}`}:players` : null;
}

/** The whole room whose players an audience is; null for an audience that is not of players. */
export function roomOfPlayers(audience: AudienceName): AudienceName | null {
  if (!audience.startsWith(roomPrefix) || !audience.endsWith(":players")) return null;
  return audience.slice(0, -":players".length) as `room:${string}`; // as both checks say
}

export const toRoom = (roomId: AudienceName): Audience => ({ type: "room", roomId });
export const toUsers = (...userIds: readonly UserId[]): Audience => ({ type: "user", userIds });
export const toConnection = (connectionId: ConnectionId): Audience => ({ type: "connection", connectionId });
