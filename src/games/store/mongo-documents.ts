/**
 * Rooms as MongoDB has them (plan §4.2): `game_states` is the versioned document (S2), `game_rooms` what lists and
 * searches need, written in the same transaction and only when the room itself changes. What games make is kept as
 * JSON text: a BSON object with keys such as `$ref` and `$id` would not come back as it was.
 */
import type { Collection, Db } from "mongodb";
import { claimsOf, membersOf, nameClaim, seatClaim } from "./document.ts";
import type { Claim, RoomDocument, Unit, Write } from "./port.ts";
import { outcomesByUser, restoredOutcomes, type OutcomesByUser } from "./outcomes.ts";
import type { RoomForm } from "../rooms/room-rules.ts";
import type { Room } from "../rooms/room.ts";
import { listingOf } from "../rooms/view.ts";
import type { RoomId, RoomListing, UserId } from "../../protocol/index.ts";

export interface StateDocument {
  readonly _id: RoomId;
  readonly room_id: RoomId;
  readonly game_type: string;
  readonly version: number;
  /** The room, its `game` as JSON. */
  readonly state: Room;
  /** JSON. */
  readonly tail: string;
  /** JSON of `OutcomesByUser`: platforms of an earlier version, which go on beside this one, read no other form. */
  readonly outcomes: string;
  /** Absent where the room waits for nothing, so that the index has only those that do. */
  readonly due_at?: Date;
  readonly updated_at: Date;
}

/** What changes from save to save. */
export type StateFields = Omit<StateDocument, "_id" | "room_id" | "game_type">;

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

export interface RoomCollections {
  readonly states: Collection<StateDocument>;
  readonly rooms: Collection<GameRoomDocument>;
}

/** What a majority has on disk, and only that: whatever the connection does otherwise. */
export const durable = {
  readConcern: { level: "majority" },
  writeConcern: { w: "majority", journal: true },
  readPreference: "primary",
} as const;

export function roomCollections(db: Db): RoomCollections {
  const options = { ...durable, ignoreUndefined: true };
  return { states: db.collection("game_states", options), rooms: db.collection("game_rooms", options) };
}

/** Makes what is missing; from several processes at once, too. */
export async function createRoomIndexes({ states, rooms }: RoomCollections): Promise<void> {
  await states.createIndex({ due_at: 1 }, { sparse: true });
  await rooms.createIndexes([
    { key: { claims: 1 }, unique: true, sparse: true },
    { key: { members: 1, created_at: 1, _id: 1 }, sparse: true },
    { key: { unarchived: 1, _id: 1 }, partialFilterExpression: { unarchived: true } },
    { key: { status: 1, finished_at: 1, _id: 1 } },
    { key: { game_type: 1, created_at: 1, _id: 1 }, partialFilterExpression: { listing: { $exists: true } } },
    {
      key: { game_type: 1, status: 1, created_at: 1, _id: 1 },
      partialFilterExpression: { status: "waiting" },
    },
  ]);
}

/** Between documents as the service has them and as MongoDB has them. */
export class StateDocuments {
  readonly #form: RoomForm;

  constructor(form: RoomForm) {
    this.#form = form;
  }

  fields({ document, dueAt }: Write): StateFields {
    const { version, tail, outcomes } = document;
    const room = this.#form.kept(document.room);
    return {
      version,
      state: "game" in room ? { ...room, game: JSON.stringify(room.game) } : room,
      tail: JSON.stringify(tail),
      outcomes: JSON.stringify(outcomesByUser(outcomes)),
      ...(dueAt === null ? {} : { due_at: new Date(dueAt) }),
      updated_at: new Date(),
    };
  }

  of(write: Write): StateDocument {
    const { roomId, gameType } = write.document.room;
    return { _id: roomId, room_id: roomId, game_type: gameType, ...this.fields(write) };
  }

  /** The fields hold what `fields` wrote. */
  readonly restored = ({ version, state, tail, outcomes }: StateDocument): RoomDocument => {
    const room = "game" in state ? { ...state, game: JSON.parse(String(state.game)) as unknown } : state;
    return {
      room: this.#form.restored(room),
      version,
      tail: JSON.parse(tail) as RoomDocument["tail"],
      outcomes: restoredOutcomes(JSON.parse(outcomes) as OutcomesByUser),
    };
  };
}

export function gameRoomDocument({ document: { room } }: Write): GameRoomDocument {
  const [claims, members, listing] = [claimsOf(room), membersOf(room), listingOf(room)];
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

/** The claims that a unit may take or let go. */
export function claimsIn({ writes }: Unit): readonly Claim[] {
  return writes.flatMap(({ document, roomChanged }) => {
    const { roomName, gameType, seats } = document.room;
    return roomChanged ? [nameClaim(roomName), ...seats.map(({ id }) => seatClaim(gameType, id))] : [];
  });
}
