/** Documents, and what follows from their rooms, so that nothing can disagree with them. */
import { deadlineOf } from "../rooms/deadlines.ts";
import { isArchived, isMember, isOpen, type Room, type RoomTimes, type Seat } from "../rooms/room.ts";
import { rememberOutcome } from "./outcomes.ts";
import type { Claim, Making, RoomDocument, Settled, Unit, Write } from "./port.ts";
import { foldRoomName } from "../../protocol/text.ts";
import type { RoomId, UserId } from "../../protocol/index.ts";

export const nameClaim = (roomName: string): Claim => `name:${foldRoomName(roomName)}`;
export const seatClaim = (slug: string, userId: UserId): Claim => `seat:${slug}:${userId}`;

export interface Change {
  readonly before: RoomDocument | null;
  readonly room: Room;
  readonly making: Making;
}

/** The document after a change that made `room` of the room before it. */
export function documentAfter({ before, room, making }: Change): RoomDocument {
  const { events, followsTail, settled } = making;
  const tail = followsTail && before !== null ? [...before.tail, ...events] : events;
  return { room, version: (before?.version ?? 0) + 1, tail, outcomes: outcomesAfter(before, room, settled) };
}

function outcomesAfter(
  before: RoomDocument | null,
  room: Room,
  settled: Settled | null,
): RoomDocument["outcomes"] {
  // A room that is put away answers nobody any more.
  if (isArchived(room)) return [];
  const outcomes = before?.outcomes ?? [];
  return settled === null ? outcomes : rememberOutcome(outcomes, settled);
}

export function writeOf(change: Change, times: RoomTimes): Write {
  const { before, room, making } = change;
  const isMade = before !== null && !isArchived(room);
  return {
    document: documentAfter(change),
    dueAt: deadlineOf(room, times)?.at ?? null,
    roomChanged: before === null || factsDiffer(before.room, room),
    making: isMade ? making : null,
  };
}

/** What of a room says what it holds. */
export interface Holding extends Pick<Room, "status" | "gameType" | "roomName"> {
  readonly seats: readonly Pick<Seat, "id">[];
}

/** What the room holds: a name and seats while it is open, nothing when it is over. */
export function claimsOf(room: Holding): readonly Claim[] {
  if (!isOpen(room)) return [];
  return [nameClaim(room.roomName), ...room.seats.map((seat) => seatClaim(room.gameType, seat.id))];
}

/** Whose unarchived room it is. */
export function membersOf(room: Room): readonly UserId[] {
  return room.seats.map((seat) => seat.id).filter((userId) => isMember(room, userId));
}

/** The rooms that a unit changes. */
export function roomsIn({ writes }: Unit): readonly RoomId[] {
  return writes.map(({ document }) => document.room.roomId);
}

/** Whether anything differs that the room's own record (not its game's state) depends on. */
function factsDiffer(before: Room, after: Room): boolean {
  if (before.status !== after.status || before.seats.length !== after.seats.length) return true;
  if (before.status !== "finished" || after.status !== "finished") return false;
  return before.left.length !== after.left.length || before.archived !== after.archived;
}
