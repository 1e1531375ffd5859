/**
 * Rooms as MongoDB has them (plan §4.2): `game_states` is the versioned document (S2), `game_rooms` what lists and
 * searches need, written in the same transaction and only when the room itself changes.
 */
import type { Claim, RoomDocument, Write } from "./port.ts";
import { clientSeedsOf, type Room } from "../rooms/room.ts";
import type { RoomId, RoomListing, UserId } from "../../protocol/index.ts";

export interface StateDocument {
  readonly _id: RoomId;
  readonly room_id: RoomId;
  readonly game_type: string;
  readonly version: number;
  readonly state: Room;
  readonly tail: RoomDocument["tail"];
  readonly outcomes: RoomDocument["outcomes"];
  /** Absent where the room waits for nothing, so that the index has only those that do. */
  readonly due_at?: Date;
  readonly updated_at: Date;
}

export interface GameRoomDocument {
  readonly _id: RoomId;
  readonly game_type: string;
  readonly room_name: string;
  readonly host_id: UserId;
  readonly status: Room["status"];
  readonly players: readonly UserId[];
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  /** Absent where there is none: an index has only those that are there. */
  readonly claims?: readonly Claim[];
  readonly members?: readonly UserId[];
  readonly unarchived?: true;
  readonly listing?: RoomListing;
}

export function stateDocument({ document, dueAt }: Write): StateDocument {
  const { room, version, tail, outcomes } = document;
  return {
    _id: room.roomId,
    room_id: room.roomId,
    game_type: room.gameType,
    version,
    state: room,
    tail,
    outcomes,
    ...(dueAt === null ? {} : { due_at: new Date(dueAt) }),
    updated_at: new Date(),
  };
}

export function roomDocument({ version, state, tail, outcomes }: StateDocument): RoomDocument {
  return { room: state, version, tail, outcomes };
}

export function gameRoomDocument({ document, claims, members, listing }: Write): GameRoomDocument {
  const { room } = document;
  return {
    _id: room.roomId,
    game_type: room.gameType,
    room_name: room.roomName,
    host_id: room.hostId,
    status: room.status,
    players: room.seats.map(({ id }) => id),
    created_at: new Date(room.createdAt),
    started_at: "startedAt" in room ? new Date(room.startedAt) : null,
    finished_at: "finishedAt" in room ? new Date(room.finishedAt) : null,
    ...(claims.length === 0 ? {} : { claims }),
    ...(members.length === 0 ? {} : { members, unarchived: true }),
    ...(listing === null ? {} : { listing }),
  };
}

/**
 * What the units of one call have to do with each other: a unit waits for those before it that touch one of its
 * keys. The people and the name of a room stand for the claims that it may take or let go.
 */
export function keysOf({ document, roomChanged }: Write): readonly string[] {
  const { room } = document;
  const own = `room ${room.roomId}`;
  return roomChanged ? [own, `name ${room.roomName}`, ...Object.keys(clientSeedsOf(room))] : [own];
}
