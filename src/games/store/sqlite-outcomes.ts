/**
 * The outcomes of a room's documents, a row each: a save adds one row instead of writing all 32 again for each
 * player.
 */
import type { Database } from "bun:sqlite";
import { rememberedOutcomes } from "./document.ts";
import { outcomesAfter } from "./sqlite-moves.ts";
import type { Outcome, RoomDocument } from "./port.ts";
import { asUserId, type CommandId, type ErrorCode, type RoomId, type UserId } from "../../protocol/index.ts";

export const outcomesSchema = `
  CREATE TABLE IF NOT EXISTS command_outcomes (
    room_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    command_id TEXT NOT NULL,
    seq INTEGER,
    code TEXT,
    PRIMARY KEY (room_id, user_id, version, command_id)
  ) STRICT, WITHOUT ROWID;
`;

type Outcomes = RoomDocument["outcomes"];
type Saved = Pick<RoomDocument, "version" | "outcomes">;

interface Row {
  readonly user_id: string;
  readonly command_id: string;
  readonly seq: number | null;
  readonly code: string | null;
}

export class SqliteOutcomes {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.statements = prepare(database);
  }

  load(roomId: RoomId): Outcomes {
    const outcomes: Record<UserId, Outcome[]> = {};
    for (const row of this.statements.load.all(roomId)) {
      (outcomes[asUserId(row.user_id)] ??= []).push(toOutcome(row));
    }
    for (const userId of Object.keys(outcomes).map(asUserId)) {
      outcomes[userId] = outcomes[userId]?.slice(-rememberedOutcomes) ?? [];
    }
    return outcomes;
  }

  /**
   * Writes what the room's document has and had not when it was saved last. Outcomes are only added at the end, at
   * most one with each version, or all dropped.
   */
  save(roomId: RoomId, before: Saved, after: Saved): void {
    const { insert, dropAll, dropOld } = this.statements;
    const people = Object.keys(after.outcomes).map(asUserId);
    if (people.length === 0 && Object.keys(before.outcomes).length > 0) dropAll.run(roomId);
    for (const userId of people) {
      const kept = before.outcomes[userId] ?? [];
      const wanted = after.outcomes[userId] ?? [];
      if (kept === wanted) continue;
      const added = outcomesAfter(kept, wanted);
      // In their order: the version of each is not known any more, but there was one for each.
      let version = after.version - added.length;
      for (const outcome of added) {
        version += 1;
        const [seq, code] = outcome.ok ? [outcome.seq, null] : [null, outcome.code];
        insert.run(roomId, userId, version, outcome.commandId, seq, code);
      }
      // Now and then is enough: `load` takes the last ones.
      if (generation(before.version) !== generation(after.version))
        dropOld.run(roomId, userId, roomId, userId, rememberedOutcomes);
    }
  }

  finalize(): void {
    for (const statement of Object.values(this.statements)) statement.finalize();
  }
}

function generation(version: number): number {
  return Math.floor(version / rememberedOutcomes);
}

function toOutcome({ command_id, seq, code }: Row): Outcome {
  // The columns hold what `save` wrote.
  const commandId = command_id as CommandId;
  return seq === null ? { commandId, ok: false, code: code as ErrorCode } : { commandId, ok: true, seq };
}

function prepare(database: Database) {
  return {
    load: database.prepare<Row, [string]>(
      "SELECT user_id, command_id, seq, code FROM command_outcomes WHERE room_id = ? ORDER BY user_id, version",
    ),
    insert: database.prepare(
      `INSERT INTO command_outcomes (room_id, user_id, version, command_id, seq, code)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    dropAll: database.prepare("DELETE FROM command_outcomes WHERE room_id = ?"),
    dropOld: database.prepare(
      `DELETE FROM command_outcomes WHERE room_id = ? AND user_id = ? AND version <= (
         SELECT version FROM command_outcomes WHERE room_id = ? AND user_id = ?
         ORDER BY version DESC LIMIT 1 OFFSET ?)`,
    ),
  };
}
