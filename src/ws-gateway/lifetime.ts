/** When a socket's time is up, or a word is due (H1, H4, H5). Looked at once a second, one timer for all sockets. */
import type { CloseName } from "../protocol/index.ts";
import type { ConnectionState } from "./connection.ts";

export const heartbeatMs = 15_000;
export const heartbeatTimeoutMs = 45_000;
export const authenticationDeadlineMs = 5_000;
/** Before a token's end, for a renewal to arrive in time. */
export const expiryNoticeMs = 30_000;
/** After it. */
export const expiryGraceMs = 25_000;

export type Due =
  | { readonly kind: "nothing" }
  | { readonly kind: "close"; readonly why: CloseName }
  | { readonly kind: "tell_of_expiry"; readonly expiresAt: number };

const nothing: Due = { kind: "nothing" };

/** @param now milliseconds since 1970 */
export function whatIsDue(state: ConnectionState, now: number): Due {
  switch (state.name) {
    case "awaiting_authentication":
    case "authenticating":
      return now >= state.deadline ? { kind: "close", why: "AUTH_TIMEOUT" } : nothing;
    case "authenticated": {
      const { expiresAt } = state.session;
      if (now - state.lastHeartbeatAt >= heartbeatTimeoutMs)
        return { kind: "close", why: "HEARTBEAT_TIMEOUT" };
      if (now >= expiresAt + expiryGraceMs) return { kind: "close", why: "TOKEN_EXPIRED" };
      if (now >= expiresAt - expiryNoticeMs && !state.toldOfExpiry)
        return { kind: "tell_of_expiry", expiresAt };
      return nothing;
    }
    case "closing":
      return nothing;
  }
}
