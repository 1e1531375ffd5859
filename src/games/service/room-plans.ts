/** Plans for everything that happens to one room, and for the room that a rematch opens. */
import {
  applySteps,
  membershipChanges,
  membershipOf,
  partingRecords,
  planned,
  isUnsaid,
  type Cause,
} from "./changes.ts";
import type { GamesContext } from "./context.ts";
import { outOf } from "./places-ended.ts";
import type { Plan, Planned } from "./plan.ts";
import type { PresenceView } from "./presence-view.ts";
import { refusalRecord, settledRecord, type Asked } from "./records.ts";
import type { WorkingSet } from "./working-set.ts";
import { rematchRoomId } from "../identity.ts";
import { endAbsence } from "../rooms/absence.ts";
import { requestRematch } from "../rooms/decide.ts";
import type { RoomContext, RoomDecision } from "../rooms/room-change.ts";
import { isMember, isOver, type Room } from "../rooms/room.ts";
import { nameClaim, seatClaim, writeOf } from "../store/document.ts";
import { outcomeOf } from "../store/outcomes.ts";
import type { Claim, Outcome, RoomDocument, Unit } from "../store/port.ts";
import type { Rejection, RoomId, UserId } from "../../protocol/index.ts";

type Decide = (room: Room, context: RoomContext) => RoomDecision;

/** A person's command in a room that is there already. */
export function personPlan(context: GamesContext, asked: Asked, roomId: RoomId, decide: Decide): Plan {
  return onceInRoom(asked, roomId, (document, rooms) => decideIn(context, rooms, asked, document, decide));
}

/** A person who takes a seat: not beside one whom she has blocked, or who has blocked her (G7). */
export function joinPlan(context: GamesContext, asked: Asked, roomId: RoomId, decide: Decide): Plan {
  return onceInRoom(asked, roomId, async (document, rooms) =>
    (await areApart(context, asked, document.room))
      ? { kind: "refused", rejection: { code: "ROOM_FULL" } }
      : decideIn(context, rooms, asked, document, decide),
  );
}

function decideIn(
  context: GamesContext,
  rooms: WorkingSet,
  asked: Asked,
  document: RoomDocument,
  decide: Decide,
): Planned {
  const decision = decide(document.room, context.roomContext(document.room.gameType));
  if (!decision.ok) return rememberRefusal(context, rooms, asked, document, decision.rejection);
  const save = applySteps(context, rooms, { kind: "asked", asked }, document, decision.steps);
  return planned(rooms, [save], claimedByAnother);
}

async function areApart(context: GamesContext, { person }: Asked, room: Room): Promise<boolean> {
  for (const { id } of room.seats) {
    if (id !== person.userId && (await context.people.areApart(person.userId, id))) return true;
  }
  return false;
}

/** An offer of a rematch; the last one starts the next game in the same save (design §5, Rematch). */
export function rematchPlan(context: GamesContext, asked: Asked, roomId: RoomId, clientSeed: string): Plan {
  return onceInRoom(asked, roomId, async (document, rooms) => {
    const { room } = document;
    const { userId } = asked.person;
    const opening = {
      roomId: rematchRoomId(roomId),
      roomName: await context.freeName(room.roomName),
      serverSeed: context.seeds.serverSeed(),
    };
    if (await areApart(context, asked, room)) return { kind: "refused", rejection: opponentGone };
    const roomContext = context.roomContext(room.gameType);
    const decision = requestRematch(room, userId, clientSeed, opening, roomContext);
    if (!decision.ok) return rememberRefusal(context, rooms, asked, document, decision.rejection);
    const cause: Cause = { kind: "asked", asked };
    const { steps, next } = decision;
    const saves = [applySteps(context, rooms, cause, document, steps)];
    if (next.length > 0) saves.push(applySteps(context, rooms, cause, null, next, steps.length));
    return planned(rooms, saves, (claim, holder) => {
      if (claim === seatClaim(room.gameType, userId)) return { code: "ALREADY_IN_ROOM", roomId: holder };
      if (claim === nameClaim(opening.roomName)) return { code: "UNAVAILABLE" };
      return opponentGone;
    });
  });
}

const opponentGone: Rejection = {
  code: "ROOM_FINISHED",
  message: "Your opponent has gone on to another game: find a new one in the lobby.",
};

/** A room that is not there yet; where it is, this command made it, and is told so again (S3). */
export function newRoomPlan(
  context: GamesContext,
  asked: Asked,
  roomId: RoomId,
  decide: () => RoomDecision,
): Plan {
  return {
    roomId,
    decide(existing, rooms) {
      if (existing !== null) {
        const known = outcomeOf(existing.outcomes, asked.person.userId, asked.commandId);
        return repeating(asked, known ?? opened(asked, existing), existing.room);
      }
      const decision = decide();
      if (!decision.ok) return { kind: "refused", rejection: decision.rejection };
      const save = applySteps(context, rooms, { kind: "asked", asked }, null, decision.steps);
      return planned(rooms, [save], claimedByAnother);
    },
  };
}

/** The outcome of the creation, once 32 others have pushed it out. */
function opened(asked: Asked, { room }: RoomDocument): Outcome {
  return { commandId: asked.commandId, ok: true, seq: room.seq };
}

/**
 * A deadline that may be due: it does nothing where the room has moved on (S4).
 * @param partedBefore whose places it has ended, where it has been carried out before: that may not have been said
 */
export function deadlinePlan(
  context: GamesContext,
  id: string,
  roomId: RoomId,
  decide: Decide,
  partedBefore: (room: Room) => readonly UserId[] = () => [],
): Plan {
  return {
    roomId,
    decide(document, rooms) {
      if (document === null) return nothing;
      const decision = decide(document.room, context.roomContext(document.room.gameType));
      if (!decision.ok || decision.steps.length === 0)
        return partingAgain(context, id, document.room, partedBefore(document.room));
      const save = applySteps(context, rooms, { kind: "deadline", id }, document, decision.steps);
      return planned(rooms, [save], unclaimed);
    },
  };
}

/** An absence that may have lasted too long: decided by what presence says now, and not where it cannot say (R4). */
export function absencePlan(context: GamesContext, presence: PresenceView, id: string, roomId: RoomId): Plan {
  return {
    roomId,
    async decide(document, rooms) {
      if (document === null) return nothing;
      const seen = await presence.of(document.room.seats.map((seat) => seat.id));
      if (seen === null) return nothing; // it stays due, and is asked for again
      const end: Decide = (room, roomContext) =>
        endAbsence(room, (playerId) => seen.get(playerId) ?? absent, roomContext);
      return deadlinePlan(context, id, roomId, end, inClosed).decide(document, rooms);
    },
  };
}

/** The players whom the end of a waiting room has parted from it. */
export function inClosed(room: Room): readonly UserId[] {
  return room.status === "closed" ? room.seats.map(({ id }) => id) : [];
}

const absent = { present: false, stamp: 0 };

/** Puts a finished room away (G1): no event for its players, for whom it was over, but they lose their places. */
export function archivePlan(
  context: GamesContext,
  id: string,
  roomId: RoomId,
  archive: (room: Room, context: RoomContext) => Room | null,
): Plan {
  return {
    roomId,
    decide(before, rooms) {
      if (before === null) return nothing;
      if (isOver(before.room)) return partingAgain(context, id, before.room, thoseLeft(before.room));
      const room = archive(before.room, context.roomContext(before.room.gameType));
      if (room === null) return nothing;
      const making = { events: [], followsTail: isUnsaid(rooms, before), settled: null };
      const write = writeOf({ before, room, making }, context.times);
      const memberships = membershipChanges(before.room, room);
      const records = partingRecords(context, id, room, thoseLeft(room));
      return planned(rooms, [{ write, records, memberships }], unclaimed);
    },
  };
}

/** Whoever saved it may not have said so: no tail says it (S2). */
function partingAgain(context: GamesContext, id: string, room: Room, parted: readonly UserId[]): Planned {
  return {
    kind: "answer",
    records: partingRecords(context, id, room, parted),
    memberships: parted.map((userId) => membershipOf(room, userId)),
  };
}

/** The players who have not left by themselves. */
function thoseLeft(room: Room): readonly UserId[] {
  const left = room.status === "finished" ? room.left : [];
  return room.seats.map(({ id }) => id).filter((userId) => !left.includes(userId));
}

const nothing: Planned = { kind: "answer", records: [] };

function unclaimed(claim: Claim): Rejection {
  throw new Error(`Nothing that happens by itself takes ${claim}.`);
}

/** Decides on the room that is there, once: a command that is seen again is only told its outcome (W2). */
function onceInRoom(
  asked: Asked,
  roomId: RoomId,
  decide: (document: RoomDocument, rooms: WorkingSet) => Planned | Promise<Planned>,
): Plan {
  return {
    roomId,
    decide(document, rooms) {
      if (document === null) return { kind: "refused", rejection: { code: "ROOM_NOT_FOUND" } };
      const known = outcomeOf(document.outcomes, asked.person.userId, asked.commandId);
      return known === undefined ? decide(document, rooms) : repeating(asked, known, document.room);
    },
  };
}

/** A command that was first decided too late (L5); where it had been decided before, its outcome is told (W2). */
export function expiredPlan(asked: Asked, roomId: RoomId): Plan {
  return onceInRoom(asked, roomId, () => ({ kind: "refused", rejection: { code: "EXPIRED" } }));
}

/** The room in which this command was done, with what it did said once more: it may have been saved and not said. */
export function repeatPlan(asked: Asked, roomId: RoomId, known: Outcome): Plan {
  return onceInRoom(asked, roomId, ({ room }) => repeating(asked, known, room));
}

/** A refusal of a player in her room is an outcome too: a repetition of the command must not do it after all. */
function rememberRefusal(
  context: GamesContext,
  rooms: WorkingSet,
  asked: Asked,
  before: RoomDocument,
  rejection: Rejection,
): Planned {
  const { person, commandId } = asked;
  const { room } = before;
  if (!isMember(room, person.userId)) return { kind: "refused", rejection };
  const outcome: Outcome = { commandId, ok: false, code: rejection.code };
  const settled = { userId: person.userId, outcome };
  const making = { events: [], followsTail: isUnsaid(rooms, before), settled };
  const write = writeOf({ before, room, making }, context.times);
  const records = [refusalRecord(asked, rejection, room.roomId)];
  return {
    ...planned(rooms, [{ write, records, memberships: [] }], unclaimed),
    remembers: rejection.code,
  };
}

/** Of a unit that is one room's alone. */
function claimedByAnother(claim: Claim, holder: RoomId, { writes }: Unit): Rejection {
  return writes.some(({ document }) => claim === nameClaim(document.room.roomName))
    ? { code: "NAME_TAKEN", field: "roomName" }
    : { code: "ALREADY_IN_ROOM", roomId: holder };
}

/** The outcome again (W2). Presence and the gateways may have missed what it did to the actor's place. */
function repeating(asked: Asked, outcome: Outcome, room: Room): Planned {
  const { roomId } = room;
  const { userId } = asked.person;
  const settled = outcome.ok ? { ok: true, seq: outcome.seq } : { ok: false, code: outcome.code };
  const unsubscribe = isMember(room, userId) ? {} : { unsubscribe: outOf(room, "player", userId) };
  return {
    kind: "answer",
    records: [settledRecord(asked, { ...settled, roomId, ...unsubscribe }, roomId)],
    memberships: [membershipOf(room, userId)],
    ...(outcome.ok ? {} : { repeats: outcome.code }),
  };
}
