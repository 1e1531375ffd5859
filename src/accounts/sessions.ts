/** Sign-in sessions: a secret in a browser's cookie, its hash in the store. */
import { createHash } from "node:crypto";
import { asSessionId, type SessionId, type UserId } from "../protocol/index.ts";
import type { AccountsStore, EndedSession, NewSession, User } from "./store/port.ts";

/** A session ends this long after it was last used. */
export const sessionLifeMs = 30 * 24 * 3_600_000;
/** Of one account; with another one the oldest of them ends. */
export const mostSessions = 20;
/** A session that is in use is moved on at most this often, so that reading it seldom writes. */
const extendEveryMs = 3_600_000;

export interface AccountsEvents {
  /** A session ended before its time: its open sockets must be closed (H4). */
  sessionRevoked(sid: SessionId, userId: UserId): void | Promise<void>;
}

/** The new session's secret: for the browser's cookie, and nowhere else. */
export interface SessionGrant {
  readonly sid: SessionId;
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Who sends a request. */
export interface CurrentSession {
  readonly user: User;
  readonly sid: SessionId;
  readonly expiresAt: number;
  /** True where `expiresAt` has just moved: give the browser the cookie again. */
  readonly extended: boolean;
}

export interface Sessions {
  /** A session to be saved, and what the browser gets of it. */
  prepare(): { readonly grant: SessionGrant; readonly record: NewSession };
  find(secret: string): Promise<CurrentSession | null>;
  /** Ends a session, if it lives, and tells whoever closes its sockets. */
  revoke(secret: string): Promise<void>;
  /** Tells whoever closes its sockets of a session that was ended with another change. */
  announceEnd(ended: EndedSession | null): Promise<void>;
}

export function createSessions(
  store: AccountsStore,
  events: AccountsEvents,
  now: () => number,
  randomBytes: (count: number) => Uint8Array,
): Sessions {
  const randomText = (byteCount: number) => Buffer.from(randomBytes(byteCount)).toString("base64url");

  async function announceEnd(ended: EndedSession | null): Promise<void> {
    if (ended !== null) await events.sessionRevoked(ended.sid, ended.userId);
  }

  return {
    announceEnd,

    prepare() {
      const createdAt = now();
      const secret = randomText(32);
      const session = {
        sid: asSessionId(randomText(16)),
        createdAt,
        lastSeenAt: createdAt,
        expiresAt: createdAt + sessionLifeMs,
      };
      return {
        grant: { sid: session.sid, secret, expiresAt: session.expiresAt },
        record: { ...session, secretHash: hashOf(secret) },
      };
    },

    async find(secret) {
      const time = now();
      const found = await store.sessionBySecretHash(hashOf(secret), time);
      if (found === null) return null;
      const { session, user } = found;
      const extended = time - session.lastSeenAt >= extendEveryMs;
      const expiresAt = extended ? time + sessionLifeMs : session.expiresAt;
      if (extended) await store.extendSession(session.sid, time, expiresAt);
      return { user, sid: session.sid, expiresAt, extended };
    },

    async revoke(secret) {
      await announceEnd(await store.endSession(hashOf(secret)));
    },
  };
}

/** The secret has 256 random bits: a fast hash is as safe as a slow one. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
