/**
 * A room from its opening to its archive (G1): a tagged union, JSON-able as it is saved. Times are milliseconds
 * since 1970; what travels is made from it in view.ts.
 */
import type { GameResult } from "../game.ts";
import type { RoomId, UserId } from "../../protocol/index.ts";

/** Someone who takes a place, with the seed that she brought or that the server added for her (G6). */
export interface Newcomer {
  readonly id: UserId;
  readonly name: string;
  readonly guest: boolean;
  readonly clientSeed: string;
}

/** A player's place. */
export interface Seat extends Newcomer {
  /** The room's `seq` at which she took it. */
  readonly since: number;
}

/** What a room knows of a player's connection (R4). */
export interface Attendance {
  /** Of the last change that was taken in (R1): an older one changes nothing any more. */
  readonly stamp: number;
  /** How long the absences that are over took together, in milliseconds. */
  readonly absentMs: number;
  /** null while the player is connected. Milliseconds since 1970. */
  readonly away: { readonly since: number; readonly deadline: number } | null;
}

const neverAway: Attendance = { stamp: 0, absentMs: 0, away: null };

interface RoomFields {
  readonly roomId: RoomId;
  readonly gameType: string;
  /** As it is shown. */
  readonly roomName: string;
  readonly hostId: UserId;
  readonly hostName: string;
  readonly createdAt: number;
  /** Of the last event (W3). */
  readonly seq: number;
  /** 32 bytes, lower-case hex: a secret until the game is over. */
  readonly serverSeed: string;
  readonly serverSeedHash: string;
  /** The host first. */
  readonly seats: readonly [Seat, ...Seat[]];
  /** Of those who were ever away. */
  readonly attendance?: Readonly<Record<UserId, Attendance>>;
}

export interface WaitingRoom extends RoomFields {
  readonly status: "waiting";
}

export interface PlayingRoom extends RoomFields {
  readonly status: "playing";
  readonly startedAt: number;
  /** The state of the game, which only the game itself reads. */
  readonly game: unknown;
  /** When the open turn runs out; null where no turn is open. */
  readonly turnDeadline: number | null;
  /** How many turns in a row each player let run out. */
  readonly idleTurns: Readonly<Record<UserId, number>>;
}

export interface FinishedRoom extends RoomFields {
  readonly status: "finished";
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly game: unknown;
  readonly result: GameResult;
  readonly rematch: Rematch;
  /** Who left for good: for them the room is over. */
  readonly left: readonly UserId[];
  readonly archived: boolean;
}

/** A waiting room that its host gave up. */
export interface ClosedRoom extends RoomFields {
  readonly status: "closed";
  readonly reason: "host_left" | "host_away";
}

export type Room = WaitingRoom | PlayingRoom | FinishedRoom | ClosedRoom;

export type Rematch =
  | { readonly kind: "open"; readonly offers: readonly RematchOffer[] }
  | { readonly kind: "started"; readonly newRoomId: RoomId }
  | { readonly kind: "closed" };

export interface RematchOffer {
  readonly playerId: UserId;
  readonly clientSeed: string;
}

/** How long things take; tests and operators may shorten them. */
export interface RoomTimes {
  readonly turnClockMs: number;
  readonly rematchMs: number;
  readonly archiveAfterMs: number;
  /** How long a player who lost the connection may be away (R4). */
  readonly reconnectMs: number;
}

export const standardTimes: RoomTimes = {
  turnClockMs: 60_000,
  rematchMs: 10 * 60_000,
  archiveAfterMs: 24 * 60 * 60_000,
  reconnectMs: 5 * 60_000,
};

/** All absences of one player in one game together (R4). */
export function totalAbsenceMs({ reconnectMs }: RoomTimes): number {
  return 2 * reconnectMs;
}

export function attendanceOf(room: Room, userId: UserId): Attendance {
  return room.attendance?.[userId] ?? neverAway;
}

/** Those for whom the room still is, and who are away from it. */
export function awaySeats(room: Room): readonly Seat[] {
  return room.seats.filter(({ id }) => isMember(room, id) && attendanceOf(room, id).away !== null);
}

/** Whether there is a game to come, or one that goes on. */
export function isOpen<It extends Pick<Room, "status">>(
  room: It,
): room is It & { readonly status: "waiting" | "playing" } {
  return room.status === "waiting" || room.status === "playing";
}

/** Put away, by no event: its players do not hear of it. */
export function isArchived(room: Room): boolean {
  return room.status === "finished" && room.archived;
}

/** Whether nobody plays there any more and it is nobody's: closed, or put away. */
export function isOver(room: Room): boolean {
  return room.status === "closed" || isArchived(room);
}

/**
 * Where somebody's place in the room ends, as a `seq`. A room is put away by no event: what was decided on it just before,
 * and is said later, is older all the same.
 */
export function endOfPlaces(room: Room): number {
  return isArchived(room) ? room.seq + 1 : room.seq;
}

/** Whether it matters who is connected: until there is nothing left to wait for. */
export function waitsForPlayers(room: Room): boolean {
  switch (room.status) {
    case "waiting":
    case "playing":
      return true;
    case "finished":
      return room.rematch.kind === "open" && !room.archived;
    case "closed":
      return false;
  }
}

export function seatOf(room: Room, userId: UserId): Seat | undefined {
  // Several times for each command: a loop makes no function.
  for (const seat of room.seats) if (seat.id === userId) return seat;
  return undefined;
}

export function clientSeedsOf(room: Room): Readonly<Record<UserId, string>> {
  return Object.fromEntries(room.seats.map((seat) => [seat.id, seat.clientSeed]));
}

/** Whether the room still counts as this person's: until it is over for her, or archived. */
export function isMember(room: Room, userId: UserId): boolean {
  if (seatOf(room, userId) === undefined) return false;
  switch (room.status) {
    case "waiting":
    case "playing":
      return true;
    case "finished":
      return !room.archived && !room.left.includes(userId);
    case "closed":
      return false;
  }
}
