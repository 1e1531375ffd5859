/** From the steps of a decision to what is saved and what is said. */
import type { GamesContext } from "./context.ts";
import { outOf, placesEnded } from "./places-ended.ts";
import type { LobbyChange, PlannedChange } from "./plan.ts";
import { settledRecord, type Asked } from "./records.ts";
import type { WorkingSet } from "./working-set.ts";
import { causedEventId } from "../../event-log/answers.ts";
import type { RoomStep } from "../rooms/room-change.ts";
import { roomRecord } from "../rooms/publish.ts";
import { endOfPlaces, isMember, seatOf, type Room } from "../rooms/room.ts";
import { listingOf } from "../rooms/view.ts";
import { membersOf, writeOf } from "../store/document.ts";
import type { Claim, RoomDocument, Settled, TailEvent, Unit, Write } from "../store/port.ts";
import type { NewRecord } from "../../event-log/port.ts";
import type { MembershipChange } from "../../presence/port.ts";
import {
  systemActor,
  type Actor,
  type CommandId,
  type Rejection,
  type RoomId,
  type UserId,
} from "../../protocol/index.ts";

/** Who caused a change: a person's command, or a deadline, whose id never reaches a client (W3). */
export type Cause =
  { readonly kind: "asked"; readonly asked: Asked } | { readonly kind: "deadline"; readonly id: string };

/** What one change does to one room. */
export interface RoomSave {
  readonly write: Write;
  readonly records: readonly NewRecord[];
  readonly memberships: readonly MembershipChange[];
}

/**
 * The room after `steps`, as it is saved, and the records that say so.
 * @param firstIndex counts the events that the same cause made before, so that each has its own id (W3)
 */
export function applySteps(
  context: GamesContext,
  rooms: WorkingSet,
  cause: Cause,
  before: RoomDocument | null,
  steps: readonly RoomStep[],
  firstIndex = 0,
): RoomSave {
  const room = steps.at(-1)?.room ?? before?.room;
  if (room === undefined) throw new Error("A new room has at least one event.");
  const game = context.gameOf(room.gameType);
  const events: TailEvent[] = [];
  const records: NewRecord[] = [];
  for (const step of steps) {
    const tailEvent = tailEventOf(cause, step, firstIndex + events.length);
    events.push(tailEvent);
    records.push(roomRecord(tailEvent, step.room, game));
  }
  records.push(...farewellsTo(context, cause, before, room, steps));
  const making = { events, followsTail: isUnsaid(rooms, before), settled: settledBy(cause, room) };
  const write = writeOf({ before, room, making }, context.times);
  return {
    write,
    records,
    memberships: write.roomChanged ? membershipChanges(before?.room ?? null, room) : nobody,
  };
}

const nobody: readonly MembershipChange[] = [];
const nothingToSay: readonly NewRecord[] = [];

/** Whether an earlier plan of the same group made the tail: it is saved with this one, and said after that. */
export function isUnsaid(rooms: WorkingSet, before: RoomDocument | null): boolean {
  return before !== null && rooms.isUnsaved(before.room.roomId);
}

function tailEventOf(cause: Cause, { event }: RoomStep, index: number): TailEvent {
  const { actor, actorId, causeId, commandId } = describe(cause);
  const eventId = causedEventId(actorId, causeId, index);
  return commandId === undefined ? { event, eventId, actor } : { event, eventId, actor, commandId };
}

function describe(cause: Cause): { actor: Actor; actorId: string; causeId: string; commandId?: CommandId } {
  if (cause.kind === "deadline") return { actor: systemActor, actorId: "system", causeId: cause.id };
  const { person, commandId } = cause.asked;
  return { actor: person, actorId: person.userId, causeId: commandId, commandId };
}

function settledBy(cause: Cause, { seq }: Room): Settled | null {
  if (cause.kind === "deadline") return null;
  const { person, commandId } = cause.asked;
  return { userId: person.userId, outcome: { commandId, ok: true, seq } };
}

/**
 * Where nothing happened, and where the actor is no member any more, the outcome is said to her alone (W2). Where it
 * was a deadline, gateways are told whose place it ended.
 */
function farewellsTo(
  context: GamesContext,
  cause: Cause,
  before: RoomDocument | null,
  room: Room,
  steps: readonly RoomStep[],
): readonly NewRecord[] {
  if (cause.kind === "deadline") {
    const parted = before === null ? [] : membersOf(before.room).filter((userId) => !isMember(room, userId));
    return partingRecords(context, cause.id, room, parted);
  }
  const { userId } = cause.asked.person;
  const settled = { ok: true, seq: room.seq, roomId: room.roomId };
  if (steps.length === 0) return [settledRecord(cause.asked, settled, room.roomId)];
  if (before === null || !isMember(before.room, userId) || isMember(room, userId)) return nothingToSay;
  const unsubscribe = outOf(room, "player", userId);
  return [settledRecord(cause.asked, { ...settled, unsubscribe }, room.roomId)];
}

/** To players whose place a deadline ended: the same whenever it is carried out (L4). */
export function partingRecords(
  context: GamesContext,
  causeId: string,
  room: Room,
  parted: readonly UserId[],
): readonly NewRecord[] {
  if (parted.length === 0) return nothingToSay;
  const eventId = causedEventId("system", causeId, "places_ended");
  return [placesEnded(room, "player", parted, { eventId, at: context.now() })];
}

/** One person's place in a room as it stands: for presence, which may not have heard of it (R3). */
export function membershipOf(room: Room, userId: UserId): MembershipChange {
  const { roomId, gameType, seq } = room;
  if (!isMember(room, userId)) return { kind: "remove", userId, roomId, seq: endOfPlaces(room) };
  const since = seatOf(room, userId)?.since ?? seq;
  return { kind: "set", userId, membership: { roomId, gameType, role: "player", seq, since } };
}

/** Who is in the room now, and who is not any more, as it is mirrored into presence (R3). */
export function membershipChanges(before: Room | null, after: Room): readonly MembershipChange[] {
  const people = new Set([...membersOf(after), ...(before === null ? [] : membersOf(before))]);
  return [...people].map((userId) => membershipOf(after, userId));
}

/** One save of one or more rooms, and everything that is said of it. */
export function planned(
  rooms: WorkingSet,
  saves: readonly RoomSave[],
  claimed: (claim: Claim, holder: RoomId, unit: Unit) => Rejection,
): PlannedChange {
  const writes: Write[] = [];
  const memberships: MembershipChange[] = [];
  const records: NewRecord[] = [];
  const lobby: LobbyChange[] = [];
  for (const save of saves) {
    const { write } = save;
    rooms.put(write.document);
    writes.push(write);
    for (const change of save.memberships) memberships.push(change);
    for (const record of save.records) records.push(record);
    if (write.roomChanged) lobby.push(lobbyChange(write.document.room));
  }
  return { kind: "change", unit: { writes }, memberships, records, lobby, claimed };
}

export function lobbyChange(room: Room): LobbyChange {
  return { gameType: room.gameType, roomId: room.roomId, seq: room.seq, listing: listingOf(room) };
}
