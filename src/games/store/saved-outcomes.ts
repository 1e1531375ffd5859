/**
 * Outcomes as they are saved. Short, since all of a room's are written with its document: 64 outcomes take 2.6 KB
 * instead of 4.9 KB.
 */
import type { Outcome, OutcomesOfPerson } from "./port.ts";
import { asUserId, type CommandId, type ErrorCode, type UserId } from "../../protocol/index.ts";

/** The number is the `seq` of what was done, the text the code of what was refused. */
export type SavedOutcome = readonly [CommandId, number | ErrorCode];

export type SavedOutcomes =
  | readonly (readonly [UserId, readonly SavedOutcome[]])[]
  /** By user, as earlier versions have saved them. */
  | Readonly<Record<string, readonly (SavedOutcome | Outcome)[]>>;

export function shortOutcomes(people: readonly OutcomesOfPerson[]): SavedOutcomes {
  return people.map(({ userId, outcomes }) => [userId, outcomes.map(shortOutcome)] as const);
}

export function shortOutcome(outcome: Outcome): SavedOutcome {
  return [outcome.commandId, outcome.ok ? outcome.seq : outcome.code];
}

export function restoredOutcome([commandId, said]: SavedOutcome): Outcome {
  return typeof said === "number" ? { commandId, ok: true, seq: said } : { commandId, ok: false, code: said };
}

export function restoredOutcomes(saved: SavedOutcomes): readonly OutcomesOfPerson[] {
  const people = isList(saved) ? saved : Object.entries(saved);
  return people.map(([userId, outcomes]) => ({ userId: asUserId(userId), outcomes: outcomes.map(restored) }));
}

/** `Array.isArray` does not tell apart what is read-only. */
function isList<Item>(value: readonly Item[] | object): value is readonly Item[] {
  return Array.isArray(value);
}

function restored(saved: SavedOutcome | Outcome): Outcome {
  return isList(saved) ? restoredOutcome(saved) : saved;
}
