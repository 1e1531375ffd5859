/** Accounts in PostgreSQL: a cluster's. */
import type { SQL, TransactionSQL } from "bun";
import { accountNumber } from "./account-number.ts";
import { partingOf, type PairRow } from "./friends/rows.ts";
import {
  removedName,
  type AccountEvent,
  type AccountStatus,
  type AccountsStore,
  type EndedSession,
  type NewSession,
  type NewUser,
  type OutboxEntry,
  type Session,
  type User,
  type UserRole,
} from "./port.ts";
import type { Migrations } from "../../engines/postgres-migrations.ts";
import { readAgain } from "../../engines/postgres.ts";
import { asSessionId, asUserId } from "../../protocol/index.ts";

export const postgresAccountsMigrations: Migrations = {
  component: "accounts",
  steps: [
    `CREATE TABLE users (
       id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       username TEXT NOT NULL,
       folded_name TEXT NOT NULL,
       role TEXT NOT NULL CHECK (role IN ('guest', 'user', 'admin')),
       password_hash TEXT CHECK ((password_hash IS NULL) = (role = 'guest')),
       created_at TIMESTAMPTZ NOT NULL);
     CREATE UNIQUE INDEX members_by_name ON users (folded_name) WHERE role <> 'guest';
     CREATE TABLE name_looks (
       look TEXT PRIMARY KEY,
       user_id INTEGER NOT NULL REFERENCES users (id));
     CREATE TABLE sign_in_sessions (
       sid TEXT PRIMARY KEY,
       secret_hash TEXT NOT NULL UNIQUE,
       user_id INTEGER NOT NULL REFERENCES users (id),
       created_at TIMESTAMPTZ NOT NULL,
       last_seen_at TIMESTAMPTZ NOT NULL,
       expires_at TIMESTAMPTZ NOT NULL);
     CREATE INDEX sessions_by_user ON sign_in_sessions (user_id);
     CREATE INDEX sessions_by_end ON sign_in_sessions (expires_at);`,
    `CREATE TABLE outbox (
       id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       event JSONB NOT NULL,
       created_at TIMESTAMPTZ NOT NULL DEFAULT NOW());`,
    `CREATE TABLE pairs (
       low_id INTEGER NOT NULL REFERENCES users (id),
       high_id INTEGER NOT NULL REFERENCES users (id),
       friends_since BIGINT,
       low_asked_at BIGINT,
       high_asked_at BIGINT,
       low_blocked_at BIGINT,
       high_blocked_at BIGINT,
       PRIMARY KEY (low_id, high_id),
       CHECK (low_id < high_id));
     CREATE INDEX pairs_by_high ON pairs (high_id);`,
    `ALTER TABLE users ADD COLUMN status TEXT NOT NULL DEFAULT 'active'
       CHECK (status IN ('active', 'banned', 'removed'));`,
  ],
};

/** Locks on names share their space with nobody else's (any fixed number). */
const nameLocks = 740_915_227;

interface UserRow {
  readonly id: number;
  readonly username: string;
  readonly role: UserRole;
}

interface AccountRow extends UserRow {
  readonly status: AccountStatus;
}

interface SessionRow extends UserRow {
  readonly sid: string;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly expires_at: Date;
}

/** On a database that `migratePostgres` has brought up to date; `close` leaves the connections to their owner. */
export function openPostgresAccountsStore(sql: SQL): AccountsStore {
  return new PostgresAccountsStore(sql);
}

class PostgresAccountsStore implements AccountsStore {
  readonly #sql: SQL;

  constructor(sql: SQL) {
    this.#sql = sql;
  }

  async createUser(
    user: NewUser,
    firstSession: NewSession,
    replacedSecretHash: string | null,
  ): ReturnType<AccountsStore["createUser"]> {
    const looks = JSON.stringify(user.name.looks);
    return this.#sql.begin(async (transaction) => {
      // Whoever takes a look waits for the others who want it; in one order, so that nobody waits for ever.
      await transaction`
        SELECT pg_advisory_xact_lock(${nameLocks}, hashtext(look))
        FROM (SELECT DISTINCT value AS look FROM jsonb_array_elements_text(${looks}::text::jsonb) ORDER BY 1) AS looks`;
      if (await areHeld(transaction, looks, user.createdAt, replacedSecretHash)) {
        return { ok: false, reason: "username_taken" } as const;
      }
      const ended = replacedSecretHash === null ? null : await endSession(transaction, replacedSecretHash);
      await transaction`
        DELETE FROM name_looks WHERE look IN (SELECT jsonb_array_elements_text(${looks}::text::jsonb))`;
      const role: UserRole = user.kind === "guest" ? "guest" : "user";
      const passwordHash = user.kind === "guest" ? null : user.passwordHash;
      const [row] = (await transaction`
        INSERT INTO users (username, folded_name, role, password_hash, created_at)
        VALUES (${user.name.username}, ${user.name.folded}, ${role}, ${passwordHash}, ${new Date(user.createdAt)})
        RETURNING id, username, role`) as [UserRow]; // one row for one inserted
      await transaction`
        INSERT INTO name_looks (look, user_id)
        SELECT value, ${row.id} FROM jsonb_array_elements_text(${looks}::text::jsonb)`;
      await insertSession(transaction, row.id, firstSession);
      return { ok: true, user: userOf(row), ended } as const;
    });
  }

  async areLooksFree(
    looks: readonly string[],
    now: number,
    replacedSecretHash: string | null,
  ): Promise<boolean> {
    return readAgain(async () => !(await areHeld(this.#sql, JSON.stringify(looks), now, replacedSecretHash)));
  }

  async memberByName(folded: string): ReturnType<AccountsStore["memberByName"]> {
    const [row] = await readAgain(
      async () =>
        (await this.#sql`
          SELECT id, username, role, password_hash, status FROM users
          WHERE folded_name = ${folded} AND role <> 'guest' AND status <> 'removed'`) as (AccountRow & {
          password_hash: string;
        })[],
    );
    if (row === undefined) return null;
    return { user: userOf(row), passwordHash: row.password_hash, status: row.status };
  }

  async accountByName(folded: string): ReturnType<AccountsStore["accountByName"]> {
    const [row] = await readAgain(
      async () =>
        (await this.#sql`
          SELECT id, username, role, status FROM users WHERE folded_name = ${folded} AND status <> 'removed'
          ORDER BY role = 'guest', id DESC LIMIT 1`) as AccountRow[],
    );
    return row === undefined ? null : { user: userOf(row), status: row.status };
  }

  async setRole(...[userId, role]: Parameters<AccountsStore["setRole"]>): Promise<void> {
    const id = accountNumber(userId);
    await this.#sql.begin(async (transaction) => {
      const changed = (await transaction`
        UPDATE users SET role = ${role} WHERE id = ${id} AND role <> 'guest'
        RETURNING id, username, role, status`) as AccountRow[];
      await tellChange(transaction, changed);
    });
  }

  async setStatus(...[userId, status]: Parameters<AccountsStore["setStatus"]>): Promise<void> {
    const id = accountNumber(userId);
    if (id === null) return;
    await this.#sql.begin(async (transaction) => {
      const changed = (await transaction`
        UPDATE users SET status = ${status},
          username = CASE ${status} WHEN 'removed' THEN ${removedName} ELSE username END,
          password_hash = CASE WHEN ${status} = 'removed' AND role <> 'guest' THEN '' ELSE password_hash END
        WHERE id = ${id} RETURNING id, username, role, status`) as AccountRow[];
      if (status !== "active") {
        await transaction`
          WITH ended AS (DELETE FROM sign_in_sessions WHERE user_id = ${id} RETURNING sid, user_id)
          INSERT INTO outbox (event)
          SELECT jsonb_build_object('kind', 'session_revoked', 'sid', sid, 'userId', user_id::text) FROM ended`;
      }
      if (status === "removed") {
        const pairs = (await transaction`
          DELETE FROM pairs WHERE low_id = ${id} OR high_id = ${id} RETURNING *`) as PairRow[];
        for (const pair of pairs) await tell(transaction, partingOf(pair, id));
      }
      await tellChange(transaction, changed);
    });
  }

  async usersByIds(userIds: Parameters<AccountsStore["usersByIds"]>[0]): Promise<readonly User[]> {
    const numbers = JSON.stringify(userIds.map(accountNumber).filter((id) => id !== null));
    const rows = await readAgain(
      async () =>
        (await this.#sql`
          SELECT id, username, role FROM users
          WHERE id IN (SELECT value::int FROM jsonb_array_elements_text(${numbers}::text::jsonb))`) as UserRow[],
    );
    return rows.map(userOf);
  }

  async addSession(
    ...[userId, session, most]: Parameters<AccountsStore["addSession"]>
  ): Promise<readonly EndedSession[]> {
    const id = accountNumber(userId);
    if (id === null) throw new Error(`${userId} is no account: only accounts have sessions.`);
    return this.#sql.begin(async (transaction) => {
      await insertSession(transaction, id, session);
      // The new one is kept whatever the clocks of two processes say.
      const old = (await transaction`
        SELECT secret_hash FROM sign_in_sessions WHERE user_id = ${id} AND sid <> ${session.sid}
        ORDER BY created_at DESC, sid OFFSET ${most - 1}`) as { secret_hash: string }[];
      const ended: EndedSession[] = [];
      for (const { secret_hash } of old) {
        const one = await endSession(transaction, secret_hash);
        if (one !== null) ended.push(one);
      }
      return ended;
    });
  }

  async sessionBySecretHash(
    secretHash: string,
    now: number,
  ): ReturnType<AccountsStore["sessionBySecretHash"]> {
    const [row] = await readAgain(
      async () =>
        (await this.#sql`
          SELECT sid, s.created_at, last_seen_at, expires_at, id, username, role
          FROM sign_in_sessions AS s JOIN users ON users.id = s.user_id
          WHERE secret_hash = ${secretHash} AND expires_at > ${new Date(now)}
            AND status = 'active'`) as SessionRow[],
    );
    return row === undefined ? null : { session: sessionOf(row), user: userOf(row) };
  }

  async extendSession(sid: string, lastSeenAt: number, expiresAt: number): Promise<void> {
    await this.#sql`
      UPDATE sign_in_sessions SET last_seen_at = ${new Date(lastSeenAt)}, expires_at = ${new Date(expiresAt)}
      WHERE sid = ${sid}`;
  }

  endSession(secretHash: string): Promise<EndedSession | null> {
    return endSession(this.#sql, secretHash);
  }

  tellSessionEnd({ sid, userId }: EndedSession): Promise<void> {
    return tell(this.#sql, { kind: "session_revoked", sid, userId });
  }

  async removeExpiredSessions(now: number): Promise<void> {
    await this.#sql`DELETE FROM sign_in_sessions WHERE expires_at <= ${new Date(now)}`;
  }

  async outbox(limit: number): Promise<readonly OutboxEntry[]> {
    const rows = (await this.#sql`SELECT id, event FROM outbox ORDER BY id LIMIT ${limit}`) as {
      id: string;
      event: AccountEvent;
    }[];
    return rows.map(({ id, event }) => ({ id: Number(id), event }));
  }

  async removeFromOutbox(ids: readonly number[]): Promise<void> {
    await this.#sql`
      DELETE FROM outbox
      WHERE id IN (SELECT value::bigint FROM jsonb_array_elements_text(${JSON.stringify(ids)}::text::jsonb))`;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A look is held by a member, or by a guest of whom a session still lives. @param looks JSON */
async function areHeld(
  sql: SQL | TransactionSQL,
  looks: string,
  now: number,
  replacedSecretHash: string | null,
): Promise<boolean> {
  const held = (await sql`
    SELECT look FROM name_looks JOIN users ON users.id = name_looks.user_id
    WHERE look IN (SELECT jsonb_array_elements_text(${looks}::text::jsonb))
      AND (role <> 'guest' OR EXISTS (
        SELECT 1 FROM sign_in_sessions
        WHERE user_id = users.id AND expires_at > ${new Date(now)}
          AND secret_hash IS DISTINCT FROM ${replacedSecretHash}))
    LIMIT 1`) as unknown[];
  return held.length > 0;
}

async function tell(sql: SQL | TransactionSQL, event: AccountEvent | null): Promise<void> {
  if (event === null) return;
  await sql`INSERT INTO outbox (event) VALUES (${JSON.stringify(event)}::text::jsonb)`;
}

async function tellChange(transaction: TransactionSQL, changed: readonly AccountRow[]): Promise<void> {
  for (const row of changed) {
    const { userId, username, role } = userOf(row);
    await tell(transaction, { kind: "account_changed", userId, username, role, status: row.status });
  }
}

async function endSession(sql: SQL | TransactionSQL, secretHash: string): Promise<EndedSession | null> {
  const [row] = (await sql`
    WITH ended AS (DELETE FROM sign_in_sessions WHERE secret_hash = ${secretHash} RETURNING sid, user_id),
    told AS (
      INSERT INTO outbox (event)
      SELECT jsonb_build_object('kind', 'session_revoked', 'sid', sid, 'userId', user_id::text) FROM ended)
    SELECT sid, user_id FROM ended`) as {
    sid: string;
    user_id: number;
  }[];
  return row === undefined ? null : { sid: asSessionId(row.sid), userId: asUserId(String(row.user_id)) };
}

async function insertSession(sql: SQL | TransactionSQL, userId: number, session: NewSession): Promise<void> {
  const { sid, secretHash, createdAt, lastSeenAt, expiresAt } = session;
  await sql`
    INSERT INTO sign_in_sessions (sid, secret_hash, user_id, created_at, last_seen_at, expires_at)
    VALUES (${sid}, ${secretHash}, ${userId}, ${new Date(createdAt)}, ${new Date(lastSeenAt)}, ${new Date(expiresAt)})`;
}

function userOf({ id, username, role }: UserRow): User {
  return { userId: asUserId(String(id)), username, role };
}

function sessionOf(row: SessionRow): Session {
  return {
    sid: asSessionId(row.sid),
    createdAt: row.created_at.getTime(),
    lastSeenAt: row.last_seen_at.getTime(),
    expiresAt: row.expires_at.getTime(),
  };
}
