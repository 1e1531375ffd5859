/** What was said, over HTTP: older pages than the socket brings. */
import { Hono } from "hono";
import type { ChatFace } from "../../chat/face.ts";
import { problem } from "./problem.ts";

const usualLimit = 50;
const mostAtOnce = 100;

export function chatApi(chat: ChatFace): Hono {
  const api = new Hono();

  api.get("/api/lobbies/:lobbyId/messages", async (c) => {
    c.header("Cache-Control", "no-cache");
    const { before = null, limit = String(usualLimit) } = c.req.query();
    const count = /^\d{1,3}$/.test(limit) ? Number(limit) : 0;
    if (count < 1 || count > mostAtOnce) {
      const message = `The limit is a number from 1 to ${mostAtOnce}.`;
      return problem(c, { code: "INVALID_FIELD", field: "limit", message });
    }
    const found = await chat.lobbyHistory(c.req.param("lobbyId"), before, count);
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
