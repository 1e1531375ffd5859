/**
 * Why the gateway closes a socket (W4). 4000–4499: connect again; 4500–4999: do not.
 */
export const closeCodes = {
  DRAINING: { code: 4000, reason: "The server is restarting: reconnect after a moment." },
  HEARTBEAT_TIMEOUT: { code: 4001, reason: "No heartbeat for 45 seconds: reconnect." },
  TOO_SLOW: { code: 4002, reason: "The connection could not keep up: reconnect and resume." },
  TOKEN_EXPIRED: { code: 4003, reason: "The token ran out: reconnect with a new one." },
  AUTH_TIMEOUT: { code: 4004, reason: "No authentication within 5 seconds: reconnect and authenticate." },
  FLOODING: { code: 4005, reason: "Far too many messages: reconnect and send fewer." },
  TOO_MANY_CONNECTIONS: { code: 4006, reason: "Too many connections from this address: reconnect later." },
  AUTH_FAILED: { code: 4500, reason: "The token is not valid: sign in again." },
  PROTOCOL_ERROR: { code: 4501, reason: "The first message must be a valid system.authenticate." },
  SESSION_REVOKED: { code: 4503, reason: "This session was signed out: sign in again." },
} as const satisfies Record<string, { code: number; reason: string }>;

export type CloseName = keyof typeof closeCodes;

/** Whether a client that was closed with `code` should connect again; 1006 (no close frame) counts as slow (H6). */
export function mayReconnect(code: number): boolean {
  return code < 4500 || code > 4999;
}
