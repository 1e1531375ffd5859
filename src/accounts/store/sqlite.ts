/** Accounts in one SQLite file: the embedded default. */
import { Database } from "bun:sqlite";
import { migrate } from "../../engines/migrations.ts";
import { limitSize } from "../../engines/sqlite.ts";
import { asSessionId, asUserId, type SessionId } from "../../protocol/index.ts";
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
  type Session,
  type User,
  type UserRole,
} from "./port.ts";

const steps = [
  `CREATE TABLE users (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     username TEXT NOT NULL,
     folded_name TEXT NOT NULL,
     role TEXT NOT NULL CHECK (role IN ('guest', 'user', 'admin')),
     password_hash TEXT CHECK ((password_hash IS NULL) = (role = 'guest')),
     created_at INTEGER NOT NULL) STRICT;
   CREATE UNIQUE INDEX members_by_name ON users (folded_name) WHERE role <> 'guest';
   CREATE TABLE name_looks (
     look TEXT PRIMARY KEY,
     user_id INTEGER NOT NULL REFERENCES users (id)) STRICT, WITHOUT ROWID;
   CREATE TABLE sign_in_sessions (
     sid TEXT PRIMARY KEY,
     secret_hash TEXT NOT NULL UNIQUE,
     user_id INTEGER NOT NULL REFERENCES users (id),
     created_at INTEGER NOT NULL,
     last_seen_at INTEGER NOT NULL,
     expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
   CREATE INDEX sessions_by_user ON sign_in_sessions (user_id);
   CREATE INDEX sessions_by_end ON sign_in_sessions (expires_at);`,
  "CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL) STRICT",
  `CREATE TABLE pairs (
     low_id INTEGER NOT NULL REFERENCES users (id),
     high_id INTEGER NOT NULL REFERENCES users (id),
     friends_since INTEGER,
     low_asked_at INTEGER,
     high_asked_at INTEGER,
     low_blocked_at INTEGER,
     high_blocked_at INTEGER,
     PRIMARY KEY (low_id, high_id),
     CHECK (low_id < high_id)) STRICT, WITHOUT ROWID;
   CREATE INDEX pairs_by_high ON pairs (high_id);`,
  `ALTER TABLE users ADD COLUMN status TEXT NOT NULL DEFAULT 'active'
     CHECK (status IN ('active', 'banned', 'removed'))`,
];

/** Opens the file at a path (made where it is missing), or uses a database that `main` opened and keeps. */
export function openSqliteAccountsStore(source: string | Database): AccountsStore {
  const database = typeof source === "string" ? openAccountsDatabase(source) : source;
  migrate(database, "accounts", steps);
  return storeOn(database, () => {
    if (database !== source) database.close();
  });
}

/** The file of the accounts, for all stores that are kept in it. Whoever opens it closes it. */
export function openAccountsDatabase(path: string, limitMb: number | null = null): Database {
  const database = new Database(path, { create: true, strict: true });
  database.run("PRAGMA journal_mode = WAL");
  database.run("PRAGMA synchronous = FULL"); // an answered registration outlives a power cut
  database.run("PRAGMA foreign_keys = ON");
  database.run("PRAGMA busy_timeout = 5000"); // the admin command line writes to the same file
  limitSize(database, limitMb);
  return database;
}

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
  readonly created_at: number;
  readonly last_seen_at: number;
  readonly expires_at: number;
}

function storeOn(database: Database, close: () => void): AccountsStore {
  const statements = prepare(database);

  const createUser = database.transaction((user: NewUser, session: NewSession, replaced: string | null) => {
    const looks = JSON.stringify(user.name.looks);
    if (statements.heldLooks.get(looks, user.createdAt, replaced) !== null) return null;
    const ended = replaced === null ? null : endSession(replaced);
    statements.releaseLooks.run(looks);
    const row = statements.insertUser.get(
      user.name.username,
      user.name.folded,
      user.kind === "guest" ? "guest" : "user",
      user.kind === "guest" ? null : user.passwordHash,
      user.createdAt,
    );
    if (row === null) throw new Error("SQLite returned no row for an inserted user.");
    statements.insertLooks.run(row.id, looks);
    insertSession(row.id, session);
    return { user: userOf(row), ended };
  });

  function endSession(secretHash: string): EndedSession | null {
    const row = statements.endSession.get(secretHash);
    if (row === null) return null;
    const ended = { sid: asSessionId(row.sid), userId: asUserId(String(row.user_id)) };
    const event: AccountEvent = { kind: "session_revoked", ...ended };
    statements.tell.run(JSON.stringify(event));
    return ended;
  }
  const endSessionAndTell = database.transaction(endSession);

  const addSession = database.transaction((id: number, session: NewSession, most: number) => {
    insertSession(id, session);
    return statements.oldSessionsOf
      .all(id, session.sid, most - 1)
      .map(({ secret_hash }) => endSession(secret_hash))
      .filter((ended) => ended !== null);
  });

  const tell = (event: AccountEvent) => statements.tell.run(JSON.stringify(event));

  const setRole = database.transaction((id: number, role: UserRole) => {
    statements.setRole.run(role, id);
    tellChange(id);
  });

  const setStatus = database.transaction((id: number, status: AccountStatus) => {
    statements.setStatus.run(status, id);
    if (status !== "active") {
      for (const { sid } of statements.endSessionsOf.all(id)) {
        tell({ kind: "session_revoked", sid: asSessionId(sid), userId: asUserId(String(id)) });
      }
    }
    if (status === "removed") {
      statements.erase.run(removedName, id);
      for (const pair of statements.endPairsOf.all(id)) {
        const event = partingOf(pair, id);
        if (event !== null) tell(event);
      }
    }
    tellChange(id);
  });

  function tellChange(id: number): void {
    const row = statements.account.get(id);
    if (row === null) return;
    const { userId, username, role } = userOf(row);
    tell({ kind: "account_changed", userId, username, role, status: row.status });
  }

  function insertSession(userId: number, session: NewSession): void {
    const { sid, secretHash, createdAt, lastSeenAt, expiresAt } = session;
    statements.insertSession.run(sid, secretHash, userId, createdAt, lastSeenAt, expiresAt);
  }

  return {
    async createUser(user, firstSession, replacedSecretHash) {
      const created = createUser.immediate(user, firstSession, replacedSecretHash);
      return created === null ? { ok: false, reason: "username_taken" } : { ok: true, ...created };
    },
    async areLooksFree(looks, now, replacedSecretHash) {
      return statements.heldLooks.get(JSON.stringify(looks), now, replacedSecretHash) === null;
    },
    async memberByName(folded) {
      const row = statements.memberByName.get(folded);
      if (row === null) return null;
      return { user: userOf(row), passwordHash: row.password_hash, status: row.status };
    },
    async accountByName(folded) {
      const row = statements.accountByName.get(folded);
      return row === null ? null : { user: userOf(row), status: row.status };
    },
    async setRole(userId, role) {
      setRole.immediate(accountNumber(userId) ?? 0, role);
    },
    async setStatus(userId, status) {
      setStatus.immediate(accountNumber(userId) ?? 0, status);
    },
    async usersByIds(userIds) {
      const numbers = userIds.map(accountNumber).filter((id) => id !== null);
      return statements.usersByIds.all(JSON.stringify(numbers)).map(userOf);
    },
    async addSession(userId, session, most) {
      const id = accountNumber(userId);
      if (id === null) throw new Error(`${userId} is no account: only accounts have sessions.`);
      return addSession.immediate(id, session, most);
    },
    async sessionBySecretHash(secretHash, now) {
      const row = statements.sessionBySecretHash.get(secretHash, now);
      return row === null ? null : { session: sessionOf(row), user: userOf(row) };
    },
    async extendSession(sid, lastSeenAt, expiresAt) {
      statements.extendSession.run(lastSeenAt, expiresAt, sid);
    },
    async endSession(secretHash) {
      return endSessionAndTell.immediate(secretHash);
    },
    async tellSessionEnd(ended) {
      tell({ kind: "session_revoked", ...ended });
    },
    async removeExpiredSessions(now) {
      statements.removeExpiredSessions.run(now);
    },
    async outbox(limit) {
      // The column holds what this adapter wrote.
      return statements.outbox
        .all(limit)
        .map(({ id, event }) => ({ id, event: JSON.parse(event) as AccountEvent }));
    },
    async removeFromOutbox(ids) {
      statements.removeFromOutbox.run(JSON.stringify(ids));
    },
    async close() {
      close();
    },
  };
}

function prepare(database: Database) {
  return {
    /** A look is held by a member, or by a guest of whom a session still lives. */
    heldLooks: database.query<
      { look: string },
      [looks: string, now: number, replacedSecretHash: string | null]
    >(
      `SELECT look FROM name_looks JOIN users ON users.id = name_looks.user_id
       WHERE look IN (SELECT value FROM json_each(?1))
         AND (role <> 'guest' OR EXISTS (
           SELECT 1 FROM sign_in_sessions WHERE user_id = users.id AND expires_at > ?2 AND secret_hash IS NOT ?3))
       LIMIT 1`,
    ),
    releaseLooks: database.query<null, [looks: string]>(
      "DELETE FROM name_looks WHERE look IN (SELECT value FROM json_each(?1))",
    ),
    insertLooks: database.query<null, [userId: number, looks: string]>(
      "INSERT INTO name_looks (look, user_id) SELECT value, ?1 FROM json_each(?2)",
    ),
    insertUser: database.query<UserRow, [string, string, UserRole, string | null, number]>(
      `INSERT INTO users (username, folded_name, role, password_hash, created_at)
       VALUES (?, ?, ?, ?, ?) RETURNING id, username, role`,
    ),
    memberByName: database.query<AccountRow & { password_hash: string }, [folded: string]>(
      `SELECT id, username, role, password_hash, status FROM users
       WHERE folded_name = ? AND role <> 'guest' AND status <> 'removed'`,
    ),
    accountByName: database.query<AccountRow, [folded: string]>(
      `SELECT id, username, role, status FROM users WHERE folded_name = ? AND status <> 'removed'
       ORDER BY role = 'guest', id DESC LIMIT 1`,
    ),
    account: database.query<AccountRow, [id: number]>(
      "SELECT id, username, role, status FROM users WHERE id = ?",
    ),
    setRole: database.query<null, [role: UserRole, id: number]>(
      "UPDATE users SET role = ? WHERE id = ? AND role <> 'guest'",
    ),
    setStatus: database.query<null, [status: AccountStatus, id: number]>(
      "UPDATE users SET status = ? WHERE id = ?",
    ),
    /** An empty hash is that of no password. */
    erase: database.query<null, [username: string, id: number]>(
      `UPDATE users SET username = ?1, password_hash = CASE role WHEN 'guest' THEN NULL ELSE '' END WHERE id = ?2`,
    ),
    endSessionsOf: database.query<{ sid: string }, [id: number]>(
      "DELETE FROM sign_in_sessions WHERE user_id = ? RETURNING sid",
    ),
    /** All but so many that are newer. */
    oldSessionsOf: database.query<{ secret_hash: string }, [id: number, besides: SessionId, newer: number]>(
      `SELECT secret_hash FROM sign_in_sessions WHERE user_id = ?1 AND sid <> ?2
       ORDER BY created_at DESC, sid LIMIT -1 OFFSET ?3`,
    ),
    endPairsOf: database.query<PairRow, [id: number]>(
      "DELETE FROM pairs WHERE low_id = ?1 OR high_id = ?1 RETURNING *",
    ),
    usersByIds: database.query<UserRow, [ids: string]>(
      "SELECT id, username, role FROM users WHERE id IN (SELECT value FROM json_each(?1))",
    ),
    insertSession: database.query<null, [SessionId, string, number, number, number, number]>(
      `INSERT INTO sign_in_sessions (sid, secret_hash, user_id, created_at, last_seen_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    sessionBySecretHash: database.query<SessionRow, [secretHash: string, now: number]>(
      `SELECT sid, s.created_at, last_seen_at, expires_at, id, username, role
       FROM sign_in_sessions AS s JOIN users ON users.id = s.user_id
       WHERE secret_hash = ?1 AND expires_at > ?2 AND status = 'active'`,
    ),
    extendSession: database.query<null, [lastSeenAt: number, expiresAt: number, sid: SessionId]>(
      "UPDATE sign_in_sessions SET last_seen_at = ?, expires_at = ? WHERE sid = ?",
    ),
    endSession: database.query<{ sid: string; user_id: number }, [secretHash: string]>(
      "DELETE FROM sign_in_sessions WHERE secret_hash = ? RETURNING sid, user_id",
    ),
    tell: database.query<null, [event: string]>("INSERT INTO outbox (event) VALUES (?)"),
    outbox: database.query<{ id: number; event: string }, [limit: number]>(
      "SELECT id, event FROM outbox ORDER BY id LIMIT ?",
    ),
    removeFromOutbox: database.query<null, [ids: string]>(
      "DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?1))",
    ),
    removeExpiredSessions: database.query<null, [now: number]>(
      "DELETE FROM sign_in_sessions WHERE expires_at <= ?",
    ),
  };
}

function userOf(row: UserRow): User {
  return { userId: asUserId(String(row.id)), username: row.username, role: row.role };
}

function sessionOf(row: SessionRow): Session {
  return {
    sid: asSessionId(row.sid),
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  };
}
