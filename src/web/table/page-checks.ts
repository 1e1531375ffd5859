/** What this page can add to the check of a record: what it saw and brought itself, before the seeds were shown. */
import type { DiceRecord } from "../../games/dice/record.ts";
import type { Verification } from "../../games/dice/verify.ts";
import type { DiceMemory } from "../seed-memory.ts";

export interface PageCheck {
  /** null: there is nothing to compare with. */
  readonly ok: boolean | null;
  readonly message: string;
}

/**
 * @param me the reader, who may be one of the players or neither
 * @param seen the rolls that this page has shown, in order
 */
export function checkAgainstPage(
  record: DiceRecord,
  verification: Verification,
  me: string,
  memory: DiceMemory,
  seen: readonly { readonly playerId: string; readonly roll: number }[],
): readonly PageCheck[] {
  const checks = [checkHash(verification, memory.serverSeedHash)];
  if (record.players.some(({ id }) => id === me)) {
    checks.push(checkSeed(record.clientSeeds[me] ?? "", memory.clientSeed));
  }
  checks.push(checkRolls(record, seen));
  return checks;
}

function checkHash({ computedHash }: Verification, seen: string | null): PageCheck {
  if (seen === null) {
    const message = "This page did not see the hash before the game was over, so it cannot compare it.";
    return { ok: null, message };
  }
  return seen === computedHash
    ? { ok: true, message: "The server seed belongs to the hash that this page saw before the end." }
    : {
        ok: false,
        message: `The server seed does not belong to the hash that this page saw before the end: ${seen}.`,
      };
}

function checkSeed(recorded: string, brought: string | null): PageCheck {
  if (brought === null) {
    const message = `This tab does not remember the seed that you brought. The record says: ${recorded}.`;
    return { ok: null, message };
  }
  return brought === recorded
    ? { ok: true, message: "The seed that your browser brought is in the record under your name." }
    : { ok: false, message: `Your browser brought the seed ${brought}, but the record says ${recorded}.` };
}

function checkRolls(
  record: DiceRecord,
  seen: readonly { readonly playerId: string; readonly roll: number }[],
): PageCheck {
  const recorded = record.rolls.toSorted((one, other) => one.turn - other.turn);
  const different = seen.findIndex(
    ({ playerId, roll }, turn) => recorded[turn]?.playerId !== playerId || recorded[turn]?.roll !== roll,
  );
  const at = different !== -1 ? different : recorded.length > seen.length ? seen.length : -1;
  return at === -1
    ? { ok: true, message: "The rolls in the record are the ones that this page showed." }
    : { ok: false, message: `From roll ${at} on, the record is not what this page showed.` };
}
