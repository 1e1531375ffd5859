/**
 * A pair as both databases keep it: one row for two people, the lower id first, so that there is one row whoever of
 * them acts.
 */
import type { RelatedPerson } from "./port.ts";
import { removedName, type AccountEvent, type UserRole } from "../port.ts";
import { strangers, turned, type Pair, type PairAction, type PairEvent } from "../../friends/pair.ts";
import { asUserId, type UserId } from "../../../protocol/index.ts";

export interface PairRow {
  readonly low_id: number;
  readonly high_id: number;
  readonly friends_since: number | null;
  readonly low_asked_at: number | null;
  readonly high_asked_at: number | null;
  readonly low_blocked_at: number | null;
  readonly high_blocked_at: number | null;
}

export interface PersonRow {
  readonly id: number;
  readonly username: string;
  readonly role: UserRole;
}

export interface RelatedRow extends PersonRow {
  readonly since: number;
}

export function pairFor(row: PairRow | undefined, actorId: number): Pair {
  if (row === undefined) return strangers;
  const pair: Pair = {
    friendsSince: row.friends_since,
    own: { askedAt: row.low_asked_at, blockedAt: row.low_blocked_at },
    other: { askedAt: row.high_asked_at, blockedAt: row.high_blocked_at },
  };
  return row.low_id === actorId ? pair : turned(pair);
}

export function rowFor(pair: Pair, actorId: number, otherId: number): PairRow {
  const { friendsSince, own, other } = actorId < otherId ? pair : turned(pair);
  return {
    low_id: Math.min(actorId, otherId),
    high_id: Math.max(actorId, otherId),
    friends_since: friendsSince,
    low_asked_at: own.askedAt,
    high_asked_at: other.askedAt,
    low_blocked_at: own.blockedAt,
    high_blocked_at: other.blockedAt,
  };
}

/** Whether the two may do this to each other at all. */
export function mayRelate(actor: PersonRow, other: PersonRow, action: PairAction): boolean {
  if (actor.id === other.id || actor.role === "guest") return false;
  return other.role !== "guest" || action === "block" || action === "unblock";
}

/** What the outbox tells of it. */
export function accountEventOf({ to, kind }: PairEvent, actor: PersonRow, other: PersonRow): AccountEvent {
  const [addressee, subject] = to === "own" ? [actor, other] : [other, actor];
  const about = { to: idOf(addressee), userId: idOf(subject) };
  switch (kind) {
    case "friend_requested": {
      const direction = to === "own" ? "outgoing" : "incoming";
      return { kind, ...about, username: subject.username, direction };
    }
    case "friend_request_removed":
      return { kind, ...about };
    case "friend_accepted":
    case "friend_removed":
      return { kind, ...about, username: subject.username };
  }
}

export function relatedPerson({ id, username, since }: RelatedRow): RelatedPerson {
  return { userId: asUserId(String(id)), username, since };
}

function idOf({ id }: PersonRow): UserId {
  return asUserId(String(id));
}

/** What the other one of a pair is told when `removedId` is no more; null where the two were nothing to each other. */
export function partingOf(row: PairRow, removedId: number): AccountEvent | null {
  const to = asUserId(String(row.low_id === removedId ? row.high_id : row.low_id));
  const userId = asUserId(String(removedId));
  if (row.friends_since !== null) return { kind: "friend_removed", to, userId, username: removedName };
  const isAsked = row.low_asked_at !== null || row.high_asked_at !== null;
  return isAsked ? { kind: "friend_request_removed", to, userId } : null;
}
