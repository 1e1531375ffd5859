/**
 * What two people are to each other, and what each of them can make of it (G7): pure, seen from the one who acts.
 * A request that somebody sends who is blocked looks to her like any other, and is never seen by the one who blocks.
 */

/** What one of the two has done. Times are milliseconds since 1970; null: she has not. */
export interface Side {
  readonly askedAt: number | null;
  readonly blockedAt: number | null;
}

export interface Pair {
  readonly friendsSince: number | null;
  /** Of the one who acts. */
  readonly own: Side;
  readonly other: Side;
}

export type PairAction = "ask" | "accept" | "decline" | "withdraw" | "remove" | "block" | "unblock";

export type PairEventKind =
  "friend_requested" | "friend_accepted" | "friend_removed" | "friend_request_removed";

export interface PairEvent {
  readonly to: "own" | "other";
  readonly kind: PairEventKind;
}

export type PairDecision =
  | { readonly ok: true; readonly pair: Pair; readonly events: readonly PairEvent[] }
  /** `blocked`: by the one who acts; `no_request`: there is none that she can see. */
  | { readonly ok: false; readonly reason: "blocked" | "no_request" };

const nothingDone: Side = { askedAt: null, blockedAt: null };
export const strangers: Pair = { friendsSince: null, own: nothingDone, other: nothingDone };

export function decidePair(pair: Pair, action: PairAction, now: number): PairDecision {
  switch (action) {
    case "ask":
      return ask(pair, now);
    case "accept":
      if (pair.friendsSince !== null) return unchanged(pair);
      return seesRequest(pair) ? befriend(pair, now) : { ok: false, reason: "no_request" };
    case "decline": {
      if (!seesRequest(pair)) return unchanged(pair);
      return changed({ ...pair, other: unasked(pair.other) }, toBoth("friend_request_removed"));
    }
    case "withdraw": {
      if (pair.own.askedAt === null) return unchanged(pair);
      const events = isSeenByOther(pair) ? toBoth("friend_request_removed") : toOwn("friend_request_removed");
      return changed({ ...pair, own: unasked(pair.own) }, events);
    }
    case "remove":
      if (pair.friendsSince === null) return unchanged(pair);
      return changed({ ...pair, friendsSince: null }, toBoth("friend_removed"));
    case "block":
      return block(pair, now);
    case "unblock": {
      if (pair.own.blockedAt === null) return unchanged(pair);
      const open = { ...pair, own: { ...pair.own, blockedAt: null }, other: unasked(pair.other) };
      // What was asked meanwhile does not come to light: to the one who asked it is declined.
      return changed(open, pair.other.askedAt === null ? [] : toOther("friend_request_removed"));
    }
  }
}

/** The same pair from the other side. */
export function turned({ friendsSince, own, other }: Pair): Pair {
  return { friendsSince, own: other, other: own };
}

/** Whether an open request of the other one is to be shown to the one who acts. */
export function seesRequest({ own, other }: Pair): boolean {
  return other.askedAt !== null && own.blockedAt === null;
}

function ask(pair: Pair, now: number): PairDecision {
  if (pair.friendsSince !== null) return unchanged(pair);
  if (pair.own.blockedAt !== null) return { ok: false, reason: "blocked" };
  if (seesRequest(pair)) return befriend(pair, now);
  if (pair.own.askedAt !== null) return unchanged(pair);
  const events = isSeenByOther(pair) ? toBoth("friend_requested") : toOwn("friend_requested");
  return changed({ ...pair, own: { ...pair.own, askedAt: now } }, events);
}

function befriend(pair: Pair, now: number): PairDecision {
  const { own, other } = pair;
  return changed({ friendsSince: now, own: unasked(own), other: unasked(other) }, toBoth("friend_accepted"));
}

/** To the one who is blocked it is a removal, or nothing at all. */
function block(pair: Pair, now: number): PairDecision {
  if (pair.own.blockedAt !== null) return unchanged(pair);
  const events = [
    ...(pair.friendsSince === null ? [] : toBoth("friend_removed")),
    ...(pair.own.askedAt === null
      ? []
      : isSeenByOther(pair)
        ? toBoth("friend_request_removed")
        : toOwn("friend_request_removed")),
    ...(seesRequest(pair) ? toOwn("friend_request_removed") : []),
  ];
  return changed({ ...pair, friendsSince: null, own: { askedAt: null, blockedAt: now } }, events);
}

function isSeenByOther({ other }: Pair): boolean {
  return other.blockedAt === null;
}

function unasked(side: Side): Side {
  return { ...side, askedAt: null };
}

const toOwn = (kind: PairEventKind): readonly PairEvent[] => [{ to: "own", kind }];
const toOther = (kind: PairEventKind): readonly PairEvent[] => [{ to: "other", kind }];
const toBoth = (kind: PairEventKind): readonly PairEvent[] => [...toOwn(kind), ...toOther(kind)];

function changed(pair: Pair, events: readonly PairEvent[]): PairDecision {
  return { ok: true, pair, events };
}

function unchanged(pair: Pair): PairDecision {
  return { ok: true, pair, events: [] };
}
