/** Friends in PostgreSQL: a cluster's, beside the accounts. */
import type { SQL, TransactionSQL } from "bun";
import { accountNumber } from "../account-number.ts";
import type { FriendsStore, PairChange, RelatedPerson } from "./port.ts";
import {
  accountEventOf,
  mayRelate,
  pairFor,
  relatedPerson,
  rowFor,
  type PairRow,
  type PersonRow,
  type RelatedRow,
} from "./rows.ts";
import { decidePair, strangers, type Pair, type PairAction } from "../../friends/pair.ts";
import { readAgain } from "../../../engines/postgres.ts";
import type { UserId } from "../../../protocol/index.ts";

/** On a database that `migratePostgres` has brought up to date. */
export function openPostgresFriendsStore(sql: SQL): FriendsStore {
  return new PostgresFriendsStore(sql);
}

/** Locks on pairs share their space with nobody else's (any fixed number). */
const pairLocks = 740_915_228;

type Relation = "friends_since" | "own_asked_at" | "other_asked_at" | "own_blocked_at";

class PostgresFriendsStore implements FriendsStore {
  readonly #sql: SQL;

  constructor(sql: SQL) {
    this.#sql = sql;
  }

  async change(actor: UserId, other: UserId, action: PairAction, now: number): Promise<PairChange> {
    const actorId = accountNumber(actor);
    const otherId = accountNumber(other);
    if (actorId === null || otherId === null) return { ok: false, reason: "unknown" };
    return this.#sql.begin(async (transaction): Promise<PairChange> => {
      const [low, high] = [Math.min(actorId, otherId), Math.max(actorId, otherId)];
      await transaction`SELECT pg_advisory_xact_lock(${pairLocks}, hashint8(${low}::bigint * 2147483647 + ${high}))`;
      const people = (await transaction`
        SELECT id, username, role FROM users WHERE id IN (${low}, ${high}) ORDER BY id FOR SHARE`) as PersonRow[];
      const actorRow = people.find(({ id }) => id === actorId);
      const otherRow = people.find(({ id }) => id === otherId);
      if (actorRow === undefined || otherRow === undefined || !mayRelate(actorRow, otherRow, action)) {
        return { ok: false, reason: "unknown" };
      }
      const before = pairFor(await pairRow(transaction, low, high), actorId);
      const decision = decidePair(before, action, now);
      if (!decision.ok) return decision;
      if (decision.pair === before) return { ok: true };
      await save(transaction, rowFor(decision.pair, actorId, otherId));
      for (const event of decision.events) {
        const told = JSON.stringify(accountEventOf(event, actorRow, otherRow));
        await transaction`INSERT INTO outbox (event) VALUES (${told}::text::jsonb)`;
      }
      return { ok: true };
    });
  }

  async pairOf(one: UserId, other: UserId): Promise<Pair> {
    const oneId = accountNumber(one);
    const otherId = accountNumber(other);
    if (oneId === null || otherId === null) return strangers;
    const row = await readAgain(() => pairRow(this.#sql, Math.min(oneId, otherId), Math.max(oneId, otherId)));
    return pairFor(row, oneId);
  }

  friendsOf(userId: UserId): Promise<readonly RelatedPerson[]> {
    return this.#related(userId, "friends_since", "folded_name");
  }

  async requestsOf(userId: UserId): ReturnType<FriendsStore["requestsOf"]> {
    const [incoming, outgoing] = await Promise.all([
      this.#related(userId, "other_asked_at", "since"),
      this.#related(userId, "own_asked_at", "since"),
    ]);
    return { incoming, outgoing };
  }

  blockedBy(userId: UserId): Promise<readonly RelatedPerson[]> {
    return this.#related(userId, "own_blocked_at", "folded_name");
  }

  /** `own_…` are what this person did, `other_…` what the other one did. */
  async #related(
    userId: UserId,
    relation: Relation,
    order: "folded_name" | "since",
  ): Promise<readonly RelatedPerson[]> {
    const id = accountNumber(userId);
    if (id === null) return [];
    const rows = await readAgain(
      async () =>
        (await this.#sql.unsafe(
          `SELECT id, username, role, ${relation}::float8 AS since
           FROM (
             SELECT high_id AS other_id, friends_since, low_asked_at AS own_asked_at,
               high_asked_at AS other_asked_at, low_blocked_at AS own_blocked_at FROM pairs WHERE low_id = $1
             UNION ALL
             SELECT low_id, friends_since, high_asked_at, low_asked_at, high_blocked_at
             FROM pairs WHERE high_id = $1) AS mine
           JOIN users ON users.id = other_id
           WHERE ${relation} IS NOT NULL${relation === "other_asked_at" ? " AND own_blocked_at IS NULL" : ""}
           ORDER BY ${order}, id`,
          [id],
        )) as RelatedRow[],
    );
    return rows.map(relatedPerson);
  }
}

async function pairRow(sql: SQL | TransactionSQL, low: number, high: number): Promise<PairRow | undefined> {
  const [row] = (await sql`
    SELECT low_id, high_id, friends_since::float8, low_asked_at::float8, high_asked_at::float8,
      low_blocked_at::float8, high_blocked_at::float8
    FROM pairs WHERE low_id = ${low} AND high_id = ${high}`) as PairRow[];
  return row;
}

async function save(transaction: TransactionSQL, row: PairRow): Promise<void> {
  await transaction`
    INSERT INTO pairs (low_id, high_id, friends_since, low_asked_at, high_asked_at, low_blocked_at, high_blocked_at)
    VALUES (${row.low_id}, ${row.high_id}, ${row.friends_since}, ${row.low_asked_at}, ${row.high_asked_at},
      ${row.low_blocked_at}, ${row.high_blocked_at})
    ON CONFLICT (low_id, high_id) DO UPDATE SET friends_since = excluded.friends_since,
      low_asked_at = excluded.low_asked_at, high_asked_at = excluded.high_asked_at,
      low_blocked_at = excluded.low_blocked_at, high_blocked_at = excluded.high_blocked_at`;
}
