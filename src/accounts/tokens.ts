/** Socket tokens (H3): short-lived JWTs that say to a gateway who somebody is. The gateway verifies them. */
import { SignJWT } from "jose";
import {
  permissionsOfRole,
  type Permission,
  type Role,
  type SessionId,
  type UserId,
} from "../protocol/index.ts";
import type { SigningKey } from "./keys.ts";
import type { UserRole } from "./store/port.ts";

export const tokenIssuer = "blazing_sun";
export const tokenAudience = "ws_gateway";
/** The longest life of a socket token, milliseconds. */
export const maxTokenLifeMs = 5 * 60_000;

/** Whom a token speaks for: somebody's sign-in session, or a visitor. */
export interface TokenBearer {
  readonly userId: UserId;
  readonly username: string;
  readonly roles: readonly Role[];
  readonly sid: SessionId;
}

export interface SocketToken {
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** An admin is a user with more to do. */
export function rolesOf(role: UserRole): readonly Role[] {
  return role === "admin" ? ["user", "admin"] : [role];
}

export function permissionsOf(roles: readonly Role[]): readonly Permission[] {
  return [...new Set(roles.flatMap((role) => permissionsOfRole[role]))];
}

export async function issueSocketToken(
  bearer: TokenBearer,
  key: SigningKey,
  now: number,
  lifeMs: number = maxTokenLifeMs,
): Promise<SocketToken> {
  const issuedAt = Math.floor(now / 1000);
  const expiresAt = Math.floor((now + Math.min(lifeMs, maxTokenLifeMs)) / 1000);
  const { userId, username, roles, sid } = bearer;
  const permissions = permissionsOf(roles);
  const token = await new SignJWT({ username, roles, permissions, sid })
    .setProtectedHeader({ alg: key.algorithm, kid: key.kid, typ: "JWT" })
    .setIssuer(tokenIssuer)
    .setAudience(tokenAudience)
    .setSubject(userId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(key.privateKey);
  return { token, expiresAt: expiresAt * 1000 };
}
