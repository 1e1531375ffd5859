/** What was said, over HTTP: older pages than the socket brings. */
import { Hono, type Context } from "hono";
import type { ChatFace } from "../../chat/face.ts";
import { asUserId, type Rejection } from "../../protocol/index.ts";
import { largestPage, usualPage } from "./chat-routes.ts";
import { problem } from "./problem.ts";
import type { SessionCookies } from "./session-cookie.ts";

const badLimit: Rejection = {
  code: "INVALID_FIELD",
  field: "limit",
  message: `The limit is a number from 1 to ${largestPage}.`,
};

export function chatApi(chat: ChatFace, cookies: Pick<SessionCookies, "current">): Hono {
  const api = new Hono();

  /** How many messages are asked for; null where that is no number from 1 to 100. */
  function limitOf(c: Context): number | null {
    const { limit = String(usualPage) } = c.req.query();
    const count = /^\d{1,3}$/.test(limit) ? Number(limit) : 0;
    return count < 1 || count > largestPage ? null : count;
  }

  api.get("/api/chats", async (c) => {
    c.header("Cache-Control", "no-store");
    const session = await cookies.current(c);
    if (session === null) return problem(c, { code: "AUTH_REQUIRED" });
    return c.json({ items: await chat.chatsOf(session.user.userId), next: null });
  });

  api.get("/api/chats/:userId/messages", async (c) => {
    c.header("Cache-Control", "no-store");
    const session = await cookies.current(c);
    if (session === null) return problem(c, { code: "AUTH_REQUIRED" });
    const limit = limitOf(c);
    if (limit === null) return problem(c, badLimit);
    const other = asUserId(c.req.param("userId"));
    const found = await chat.privateHistory(session.user.userId, other, c.req.query("before") ?? null, limit);
    switch (found.kind) {
      case "unknown_person":
        return problem(c, { code: "USER_NOT_FOUND" });
      case "unknown_message":
        return problem(c, { code: "BAD_CURSOR" });
      case "history":
        return c.json({ items: found.history.messages, nextBefore: found.history.nextBefore });
    }
  });

  api.get("/api/lobbies/:lobbyId/messages", async (c) => {
    c.header("Cache-Control", "no-cache");
    const limit = limitOf(c);
    if (limit === null) return problem(c, badLimit);
    const found = await chat.lobbyHistory(c.req.param("lobbyId"), c.req.query("before") ?? null, limit);
    switch (found.kind) {
      case "unknown_lobby":
        return problem(c, { code: "LOBBY_NOT_FOUND" });
      case "unknown_message":
        return problem(c, { code: "BAD_CURSOR" });
      case "history":
        return c.json({ items: found.history.messages, nextBefore: found.history.nextBefore });
    }
  });

  return api;
}
