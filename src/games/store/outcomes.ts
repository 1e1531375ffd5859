/**
 * The outcomes that a room remembers (S2), so that a command which is seen again is told its outcome and not done again.
 * Those of a person are one text and one list: a room has dozens, every command looks among them in vain, and as objects
 * they were most of what the collector had to look at of a room.
 */
import type { Outcome, OutcomesOfPerson, SaidOutcome, Settled } from "./port.ts";
import { asCommandId, asUserId, type CommandId, type UserId } from "../../protocol/index.ts";

/** Of each person. */
const mostRemembered = 32;

export function outcomeOf(
  people: readonly OutcomesOfPerson[],
  userId: UserId,
  commandId: CommandId,
): Outcome | undefined {
  for (const { userId: whose, commandIds, said } of people) {
    // Nearly every command is new.
    if (whose !== userId || !commandIds.includes(commandId)) continue;
    const its = said[commandIds.split(" ").indexOf(commandId)];
    if (its !== undefined) return fromSaid(commandId, its);
  }
  return undefined;
}

export function rememberOutcome(
  people: readonly OutcomesOfPerson[],
  { userId, outcome }: Settled,
): readonly OutcomesOfPerson[] {
  // With every command: a loop makes no function.
  let index = people.length - 1;
  while (index >= 0 && people[index]?.userId !== userId) index -= 1;
  const { commandIds, said } = withoutOldest(people[index] ?? { userId, commandIds: "", said: [] });
  const after: OutcomesOfPerson = {
    userId,
    commandIds: `${commandIds}${outcome.commandId} `,
    said: [...said, saidOf(outcome)],
  };
  return index < 0 ? [...people, after] : people.with(index, after);
}

function withoutOldest(person: OutcomesOfPerson): OutcomesOfPerson {
  const { userId, commandIds, said } = person;
  if (said.length < mostRemembered) return person;
  return { userId, commandIds: commandIds.slice(commandIds.indexOf(" ") + 1), said: said.slice(1) };
}

export function saidOf(outcome: Outcome): SaidOutcome {
  return outcome.ok ? outcome.seq : outcome.code;
}

export function fromSaid(commandId: CommandId, said: SaidOutcome): Outcome {
  return typeof said === "number" ? { commandId, ok: true, seq: said } : { commandId, ok: false, code: said };
}

/** As a store has them: as they are, or by user. */
export type SavedOutcomes =
  | readonly OutcomesOfPerson[]
  | OutcomesByUser
  /** As the first versions have saved them. */
  | Readonly<Record<string, readonly Outcome[]>>;

export type OutcomesByUser = Readonly<Record<string, readonly (readonly [CommandId, SaidOutcome])[]>>;

export function outcomesByUser(people: readonly OutcomesOfPerson[]): OutcomesByUser {
  return Object.fromEntries(
    people.map(({ userId, commandIds, said }) => {
      const ids = commandIds.split(" ");
      return [userId, said.map((each, index) => [asCommandId(ids[index] ?? ""), each] as const)];
    }),
  );
}

export function restoredOutcomes(saved: SavedOutcomes): readonly OutcomesOfPerson[] {
  if (isList(saved)) return saved;
  const byUser: Readonly<Record<string, readonly (Outcome | readonly [CommandId, SaidOutcome])[]>> = saved;
  return Object.entries(byUser).map(([userId, outcomes]) => {
    const each = outcomes.map((outcome) =>
      isList(outcome) ? outcome : ([outcome.commandId, saidOf(outcome)] as const),
    );
    return {
      userId: asUserId(userId),
      commandIds: each.map(([commandId]) => `${commandId} `).join(""),
      said: each.map(([, said]) => said),
    };
  });
}

/** `Array.isArray` does not tell apart what is read-only. */
function isList<Item>(value: readonly Item[] | object): value is readonly Item[] {
  return Array.isArray(value);
}
