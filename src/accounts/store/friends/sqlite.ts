/** Friends in SQLite: the embedded default, in the file of the accounts. */
import type { Database } from "bun:sqlite";
import { accountNumber } from "../account-number.ts";
import type { FriendsStore, PairChange } from "./port.ts";
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
import { decidePair, strangers, type PairAction } from "../../friends/pair.ts";
import type { UserId } from "../../../protocol/index.ts";

/** On a database that `openSqliteAccountsStore` has brought up to date. */
export function openSqliteFriendsStore(database: Database): FriendsStore {
  const statements = prepare(database);

  const change = database.transaction(
    (actorId: number, otherId: number, action: PairAction, now: number): PairChange => {
      const actor = statements.person.get(actorId);
      const other = statements.person.get(otherId);
      if (actor === null || other === null || !mayRelate(actor, other, action)) {
        return { ok: false, reason: "unknown" };
      }
      const row = statements.pair.get(Math.min(actorId, otherId), Math.max(actorId, otherId));
      const before = pairFor(row ?? undefined, actorId);
      const decision = decidePair(before, action, now);
      if (!decision.ok) return decision;
      // Where nothing changes, nothing is written: a disk takes only so many writes a second.
      if (decision.pair === before) return { ok: true };
      const saved = rowFor(decision.pair, actorId, otherId);
      statements.save.run({ ...saved });
      for (const event of decision.events) {
        statements.tell.run(JSON.stringify(accountEventOf(event, actor, other)));
      }
      return { ok: true };
    },
  );

  const listed = (rows: readonly RelatedRow[]) => rows.map(relatedPerson);

  return {
    async change(actor, other, action, now) {
      const actorId = accountNumber(actor);
      const otherId = accountNumber(other);
      if (actorId === null || otherId === null) return { ok: false, reason: "unknown" };
      return change.immediate(actorId, otherId, action, now);
    },
    async pairOf(one, other) {
      const oneId = accountNumber(one);
      const otherId = accountNumber(other);
      if (oneId === null || otherId === null) return strangers;
      const row = statements.pair.get(Math.min(oneId, otherId), Math.max(oneId, otherId));
      return pairFor(row ?? undefined, oneId);
    },
    async friendsOf(userId) {
      return listed(statements.friends.all(numberOf(userId)));
    },
    async requestsOf(userId) {
      const id = numberOf(userId);
      return { incoming: listed(statements.incoming.all(id)), outgoing: listed(statements.outgoing.all(id)) };
    },
    async blockedBy(userId) {
      return listed(statements.blocked.all(numberOf(userId)));
    },
  };
}

/** No account has the number 0. */
function numberOf(userId: UserId): number {
  return accountNumber(userId) ?? 0;
}

/** Both halves of the pairs of person ?1: `own_…` are what she did, `other_…` what the other one did. */
const pairsOf = `(
  SELECT high_id AS other_id, friends_since, low_asked_at AS own_asked_at, high_asked_at AS other_asked_at,
    low_blocked_at AS own_blocked_at FROM pairs WHERE low_id = ?1
  UNION ALL
  SELECT low_id, friends_since, high_asked_at, low_asked_at, high_blocked_at FROM pairs WHERE high_id = ?1)`;

function prepare(database: Database) {
  const related = (since: string, order: string) =>
    database.query<RelatedRow, [userId: number]>(
      `SELECT id, username, role, ${since} AS since FROM ${pairsOf} JOIN users ON users.id = other_id
       WHERE ${since} IS NOT NULL${since === "other_asked_at" ? " AND own_blocked_at IS NULL" : ""}
       ORDER BY ${order}, id`,
    );
  return {
    person: database.query<PersonRow, [id: number]>("SELECT id, username, role FROM users WHERE id = ?"),
    pair: database.query<PairRow, [low: number, high: number]>(
      "SELECT * FROM pairs WHERE low_id = ? AND high_id = ?",
    ),
    save: database.query<null, [{ [Column in keyof PairRow]: PairRow[Column] }]>(
      `INSERT OR REPLACE INTO pairs (low_id, high_id, friends_since, low_asked_at, high_asked_at, low_blocked_at,
         high_blocked_at)
       VALUES ($low_id, $high_id, $friends_since, $low_asked_at, $high_asked_at, $low_blocked_at, $high_blocked_at)`,
    ),
    tell: database.query<null, [event: string]>("INSERT INTO outbox (event) VALUES (?)"),
    friends: related("friends_since", "folded_name"),
    incoming: related("other_asked_at", "since"),
    outgoing: related("own_asked_at", "since"),
    blocked: related("own_blocked_at", "folded_name"),
  };
}
