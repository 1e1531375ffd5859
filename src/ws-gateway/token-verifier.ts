/** Who a socket token speaks for (H3): a JWT signed with one of the platform's keys. */
import type { KeyObject } from "node:crypto";
import { decodeProtectedHeader, errors, jwtVerify } from "jose";
import Type from "typebox";
import { Compile } from "typebox/compile";
import {
  SessionIdSchema,
  UserIdSchema,
  type Permission,
  type SessionId,
  type UserId,
} from "../protocol/index.ts";

/** A public key. Its algorithm belongs to it and is never taken from a token. */
export interface VerificationKey {
  readonly kid: string;
  readonly algorithm: "EdDSA" | "RS256";
  readonly key: KeyObject;
}

/** What a token says. */
export interface Session {
  readonly userId: UserId;
  readonly username: string;
  readonly roles: readonly string[];
  readonly permissions: ReadonlySet<Permission>;
  readonly sid: SessionId;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export type Verification =
  { readonly kind: "valid"; readonly session: Session } | { readonly kind: "invalid"; readonly why: string };

/** Never rejects because of what is in a token. */
export type TokenVerifier = (token: string) => Promise<Verification>;

/** Revocations are kept for as long as a token lives: five minutes, and one for clocks that differ (H4). */
const longestLifeMs = 6 * 60_000;
const issuer = "blazing_sun";
const audience = "ws_gateway";

const claims = Compile(
  Type.Object({
    sub: UserIdSchema,
    username: Type.String({ minLength: 1, maxLength: 100 }),
    roles: Type.Array(Type.String()),
    // Permissions that this version does not know do no harm: nothing asks for them.
    permissions: Type.Array(Type.Unsafe<Permission>(Type.String())),
    sid: SessionIdSchema,
    exp: Type.Number(),
  }),
);

/**
 * @param keys those that hold now; asked for each token where they may change under a gateway that runs
 * @param now milliseconds since 1970
 */
export function createTokenVerifier(
  keys: readonly VerificationKey[] | (() => readonly VerificationKey[]),
  now: () => number,
): TokenVerifier {
  const keysNow = typeof keys === "function" ? keys : () => keys;
  return async (token) => {
    try {
      const { kid } = decodeProtectedHeader(token);
      const key = kid === undefined ? onlyOne(keysNow()) : keysNow().find((each) => each.kid === kid);
      if (key === undefined) return invalid("It names no key of this platform.");
      const { payload } = await jwtVerify(token, key.key, {
        algorithms: [key.algorithm],
        issuer,
        audience,
        requiredClaims: ["exp", "sub"],
        currentDate: new Date(now()),
      });
      if (!claims.Check(payload)) return invalid("Its claims are not those of a socket token.");
      if (payload.exp * 1000 > now() + longestLifeMs) return invalid("It lives for more than five minutes.");
      const { sub: userId, username, roles, permissions, sid, exp } = payload;
      const session = {
        userId,
        username,
        ...shared(roles, permissions),
        sid,
        expiresAt: exp * 1000,
      };
      return { kind: "valid", session };
    } catch (error) {
      // Both are how jose says that a token is not valid; anything else is a fault of ours.
      if (error instanceof errors.JOSEError || error instanceof TypeError) return invalid(error.message);
      throw error;
    }
  };
}

type Rights = Pick<Session, "roles" | "permissions">;

/** What thousands of sockets have alike is there once. */
const rights = new Map<string, Rights>();
const mostRights = 100;

function shared(roles: readonly string[], permissions: readonly Permission[]): Rights {
  const key = `${roles.join()}\n${permissions.join()}`;
  let known = rights.get(key);
  if (known === undefined) {
    known = { roles, permissions: new Set(permissions) };
    if (rights.size < mostRights) rights.set(key, known);
  }
  return known;
}

function onlyOne(keys: readonly VerificationKey[]): VerificationKey | undefined {
  return keys.length === 1 ? keys[0] : undefined;
}

function invalid(why: string): Verification {
  return { kind: "invalid", why };
}
