/** What the suites of presence start from. */
import { asConnectionId, asRoomId, asUserId, type RoomId, type UserId } from "../protocol/index.ts";
import type { PresenceRegistry, SocketRegistration } from "./port.ts";

export interface OpenPresence {
  readonly presence: PresenceRegistry;
  /** Lets `ms` pass: a clock that is turned, or a wait where the engine has its own. Leases here are short. */
  advance(ms: number): Promise<void>;
}

/** Milliseconds of a lease that a test lets run out. */
export const leaseMs = 200;
/** Milliseconds of one that it does not, and of a test that waits for the former. */
export const patience = 30_000;

export function newUser(): UserId {
  return asUserId(`v-${crypto.randomUUID()}`);
}

export function newRoom(): RoomId {
  return asRoomId(crypto.randomUUID());
}

export function newGateway(): string {
  return `gateway-${crypto.randomUUID()}`;
}

export function newSocket(userId: UserId, gatewayId: string): SocketRegistration {
  return { userId, connectionId: asConnectionId(crypto.randomUUID()), gatewayId };
}
