/**
 * Where accounts are kept: people (members and guests), the looks of their names, and sign-in sessions.
 * Times are milliseconds since 1970. Every method MUST be durable before its promise resolves.
 */
import type { SessionId, UserId } from "../../protocol/index.ts";

export type UserRole = "guest" | "user" | "admin";
export type AccountStatus = "active" | "banned" | "removed";

/** The name under which those who were removed are shown. */
export const removedName = "deleted user";

export interface User {
  readonly userId: UserId;
  /** As it is shown. */
  readonly username: string;
  readonly role: UserRole;
}

/** A name and the forms by which it is found and compared (names.ts). */
export interface NameKeys {
  readonly username: string;
  /** For finding a member who signs in: the same for every spelling of one name. */
  readonly folded: string;
  /** What the name can be taken for. Two names that share a look MUST NOT be held at the same time. */
  readonly looks: readonly string[];
}

export type NewUser =
  | { readonly kind: "guest"; readonly name: NameKeys; readonly createdAt: number }
  | {
      readonly kind: "member";
      readonly name: NameKeys;
      readonly passwordHash: string;
      readonly createdAt: number;
    };

export interface Session {
  readonly sid: SessionId;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  /** From this moment on the session is over. */
  readonly expiresAt: number;
}

/** The secret itself stays with the browser; here is only its SHA-256, in hex. */
export type NewSession = Session & { readonly secretHash: string };

export interface EndedSession {
  readonly sid: SessionId;
  readonly userId: UserId;
}

/** What became of an account, to be told to gateways and services, or to a person. */
export type AccountEvent =
  | { readonly kind: "session_revoked"; readonly sid: SessionId; readonly userId: UserId }
  | {
      readonly kind: "account_changed";
      readonly userId: UserId;
      readonly username: string;
      readonly role: UserRole;
      readonly status: AccountStatus;
    }
  /** To `to`, about the other one. */
  | {
      readonly kind: "friend_requested";
      readonly to: UserId;
      readonly userId: UserId;
      readonly username: string;
      readonly direction: "incoming" | "outgoing";
    }
  | {
      readonly kind: "friend_accepted" | "friend_removed";
      readonly to: UserId;
      readonly userId: UserId;
      readonly username: string;
    }
  | { readonly kind: "friend_request_removed"; readonly to: UserId; readonly userId: UserId };

export interface OutboxEntry {
  /** Rises; the same entry has the same one for ever. */
  readonly id: number;
  readonly event: AccountEvent;
}

export type CreateUserResult =
  | { readonly ok: true; readonly user: User; readonly ended: EndedSession | null }
  | { readonly ok: false; readonly reason: "username_taken" };

export interface AccountsStore {
  /**
   * Saves a person, the looks of the name and the first session, and ends the session that it replaces: MUST do
   * all or nothing. Of any number of calls with a common look at the same time, MUST let exactly one through.
   * A guest holds a name for as long as one of that guest's sessions lives (at `createdAt` of the newcomer), so
   * that a guest may register under the same name; a member holds it for ever.
   * An id MUST NOT be given twice, also when its owner is gone.
   */
  createUser(
    user: NewUser,
    firstSession: NewSession,
    replacedSecretHash: string | null,
  ): Promise<CreateUserResult>;
  /** Whether `createUser` would find these looks free. Says nothing about the moment after. */
  areLooksFree(looks: readonly string[], now: number, replacedSecretHash: string | null): Promise<boolean>;

  /** Finds a member by the folded name; MUST NOT find guests, who have no password, nor who was removed. */
  memberByName(folded: string): Promise<{
    readonly user: User;
    readonly passwordHash: string;
    readonly status: AccountStatus;
  } | null>;
  /** Whoever has this name: a member, else the newest guest who has or had it; MUST NOT find who was removed. */
  accountByName(folded: string): Promise<{ readonly user: User; readonly status: AccountStatus } | null>;
  /** Gives a member another role, and writes `account_changed` into the outbox with it. */
  setRole(userId: UserId, role: Exclude<UserRole, "guest">): Promise<void>;
  /**
   * Bans, removes, or takes a ban back, and writes `account_changed` with it. Who is not active has no sessions: they
   * end with it, with a `session_revoked` each. Who is removed loses password, friends and requests, which are told to
   * the others, and is shown as "deleted user"; the name MUST NOT be given again.
   */
  setStatus(userId: UserId, status: AccountStatus): Promise<void>;
  /** Those that exist, in any order. Ids that are no numbers (visitors') are passed over. */
  usersByIds(userIds: readonly UserId[]): Promise<readonly User[]>;

  /**
   * Begins a session, and ends the oldest of this person where there are more than `most`, with a `session_revoked`
   * each in the outbox.
   */
  addSession(userId: UserId, session: NewSession, most: number): Promise<readonly EndedSession[]>;
  /** MUST NOT find a session that is over at `now`, nor one of somebody who is not active. */
  sessionBySecretHash(
    secretHash: string,
    now: number,
  ): Promise<{ readonly session: Session; readonly user: User } | null>;
  /** Moves a session's end. MUST NOT bring back one that was ended meanwhile. */
  extendSession(sid: SessionId, lastSeenAt: number, expiresAt: number): Promise<void>;
  /**
   * Ends a session. Of several callers at the same time exactly one gets it back, the others get null. MUST write
   * `session_revoked` into the outbox with it, as `createUser` MUST for the session that it ends.
   */
  endSession(secretHash: string): Promise<EndedSession | null>;
  /** Writes `session_revoked` for a session that is not kept here: another application began it, and ends it. */
  tellSessionEnd(ended: EndedSession): Promise<void>;
  /** Forgets the sessions that are over at `now`. */
  removeExpiredSessions(now: number): Promise<void>;

  /** What was written with a change and may not have been told yet, oldest first. */
  outbox(limit: number): Promise<readonly OutboxEntry[]>;
  /** It has been told. */
  removeFromOutbox(ids: readonly number[]): Promise<void>;

  close(): Promise<void>;
}
