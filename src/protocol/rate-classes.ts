/**
 * How much a person may send (H7): a token bucket for each class, on each connection and for each user on one
 * gateway. Past it a command is refused with RATE_LIMITED; past ten times it the socket is closed (4005).
 */
export interface RateLimit {
  /** How many at once. */
  readonly burst: number;
  /** How many a second, in the long run. */
  readonly perSecond: number;
}

export const rateClasses = {
  /** Moves in a game. */
  action: { burst: 20, perSecond: 10 },
  /** What makes or changes rooms. */
  room: { burst: 10, perSecond: 2 },
  /** What is said. */
  chat: { burst: 8, perSecond: 2 },
  /** That somebody is writing. */
  typing: { burst: 3, perSecond: 1 },
  /** Reads and subscriptions. */
  query: { burst: 20, perSecond: 5 },
  /** Never limited (H5). */
  heartbeat: { burst: Number.POSITIVE_INFINITY, perSecond: Number.POSITIVE_INFINITY },
} as const satisfies Record<string, RateLimit>;

export type RateClass = keyof typeof rateClasses;
