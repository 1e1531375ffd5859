/**
 * The two cookies: `bs_session` holds the secret of a sign-in session, `bs_visitor` that of somebody who only watches.
 * Scripts see neither. A visitor's id, which others see in the rooms that she watches, is made from her secret, so that
 * nobody becomes her who knows it.
 */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import type { Accounts, CurrentSession, SessionGrant } from "../../accounts/index.ts";
import { asUserId, isUuid, type UserId } from "../../protocol/index.ts";

const sessionCookie = "bs_session";
const visitorCookie = "bs_visitor";
/** One way: from an id there is none back to its secret. */
const visitorIds = "0b0c2f2e-6d1f-5c55-9a57-3c1f1f0f7a11";
const visitorLifeSeconds = 365 * 24 * 3600;

export interface SessionCookies {
  /** The signed-in session of this request; null for visitors. Keeps the cookie as long as the session. */
  current(c: Context): Promise<CurrentSession | null>;
  /** The secret that this browser sends, whether or not a session belongs to it. */
  secretOf(c: Context): string | undefined;
  begin(c: Context, session: SessionGrant): void;
  end(c: Context): void;
  /** This browser's visitor id; a new one where it has none. */
  visitorIdOf(c: Context): UserId;
}

export interface SessionCookieOptions {
  readonly accounts: Pick<Accounts, "sessionOf">;
  /** Whether the browser reaches us by https. */
  readonly secure: (c: Context) => boolean;
  readonly now: () => number;
  readonly newUuid: () => string;
}

export function createSessionCookies({
  accounts,
  secure,
  now,
  newUuid,
}: SessionCookieOptions): SessionCookies {
  const attributes = (c: Context, maxAge: number): CookieOptions => ({
    path: "/",
    httpOnly: true,
    sameSite: "Lax",
    secure: secure(c),
    maxAge,
  });

  function keep(c: Context, secret: string, expiresAt: number): void {
    const maxAge = Math.max(0, Math.floor((expiresAt - now()) / 1000));
    setCookie(c, sessionCookie, secret, attributes(c, maxAge));
  }

  const secretOf = (c: Context) => getCookie(c, sessionCookie);

  return {
    secretOf,
    async current(c) {
      const secret = secretOf(c);
      const session = secret === undefined ? null : await accounts.sessionOf(secret);
      if (secret !== undefined && session?.extended === true) keep(c, secret, session.expiresAt);
      return session;
    },
    begin(c, session) {
      keep(c, session.secret, session.expiresAt);
    },
    end(c) {
      deleteCookie(c, sessionCookie, attributes(c, 0));
    },
    visitorIdOf(c) {
      const sent = getCookie(c, visitorCookie) ?? "";
      const secret = isUuid(sent) ? sent : newUuid();
      if (secret !== sent) setCookie(c, visitorCookie, secret, attributes(c, visitorLifeSeconds));
      return asUserId(`v-${Bun.randomUUIDv5(secret, visitorIds)}`);
    },
  };
}
