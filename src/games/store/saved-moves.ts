/**
 * Moves as they are saved: what the events of one command have in common is said once, since making the text is a good
 * part of what a move costs.
 */
import { fromSaid, saidOf } from "./outcomes.ts";
import type { Making, SaidOutcome, Settled, TailEvent } from "./port.ts";
import type { RoomEvent } from "../rooms/events.ts";
import type { Actor, CommandId, RoomId, UserId } from "../../protocol/index.ts";

/** From one version of a room's document to the next. */
export interface Move {
  readonly roomId: RoomId;
  /** That it leads to. */
  readonly version: number;
  readonly dueAt: number | null;
  readonly making: Making;
}

/** The cause is that of the event before where it is not said. */
type SavedEvent = readonly [eventId: string, event: RoomEvent, ...cause: [] | [Actor, CommandId | null]];
type SavedSettled = readonly [UserId, CommandId, SaidOutcome];

export type SavedMove = readonly [
  roomId: RoomId,
  version: number,
  dueAt: number | null,
  followsTail: 0 | 1,
  settled: SavedSettled | null,
  ...events: readonly SavedEvent[],
];

export function savedMove({ roomId, version, dueAt, making }: Move): SavedMove {
  const { followsTail, settled, events } = making;
  return [roomId, version, dueAt, followsTail ? 1 : 0, savedSettled(settled), ...events.map(savedEvent)];
}

function savedSettled(settled: Settled | null): SavedSettled | null {
  if (settled === null) return null;
  const { userId, outcome } = settled;
  return [userId, outcome.commandId, saidOf(outcome)];
}

function savedEvent(
  { eventId, event, actor, commandId }: TailEvent,
  index: number,
  events: readonly TailEvent[],
): SavedEvent {
  const before = events[index - 1];
  const isSaid = before?.actor === actor && before.commandId === commandId;
  return isSaid ? [eventId, event] : [eventId, event, actor, commandId ?? null];
}

export function restoredMove([roomId, version, dueAt, followsTail, settled, ...saved]: SavedMove): Move {
  const events: TailEvent[] = [];
  for (const [eventId, event, ...said] of saved) {
    const [actor, commandId] = said.length > 0 ? said : causeOf(events.at(-1));
    if (actor === undefined) throw new Error("The first event of a move says its cause.");
    events.push(
      typeof commandId === "string" ? { event, eventId, actor, commandId } : { event, eventId, actor },
    );
  }
  return {
    roomId,
    version,
    dueAt,
    making: { events, followsTail: followsTail === 1, settled: restoredSettled(settled) },
  };
}

function causeOf(before: TailEvent | undefined): [Actor, CommandId | null] | [] {
  return before === undefined ? [] : [before.actor, before.commandId ?? null];
}

function restoredSettled(saved: SavedSettled | null): Settled | null {
  if (saved === null) return null;
  const [userId, commandId, said] = saved;
  return { userId, outcome: fromSaid(commandId, said) };
}
