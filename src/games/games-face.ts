/** Answers what pages ask (face.ts), from the stores. */
import type { CatalogueStore } from "./catalogue.ts";
import type { GamesFace } from "./face.ts";
import { isArchived, isMember } from "./rooms/room.ts";
import { recordOf, roleIn, snapshotOf } from "./rooms/view.ts";
import type { GamesService } from "./service/games-service.ts";

export function createGamesFace(
  { context, spectatorCounts }: Pick<GamesService, "context" | "spectatorCounts">,
  catalogue: CatalogueStore,
): GamesFace {
  const { store, gameOf } = context;
  return {
    gameTypes: async () => (await catalogue.active()).filter(({ slug }) => context.hasGame(slug)),
    async listRooms(slug) {
      const listed = await store.list(slug);
      const counts = await spectatorCounts(listed.map(({ roomId }) => roomId));
      return listed.map((room) => ({ ...room, spectatorCount: counts.get(room.roomId) ?? 0 }));
    },

    async lookUpRoom(roomId, viewer) {
      const room = (await store.load(roomId))?.room;
      if (room === undefined) return { kind: "unknown" };
      if (room.status === "closed") return { kind: "gone", gameType: room.gameType };
      const kind = isArchived(room) ? "archived" : "open";
      const role = viewer !== null && isMember(room, viewer) ? "player" : "spectator";
      const counts = await spectatorCounts([room.roomId]);
      const snapshot = snapshotOf(room, gameOf(room.gameType), role, counts.get(room.roomId));
      return { kind, room: snapshot };
    },

    async lookUpRecord(slug, roomId) {
      const room = (await store.load(roomId))?.room;
      if (room === undefined || room.gameType !== slug || room.status === "closed")
        return { kind: "unknown" };
      if (room.status !== "finished") return { kind: "not_finished" };
      return { kind: "record", record: recordOf(room, gameOf(slug)) };
    },

    async roomsOf(userId) {
      const documents = await store.roomsOf(userId);
      return documents
        .map(({ room }) => room)
        .filter((room) => isMember(room, userId))
        .map((room) => snapshotOf(room, gameOf(room.gameType), roleIn(room, userId)));
    },
  };
}
