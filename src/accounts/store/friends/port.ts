/** Where is kept what two people are to each other. Every change MUST be durable before its promise resolves. */
import type { UserId } from "../../../protocol/index.ts";
import type { Pair, PairAction, PairDecision } from "../../friends/pair.ts";

/** Somebody who is something to somebody. */
export interface RelatedPerson {
  readonly userId: UserId;
  readonly username: string;
  /** Since when, milliseconds since 1970. */
  readonly since: number;
}

export type PairChange =
  | { readonly ok: true }
  | Extract<PairDecision, { readonly ok: false }>
  /** One of the two is nobody, or is a guest, who has no friends. */
  | { readonly ok: false; readonly reason: "unknown" };

export interface FriendsStore {
  /**
   * Decides with `decidePair` on the two as they stand, and saves what comes of it together with the events for the
   * outbox: all or nothing. Calls on the same two people, from whatever process, MUST follow one another.
   * Blocks may be of guests; everything else is between members.
   */
  change(actor: UserId, other: UserId, action: PairAction, now: number): Promise<PairChange>;
  /** As `one` sees it; strangers where nothing is known, also of ids that nobody has. */
  pairOf(one: UserId, other: UserId): Promise<Pair>;
  /** By name. */
  friendsOf(userId: UserId): Promise<readonly RelatedPerson[]>;
  /** Open requests that this person can see, the oldest first. */
  requestsOf(userId: UserId): Promise<{
    readonly incoming: readonly RelatedPerson[];
    readonly outgoing: readonly RelatedPerson[];
  }>;
  /** Those whom this person has blocked, by name. */
  blockedBy(userId: UserId): Promise<readonly RelatedPerson[]>;
}
