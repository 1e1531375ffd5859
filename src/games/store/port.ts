/**
 * Where rooms are kept (S1, S2): one versioned document a room, saved by compare-and-set.
 */
import type { RoomEvent } from "../rooms/events.ts";
import type { Room } from "../rooms/room.ts";
import type { Actor, CommandId, ErrorCode, RoomId, RoomListing, UserId } from "../../protocol/index.ts";

/** What became of a command, remembered so that its repetition is answered and not done again (W2). */
export type Outcome =
  | { readonly commandId: CommandId; readonly ok: true; readonly seq: number }
  | { readonly commandId: CommandId; readonly ok: false; readonly code: ErrorCode };

/** An event that was saved but may not be in the log yet (S2). */
export interface TailEvent {
  readonly event: RoomEvent;
  readonly eventId: string;
  readonly actor: Actor;
  readonly commandId?: CommandId;
}

export interface RoomDocument {
  readonly room: Room;
  /** 1 when it is created, one more with each save. */
  readonly version: number;
  /** The events of the last change, and of those before it that were not in the log then. */
  readonly tail: readonly TailEvent[];
  readonly outcomes: readonly OutcomesOfPerson[];
}

/** The `seq` of what was done, the code of what was refused. */
export type SaidOutcome = number | ErrorCode;

/** The last 32 of one person, oldest first. */
export interface OutcomesOfPerson {
  readonly userId: UserId;
  /** Each with a space after it. */
  readonly commandIds: string;
  /** What became of each. */
  readonly said: readonly SaidOutcome[];
}

/** What became of somebody's command. */
export interface Settled {
  readonly userId: UserId;
  readonly outcome: Outcome;
}

/** All that a change is, beside the document before it. */
export interface Making {
  /** What the room has become by. */
  readonly events: readonly TailEvent[];
  /** Whether the tail before is not in the log yet, so that these follow it. */
  readonly followsTail: boolean;
  /** Of the command that it is; null where it is none. */
  readonly settled: Settled | null;
}

/**
 * What no two open rooms may both hold: `name:{folded name}` and `seat:{slug}:{user}` (S3; one open room for each
 * person and game).
 */
export type Claim = `name:${string}` | `seat:${string}:${UserId}`;

/** One change of one or more rooms that is saved wholly or not at all. */
export interface Unit {
  readonly writes: readonly Write[];
}

export interface Write {
  /** To save; its version is the one before plus one, 1 for a new room. */
  readonly document: RoomDocument;
  /** When it wants to be looked at (milliseconds since 1970); null: never. */
  readonly dueAt: number | null;
  /** Whether anything else that is kept of the room differs: what it holds, whose it is, its line in the lobby. */
  readonly roomChanged: boolean;
  /** By which a store can make the document again from the one before; null where only the document says it. */
  readonly making: Making | null;
}

export type UnitResult =
  | { readonly kind: "saved" }
  /** Somebody saved first: load and decide again. */
  | { readonly kind: "conflict" }
  /** Another open room holds the claim. */
  | { readonly kind: "claimed"; readonly claim: Claim; readonly roomId: RoomId };

/** Rooms of one person that are looked at: who plays all day and leaves none would else bring all of them along. */
export const recentRooms = 20;
/** Lines of one game's lobby: nobody reads more, and each who opens it is sent all of them. */
export const mostListed = 500;

export interface RoomStore {
  /** Whether others save here too, and loads have a way to go. */
  readonly isShared: boolean;

  load(roomId: RoomId): Promise<RoomDocument | null>;
  /** Those that are there, in any order. */
  loadAll(roomIds: readonly RoomId[]): Promise<readonly RoomDocument[]>;

  /**
   * Saves units, in order; the answers are in the same order. A unit MUST be durable when its answer is `saved`,
   * and MUST leave nothing behind otherwise. What was decided on a unit of the same call that is not saved MUST NOT
   * be saved either, even where somebody else's save has the version that it wants. Rejects where the store is
   * away: then none of them counts as saved, and all of them may be repeated (a repetition that finds its own work
   * answers `conflict`).
   */
  commit(units: readonly Unit[]): Promise<readonly UnitResult[]>;

  /** The open room that holds a claim. */
  holderOf(claim: Claim): Promise<RoomId | null>;
  /** The unarchived rooms of a person, oldest first: all that are open, and the last `recentRooms` of all. */
  roomsOf(userId: UserId): Promise<readonly RoomDocument[]>;
  /**
   * The lobby's lines of a game, oldest first. Of more than `mostListed` the newest, those that wait for somebody
   * before all others.
   */
  list(slug: string): Promise<readonly RoomListing[]>;
  /** Waiting rooms of a game, the one that has waited longest first. */
  waiting(slug: string, limit: number): Promise<readonly RoomDocument[]>;
  /** Rooms whose `dueAt` is not after `now`, the earliest first. */
  due(now: number, limit: number): Promise<readonly RoomDocument[]>;
  /**
   * Every unarchived room, for the boot: tails to append, places to mirror. Each room that stays comes once,
   * whatever becomes of others meanwhile.
   */
  unarchived(): AsyncIterable<RoomDocument>;

  /**
   * The rooms in which it matters who is connected: those that wait, play, or have ended since and may have a rematch
   * (R4). A room that goes on meanwhile may come twice, and one that has ended may come though nothing can follow.
   *
   * @param endedSince milliseconds since 1970
   */
  inPlay(endedSince: number): AsyncIterable<RoomDocument>;

  /** How many rooms are open, by what they are at. */
  countOpen(): Promise<OpenRooms>;

  close(): Promise<void>;
}

export interface OpenRooms {
  readonly waiting: number;
  readonly playing: number;
}

/** Another process has the file open: rooms have one writer. */
export class StoreInUse extends Error {
  override readonly name = "StoreInUse";
}
