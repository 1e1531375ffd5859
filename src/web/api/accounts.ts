/** Registering, signing in and out, playing as a guest: as an API, and as forms for pages without JavaScript. */
import { Hono, type Context, type MiddlewareHandler } from "hono";
import { rolesOf, type Accounts, type SignInResult, type User } from "../../accounts/index.ts";
import { isoTime, type Rejection } from "../../protocol/index.ts";
import { CredentialsSchema, GuestSchema, NewMemberSchema } from "./account-routes.ts";
import { nextPath } from "./next-path.ts";
import { problem } from "./problem.ts";
import { readForm, readJson, smallBody } from "./request-body.ts";
import type { SessionCookies } from "./session-cookie.ts";

/** A form that was refused, to be shown again with what the person wrote; never with the password. */
export interface RefusedForm {
  readonly action: "login" | "register" | "guest";
  readonly username: string;
  /** A path on this site. */
  readonly next: string;
}

export interface AccountsApiOptions {
  readonly accounts: Accounts;
  readonly cookies: SessionCookies;
  readonly sameOrigin: MiddlewareHandler;
  /** The client's address, by which attempts are limited. */
  readonly addressOf: (c: Context) => string;
  /** Where this browser's socket is: `wss://play.example.org/ws`. */
  readonly socketUrl: (c: Context) => string;
  /** Shows the form again, with the refusal; the status is the refusal's. */
  readonly onFormError: (c: Context, form: RefusedForm, rejection: Rejection) => Response | Promise<Response>;
}

type Action = RefusedForm["action"];

export function accountsApi(options: AccountsApiOptions): Hono {
  const { accounts, cookies, sameOrigin, addressOf, socketUrl, onFormError } = options;

  const originOf = (c: Context) => ({ address: addressOf(c), formerSecret: cookies.secretOf(c) });

  const attempts: Record<Action, (c: Context, username: string, password: string) => Promise<SignInResult>> =
    {
      register: (c, username, password) => accounts.register({ username, password }, originOf(c)),
      login: (c, username, password) => accounts.signIn({ username, password }, originOf(c)),
      guest: (c, username) => accounts.playAsGuest(username === "" ? undefined : username, originOf(c)),
    };

  async function answerJson(c: Context, attempt: Promise<SignInResult>): Promise<Response> {
    const result = await attempt;
    if (!result.ok) return problem(c, result.rejection);
    cookies.begin(c, result.session);
    return c.json(shownUser(result.user));
  }

  async function signOut(c: Context): Promise<void> {
    const secret = cookies.secretOf(c);
    if (secret !== undefined) await accounts.signOut(secret);
    cookies.end(c);
  }

  const api = new Hono();

  for (const [action, schema] of [
    ["register", NewMemberSchema],
    ["login", CredentialsSchema],
  ] as const) {
    api.post(`/api/${action}`, noStore, sameOrigin, smallBody, async (c) => {
      const read = await readJson(c, schema);
      if (!read.ok) return problem(c, read.rejection);
      return answerJson(c, attempts[action](c, read.body.username, read.body.password));
    });
  }

  api.post("/api/guest", noStore, sameOrigin, smallBody, async (c) => {
    const read = await readJson(c, GuestSchema);
    if (!read.ok) return problem(c, read.rejection);
    return answerJson(c, attempts.guest(c, read.body.username ?? "", ""));
  });

  api.post("/api/logout", noStore, sameOrigin, smallBody, async (c) => {
    await signOut(c);
    return c.body(null, 204);
  });

  api.get("/api/me", noStore, async (c) => {
    const session = await cookies.current(c);
    return session === null ? problem(c, { code: "AUTH_REQUIRED" }) : c.json(shownUser(session.user));
  });

  api.get("/api/socket-token", noStore, async (c) => {
    const session = await cookies.current(c);
    const { token, expiresAt } = await accounts.socketToken(
      session === null
        ? { kind: "visitor", visitorId: cookies.visitorIdOf(c) }
        : { kind: "session", session },
    );
    return c.json({ token, expiresAt: isoTime(expiresAt), url: socketUrl(c) });
  });

  for (const action of ["register", "login", "guest"] as const) {
    api.post(`/${action}`, noStore, sameOrigin, smallBody, async (c) => {
      const field = await readForm(c);
      const username = field("username");
      const next = nextPath(field("next"));
      const result = await attempts[action](c, username, field("password"));
      if (!result.ok) return onFormError(c, { action, username, next }, result.rejection);
      cookies.begin(c, result.session);
      return c.redirect(next, 303);
    });
  }

  api.post("/logout", noStore, sameOrigin, smallBody, async (c) => {
    const field = await readForm(c);
    await signOut(c);
    return c.redirect(nextPath(field("next")), 303);
  });

  return api;
}

function shownUser({ userId, username, role }: User) {
  return { userId, username, roles: rolesOf(role) };
}

const noStore: MiddlewareHandler = async (c, next) => {
  c.header("Cache-Control", "no-store");
  await next();
};
