/** Answers what pages ask (face.ts), from the stores. */
import type { CatalogueStore } from "./catalogue.ts";
import type { GamesFace } from "./face.ts";
import { isMember } from "./rooms/room.ts";
import { recordOf, roleIn, snapshotOf } from "./rooms/view.ts";
import type { GamesContext } from "./service/context.ts";

export function createGamesFace(context: GamesContext, catalogue: CatalogueStore): GamesFace {
  const { store, gameOf } = context;
  return {
    gameTypes: async () => (await catalogue.active()).filter(({ slug }) => context.hasGame(slug)),
    listRooms: (slug) => store.list(slug),

    async lookUpRoom(roomId, viewer) {
      const room = (await store.load(roomId))?.room;
      if (room === undefined) return { kind: "unknown" };
      const gone = room.status === "closed" || (room.status === "finished" && room.archived);
      if (gone) return { kind: "gone", gameType: room.gameType };
      const role = viewer !== null && isMember(room, viewer) ? "player" : "spectator";
      return { kind: "open", room: snapshotOf(room, gameOf(room.gameType), role) };
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
