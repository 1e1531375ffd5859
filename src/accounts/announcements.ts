/** Tells gateways what became of an account or a session, by the log (H4). */
import type { AccountsEvents } from "./sessions.ts";
import type { EventLog } from "../event-log/port.ts";
import { isoTime, systemActor, type EventEnvelope } from "../protocol/index.ts";

export function announceByLog(log: EventLog, now: () => number): AccountsEvents {
  return {
    async sessionRevoked(sid, userId) {
      const value: EventEnvelope = {
        kind: "event",
        eventId: crypto.randomUUID(),
        eventType: "system.event.session_revoked",
        timestamp: isoTime(now()),
        producer: "accounts",
        actor: systemActor,
        payload: { sid, userId },
      };
      await log.append([{ topic: "system.events", key: userId, value }]);
    },
  };
}
