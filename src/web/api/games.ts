/** What there is to play, as an API. Everything that changes something goes by the socket. */
import { Hono } from "hono";
import type { GamesFace } from "../../games/face.ts";
import { asRoomId, isUuid } from "../../protocol/index.ts";
import { problem } from "./problem.ts";

export function gamesApi(games: GamesFace): Hono {
  const api = new Hono();

  api.use("/api/games/*", async (c, next) => {
    c.header("Cache-Control", "no-cache");
    await next();
  });

  api.get("/api/games", async (c) => c.json({ items: await games.gameTypes(), next: null }));

  api.get("/api/games/:slug/rooms", async (c) => {
    const slug = c.req.param("slug");
    if (!(await isGame(slug))) return problem(c, { code: "GAME_NOT_FOUND" });
    return c.json({ items: await games.listRooms(slug), next: null });
  });

  api.get("/api/games/:slug/rooms/:roomId/record", async (c) => {
    const { slug, roomId } = c.req.param();
    if (!(await isGame(slug))) return problem(c, { code: "GAME_NOT_FOUND" });
    if (!isUuid(roomId)) return problem(c, { code: "ROOM_NOT_FOUND" });
    const found = await games.lookUpRecord(slug, asRoomId(roomId));
    switch (found.kind) {
      case "unknown":
        return problem(c, { code: "ROOM_NOT_FOUND" });
      case "not_finished":
        return problem(c, { code: "GAME_NOT_FINISHED" });
      case "record":
        c.header("Content-Disposition", `attachment; filename="${slug}-${roomId}.json"`);
        return c.body(`${JSON.stringify(found.record, null, 2)}\n`, 200, {
          "Content-Type": "application/json",
        });
    }
  });

  async function isGame(slug: string): Promise<boolean> {
    return (await games.gameTypes()).some((gameType) => gameType.slug === slug);
  }

  return api;
}
