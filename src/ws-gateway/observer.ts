/**
 * What a gateway tells those who count, log or trace. These calls stand on its hottest paths: they MUST NOT throw, and
 * whoever listens MUST NOT do more than add up.
 */
import type { LogRecord } from "../event-log/port.ts";
import type { CloseName, CommandEnvelope, CommandId, ErrorCode, EventEnvelope } from "../protocol/index.ts";
import type { MeteredClass } from "./limits.ts";

/** How a socket ended: as the gateway says it, or without a word of the gateway. */
export type SocketEnd = CloseName | "closed_by_client";

/** `replayed`: it went on where it was. `other_log`: its cursor is of another log. `out_of_reach`: it was away too long. */
export type ResumeOutcome = "replayed" | "other_log" | "out_of_reach";

export interface GatewayObserver {
  /** A socket has said who it is. */
  authenticated(): void;
  /** @param wasAuthenticated it had said who it is before */
  closed(end: SocketEnd, wasAuthenticated: boolean): void;
  resumed(outcome: ResumeOutcome): void;
  rateLimited(rateClass: MeteredClass): void;
  /** A command is on its way to the log. */
  accepted(command: CommandEnvelope): void;
  /** A command that the gateway answers itself. */
  answered(type: string): void;
  /** @param type null where there is no such type, and for a command that was accepted and not taken by the log */
  refused(type: string | null, code: ErrorCode, commandId: CommandId | null): void;
  /** @param sockets how many it was given to; 0 where nobody of its audience is here */
  delivered(record: LogRecord, event: EventEnvelope, sockets: number): void;
}

const nothing = (): void => undefined;

export const unobserved: GatewayObserver = {
  authenticated: nothing,
  closed: nothing,
  resumed: nothing,
  rateLimited: nothing,
  accepted: nothing,
  answered: nothing,
  refused: nothing,
  delivered: nothing,
};
