/** Notices deadlines that are due and asks for them to be carried out (S4); it decides nothing itself. */
import type { GamesContext } from "./context.ts";
import { deadlineCommandType, type DeadlineCommand } from "./payloads.ts";
import { deadlineOf } from "../rooms/deadlines.ts";
import type { EventLog, NewRecord } from "../../event-log/port.ts";
import { isoTime, isTimeAgain, systemActor, type CommandEnvelope } from "../../protocol/index.ts";

/** How many due rooms are looked at in one go: more are looked at the next time. */
const atOnce = 500;
/** A deadline that was asked for is not asked for again within this time, unless it changed. */
const patienceMs = 5_000;

export interface DeadlineWatch {
  /** Looks once. */
  look(): Promise<void>;
}

export function createDeadlineWatch(context: GamesContext, log: EventLog): DeadlineWatch {
  const askedAt = new Map<string, number>();

  return {
    async look() {
      const now = context.now();
      for (const [id, at] of askedAt) if (isTimeAgain(now, at, patienceMs)) askedAt.delete(id);
      const due = await context.store.due(now, atOnce);
      const asked: string[] = [];
      const records = due.flatMap(({ room }): NewRecord[] => {
        const deadline = deadlineOf(room, context.times);
        if (deadline === null) return [];
        const command = { roomId: room.roomId, kind: deadline.kind, stamp: deadline.stamp };
        const id = `${command.kind}:${command.roomId}:${command.stamp}`;
        if (askedAt.has(id)) return [];
        asked.push(id);
        return [{ topic: "games.commands", key: room.roomId, value: deadlineEnvelope(id, command, now) }];
      });
      if (records.length === 0) return;
      await log.append(records);
      // Not before: what the log did not take is asked for at the next look.
      for (const id of asked) askedAt.set(id, now);
    },
  };
}

function deadlineEnvelope(
  id: string,
  payload: DeadlineCommand,
  now: number,
): CommandEnvelope<DeadlineCommand> {
  return {
    kind: "command",
    eventId: crypto.randomUUID(),
    eventType: deadlineCommandType,
    timestamp: isoTime(now),
    producer: "games",
    actor: systemActor,
    correlationId: id,
    receivedAt: isoTime(now),
    payload,
  };
}
