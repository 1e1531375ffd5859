/**
 * Presence as decisions may trust it (R4): a registry that was just lost, or is new, knows of nobody, and that is
 * no reason to take a game from someone.
 */
import type { GamesContext } from "./context.ts";
import type { PresenceNow } from "../rooms/room-change.ts";
import type { PresenceRegistry } from "../../presence/port.ts";
import type { UserId } from "../../protocol/index.ts";

export interface PresenceView {
  /** null where presence cannot be read, or has not been readable for a minute yet. */
  of(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, PresenceNow> | null>;
  /** As soon as it is readable; null where it is not. */
  ofNow(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, PresenceNow> | null>;
  /** For how long it has been readable, in milliseconds. */
  ageMs(): number;
  /** The registry was found empty: it begins anew. */
  isNew(): void;
}

/** Everyone has a minute to come back to a platform that was away; shorter where the whole window is. */
function settleMs(reconnectMs: number): number {
  return Math.min(60_000, reconnectMs / 5);
}

export function createPresenceView(presence: PresenceRegistry, context: GamesContext): PresenceView {
  let readableSince: number | null = null;
  const ageMs = () => (readableSince === null ? 0 : context.now() - readableSince);

  async function ofNow(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, PresenceNow> | null> {
    try {
      const found = await presence.presenceOf(userIds);
      readableSince ??= context.now();
      return new Map(found.map(({ userId, present, stamp }) => [userId, { present, stamp }]));
    } catch {
      // Whoever asks goes on without; its engine's state is watched and logged elsewhere.
      readableSince = null;
      return null;
    }
  }

  return {
    ofNow,
    async of(userIds) {
      const found = await ofNow(userIds);
      return ageMs() >= settleMs(context.times.reconnectMs) ? found : null;
    },
    ageMs,
    isNew() {
      readableSince = null;
    },
  };
}
