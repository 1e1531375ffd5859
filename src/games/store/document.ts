/** Documents and what is saved beside them: made from the room, so that nothing can disagree with it. */
import { deadlineOf } from "../rooms/deadlines.ts";
import { isMember, type Room, type RoomTimes } from "../rooms/room.ts";
import { listingOf } from "../rooms/view.ts";
import type { Claim, Outcome, RoomDocument, TailEvent, Write } from "./port.ts";
import { foldRoomName } from "../../protocol/text.ts";
import type { CommandId, UserId } from "../../protocol/index.ts";

/** How many outcomes are remembered for each player (S2). */
export const rememberedOutcomes = 32;

export const nameClaim = (roomName: string): Claim => `name:${foldRoomName(roomName)}`;
export const seatClaim = (slug: string, userId: UserId): Claim => `seat:${slug}:${userId}`;

export function outcomeOf(document: RoomDocument, userId: UserId, commandId: CommandId): Outcome | undefined {
  return document.outcomes[userId]?.find((outcome) => outcome.commandId === commandId);
}

export function rememberOutcome(
  outcomes: RoomDocument["outcomes"],
  userId: UserId,
  outcome: Outcome,
): RoomDocument["outcomes"] {
  const before = outcomes[userId] ?? [];
  const kept = before.length < rememberedOutcomes ? before : before.slice(1 - rememberedOutcomes);
  return { ...outcomes, [userId]: [...kept, outcome] };
}

export interface Change {
  readonly before: RoomDocument | null;
  readonly room: Room;
  /** Of this change, and of changes before it that are not in the log yet. */
  readonly tail: readonly TailEvent[];
  readonly outcomes: RoomDocument["outcomes"];
}

export function writeOf({ before, room, tail, outcomes }: Change, times: RoomTimes): Write {
  return {
    document: { room, version: (before?.version ?? 0) + 1, tail, outcomes },
    dueAt: deadlineOf(room, times)?.at ?? null,
    roomChanged: before === null || factsDiffer(before.room, room),
    // Nobody asks where the room's record stays as it is, which it does with nearly every move.
    get claims() {
      return claimsOf(room);
    },
    get members() {
      return membersOf(room);
    },
    get listing() {
      return listingOf(room);
    },
  };
}

/** Only rooms that are waiting or playing hold a name and seats. */
function claimsOf(room: Room): readonly Claim[] {
  if (room.status !== "waiting" && room.status !== "playing") return [];
  return [nameClaim(room.roomName), ...room.seats.map((seat) => seatClaim(room.gameType, seat.id))];
}

export function membersOf(room: Room): readonly UserId[] {
  return room.seats.map((seat) => seat.id).filter((userId) => isMember(room, userId));
}

/** Whether anything differs that the room's own record (not its game's state) depends on. */
function factsDiffer(before: Room, after: Room): boolean {
  if (before.status !== after.status || before.seats.length !== after.seats.length) return true;
  if (before.status !== "finished" || after.status !== "finished") return false;
  return before.left.length !== after.left.length || before.archived !== after.archived;
}
