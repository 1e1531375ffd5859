/** How much one address may ask over HTTP: each answer may cost a store something. */
import type { Context, MiddlewareHandler } from "hono";
import { problem } from "./problem.ts";
import { addressGroup, createAttemptCounter } from "../../accounts/index.ts";

/** A school behind one address comes at once, and comes back at once when a gateway was restarted. */
const burst = 1_000;
const refillMs = 10;

export interface RequestLimitOptions {
  readonly addressOf: (c: Context) => string;
  /** Whether an answer in JSON is wanted, not one to be read. */
  readonly isForMachines: (c: Context) => boolean;
  /** Multiplies the limit. */
  readonly scale: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function requestLimit({
  addressOf,
  isForMachines,
  scale,
  now,
}: RequestLimitOptions): MiddlewareHandler {
  const requests = createAttemptCounter({ burst: burst * scale, refillMs: refillMs / scale }, now);
  return async (c, next) => {
    const retryAfterMs = requests.take(addressGroup(addressOf(c)));
    if (retryAfterMs === 0) return next();
    if (isForMachines(c)) return problem(c, { code: "RATE_LIMITED", retryAfterMs });
    const seconds = Math.ceil(retryAfterMs / 1000);
    const sentence = "Too many requests from your address: wait a moment, then load the page again.";
    return c.text(sentence, 429, { "Retry-After": String(seconds), "Cache-Control": "no-store" });
  };
}
