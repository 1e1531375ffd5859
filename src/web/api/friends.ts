/** Friends, requests and blocks over HTTP (design §6). */
import { Hono, type Context, type MiddlewareHandler } from "hono";
import type { CurrentSession, Friends } from "../../accounts/index.ts";
import { asUserId, isoTime, type Rejection } from "../../protocol/index.ts";
import { NewFriendRequestSchema } from "./friend-routes.ts";
import { problem } from "./problem.ts";
import { readJson, smallBody } from "./request-body.ts";
import type { SessionCookies } from "./session-cookie.ts";

export interface FriendsApiOptions {
  readonly friends: Friends;
  readonly cookies: Pick<SessionCookies, "current">;
  readonly sameOrigin: MiddlewareHandler;
}

type Change = Parameters<Friends["change"]>[2];

export function friendsApi({ friends, cookies, sameOrigin }: FriendsApiOptions): Hono {
  const api = new Hono();

  /** For members: everybody else is told what to do first. */
  async function asMember(
    c: Context,
    answer: (session: CurrentSession) => Promise<Response>,
  ): Promise<Response> {
    c.header("Cache-Control", "no-store");
    const session = await cookies.current(c);
    if (session === null) return problem(c, { code: "AUTH_REQUIRED" });
    if (session.user.role === "guest") {
      const message = "Guests have no list of friends: register to have one.";
      return problem(c, { code: "FORBIDDEN", message });
    }
    return answer(session);
  }

  const done = (c: Context, rejection: Rejection | null, status: 202 | 204 = 204): Response =>
    rejection === null ? c.body(null, status) : problem(c, rejection);

  const changing = (action: Change) => (c: Context) =>
    asMember(c, async ({ user }) =>
      done(c, await friends.change(user, asUserId(c.req.param("userId") ?? ""), action)),
    );

  api.get("/api/friends", (c) =>
    asMember(c, async ({ user }) => {
      const items = await friends.friendsOf(user.userId);
      const shown = items.map(({ userId, username, status, unread }) => ({
        userId,
        username,
        status,
        unread,
      }));
      return c.json({ items: shown, next: null });
    }),
  );

  api.get("/api/friends/requests", (c) =>
    asMember(c, async ({ user }) => {
      const { incoming, outgoing } = await friends.requestsOf(user.userId);
      const shown = (people: typeof incoming) =>
        people.map(({ userId, username, since }) => ({ userId, username, createdAt: isoTime(since) }));
      return c.json({ incoming: shown(incoming), outgoing: shown(outgoing) });
    }),
  );

  api.post("/api/friends/requests", sameOrigin, smallBody, (c) =>
    asMember(c, async ({ user }) => {
      const read = await readJson(c, NewFriendRequestSchema);
      if (!read.ok) return problem(c, read.rejection);
      return done(c, await friends.ask(user, read.body.username), 202);
    }),
  );

  api.post("/api/friends/requests/:userId/accept", sameOrigin, changing("accept"));
  api.post("/api/friends/requests/:userId/decline", sameOrigin, changing("decline"));
  api.delete("/api/friends/requests/:userId", sameOrigin, changing("withdraw"));
  api.delete("/api/friends/:userId", sameOrigin, changing("remove"));

  api.get("/api/blocks", (c) =>
    asMember(c, async ({ user }) => {
      const items = await friends.blockedBy(user.userId);
      return c.json({ items: items.map(({ userId, username }) => ({ userId, username })), next: null });
    }),
  );
  api.put("/api/blocks/:userId", sameOrigin, changing("block"));
  api.delete("/api/blocks/:userId", sameOrigin, changing("unblock"));

  return api;
}
