/** Accounts: who somebody is. Registering, signing in and out, playing as a guest, tokens for sockets. */
import { asSessionId, type Rejection, type UserId } from "../protocol/index.ts";
import { addressGroup, createAttemptCounter, type AttemptLimit } from "./attempt-limits.ts";
import { createDirectory } from "./directory.ts";
import type { SigningKey } from "./keys.ts";
import { foldName, readName } from "./names.ts";
import { refusePassword, type PasswordHasher } from "./passwords.ts";
import type { AccountDirectory } from "./port.ts";
import {
  createSessions,
  hashOf,
  type AccountsEvents,
  mostSessions,
  type CurrentSession,
  type SessionGrant,
} from "./sessions.ts";
import type { AccountsStore, NewUser, User } from "./store/port.ts";
import { issueSocketToken, rolesOf, type SocketToken, type TokenBearer } from "./tokens.ts";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Where an attempt to get in comes from. */
export interface Origin {
  /** The client's address, as far as it is known: attempts are limited by it. */
  readonly address: string;
  /** The secret of the session that this browser has now; it ends when another begins (F40). */
  readonly formerSecret?: string | undefined;
}

export type SignInResult =
  | { readonly ok: true; readonly user: User; readonly session: SessionGrant }
  | { readonly ok: false; readonly rejection: Rejection };

export type SocketTokenBearer =
  | { readonly kind: "session"; readonly session: Pick<CurrentSession, "user" | "sid"> }
  | { readonly kind: "visitor"; readonly visitorId: UserId };

export interface Accounts {
  /** Refusals: INVALID_FIELD, USERNAME_TAKEN, RATE_LIMITED, UNAVAILABLE. */
  register(credentials: Credentials, origin: Origin): Promise<SignInResult>;
  /** Refusals: SIGN_IN_FAILED, RATE_LIMITED, UNAVAILABLE. */
  signIn(credentials: Credentials, origin: Origin): Promise<SignInResult>;
  /** Without a name the guest gets one. Refusals: INVALID_FIELD, USERNAME_TAKEN, RATE_LIMITED. */
  playAsGuest(username: string | undefined, origin: Origin): Promise<SignInResult>;
  signOut(secret: string): Promise<void>;
  /** Null where the secret belongs to no living session. Using a session keeps it alive. */
  sessionOf(secret: string): Promise<CurrentSession | null>;
  socketToken(bearer: SocketTokenBearer): Promise<SocketToken>;
  /** Forgets what is over; call it now and then. */
  sweep(): Promise<void>;
  /** What chat and games may ask. */
  readonly directory: AccountDirectory;
}

export interface AccountLimits {
  /** Wrong passwords for one name from one address. */
  readonly signInByName: AttemptLimit;
  /** Wrong passwords from one address, whatever the names. */
  readonly signInByAddress: AttemptLimit;
  /** Passwords that are looked at for one address, right or wrong: each costs a tenth of a second of a processor. */
  readonly passwordsByAddress: AttemptLimit;
  /** New accounts and guests from one address: a class of 60 comes at once. */
  readonly arrivalsByAddress: AttemptLimit;
  /** Names that are asked for from one address, be they free or not: who has an account here is nobody's list. */
  readonly namesByAddress: AttemptLimit;
}

export const defaultAccountLimits: AccountLimits = {
  signInByName: { burst: 10, refillMs: 30_000 },
  signInByAddress: { burst: 100, refillMs: 2_000 },
  passwordsByAddress: { burst: 200, refillMs: 500 },
  arrivalsByAddress: { burst: 100, refillMs: 2_000 },
  namesByAddress: { burst: 200, refillMs: 2_000 },
};

export interface AccountsParts {
  readonly store: AccountsStore;
  readonly signingKey: SigningKey;
  readonly passwords: PasswordHasher;
  readonly events: AccountsEvents;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** From a cryptographic source. */
  readonly randomBytes: (count: number) => Uint8Array;
  readonly limits?: AccountLimits;
}

export function createAccounts(parts: AccountsParts): Accounts {
  const { store, signingKey, passwords, events, now, randomBytes, limits = defaultAccountLimits } = parts;
  const sessions = createSessions(store, events, now, randomBytes);
  const signInsByName = createAttemptCounter(limits.signInByName, now);
  const signInsByAddress = createAttemptCounter(limits.signInByAddress, now);
  const passwordsByAddress = createAttemptCounter(limits.passwordsByAddress, now);
  const arrivals = createAttemptCounter(limits.arrivalsByAddress, now);
  const names = createAttemptCounter(limits.namesByAddress, now);

  async function register(credentials: Credentials, origin: Origin): Promise<SignInResult> {
    const read = readName(credentials.username);
    if (!read.ok) return read;
    const weakness = refusePassword(credentials.password);
    if (weakness !== null) return refuse(weakness);
    const questionWaitMs = names.take(addressGroup(origin.address));
    if (questionWaitMs > 0) return refuse(tooMany(questionWaitMs));
    // Saves the hashing where the name is gone already; who gets it is decided when it is saved.
    if (!(await store.areLooksFree(read.name.looks, now(), replacedBy(origin))))
      return refuse({ code: "USERNAME_TAKEN" });
    const waitMs = arrivals.take(addressGroup(origin.address));
    if (waitMs > 0) return refuse(tooMany(waitMs));
    const hashed = await passwords.hash(credentials.password);
    if (hashed === "busy") return refuse({ code: "UNAVAILABLE" });
    const { name } = read;
    return admit({ kind: "member", name, passwordHash: hashed.hash, createdAt: now() }, origin);
  }

  async function signIn(credentials: Credentials, origin: Origin): Promise<SignInResult> {
    const folded = foldName(credentials.username);
    const address = addressGroup(origin.address);
    const addressAndName = `${address} ${folded.slice(0, 100)}`;
    // Counted before the password is looked at, so that attempts side by side count too.
    const waitMs =
      signInsByName.take(addressAndName) ||
      signInsByAddress.take(address) ||
      passwordsByAddress.take(address);
    if (waitMs > 0) return refuse(tooMany(waitMs));

    const member = await store.memberByName(folded);
    const answer = await passwords.verify(credentials.password, member?.passwordHash ?? null);
    if (answer === "wrong") return refuse({ code: "SIGN_IN_FAILED" });
    signInsByName.giveBack(addressAndName);
    signInsByAddress.giveBack(address);
    // A member who does not exist is never "right": null goes with "wrong" and "busy" only.
    if (answer === "busy" || member === null) return refuse({ code: "UNAVAILABLE" });
    // Said only to whoever knows the password: nobody else learns that there is such an account.
    if (member.status === "banned") return refuse({ code: "FORBIDDEN", message: "This account is banned." });

    const { grant, record } = sessions.prepare();
    const ended = await store.addSession(member.user.userId, record, mostSessions);
    for (const each of ended) await sessions.announceEnd(each);
    if (origin.formerSecret !== undefined) await sessions.revoke(origin.formerSecret);
    return { ok: true, user: member.user, session: grant };
  }

  async function playAsGuest(username: string | undefined, origin: Origin): Promise<SignInResult> {
    const read = readName(username ?? guestName(randomBytes));
    if (!read.ok) return read;
    const waitMs = arrivals.take(addressGroup(origin.address));
    if (waitMs > 0) return refuse(tooMany(waitMs));
    const result = await admit({ kind: "guest", name: read.name, createdAt: now() }, origin);
    const drawAgain = username === undefined && !result.ok && result.rejection.code === "USERNAME_TAKEN";
    return drawAgain ? playAsGuest(undefined, origin) : result;
  }

  async function admit(newUser: NewUser, origin: Origin): Promise<SignInResult> {
    const { grant, record } = sessions.prepare();
    const created = await store.createUser(newUser, record, replacedBy(origin));
    if (!created.ok) return refuse({ code: "USERNAME_TAKEN" });
    await sessions.announceEnd(created.ended);
    return { ok: true, user: created.user, session: grant };
  }

  return {
    register,
    signIn,
    playAsGuest,
    signOut: (secret) => sessions.revoke(secret),
    sessionOf: (secret) => sessions.find(secret),
    socketToken: (bearer) => issueSocketToken(tokenBearer(bearer), signingKey, now()),
    sweep: () => store.removeExpiredSessions(now()),
    directory: createDirectory(store),
  };
}

function refuse(rejection: Rejection): SignInResult {
  return { ok: false, rejection };
}

/** The hash of the secret of the session that a new one takes the place of. */
function replacedBy({ formerSecret }: Origin): string | null {
  return formerSecret === undefined ? null : hashOf(formerSecret);
}

function tooMany(waitMs: number): Rejection {
  const seconds = Math.ceil(waitMs / 1000);
  const message = `Too many attempts: wait ${seconds} ${seconds === 1 ? "second" : "seconds"}, then try again.`;
  return { code: "RATE_LIMITED", message, retryAfterMs: waitMs };
}

function tokenBearer(bearer: SocketTokenBearer): TokenBearer {
  if (bearer.kind === "visitor") {
    const { visitorId } = bearer;
    return { userId: visitorId, username: "Visitor", roles: ["visitor"], sid: asSessionId(visitorId) };
  }
  const { user, sid } = bearer.session;
  return { userId: user.userId, username: user.username, roles: rolesOf(user.role), sid };
}

/** Without characters that are read as one another. */
const guestAlphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/** `Guest-7QK2M` */
function guestName(randomBytes: (count: number) => Uint8Array): string {
  const letters = Array.from(randomBytes(5), (byte) => guestAlphabet.charAt(byte % guestAlphabet.length));
  return `Guest-${letters.join("")}`;
}
