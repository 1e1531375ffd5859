/** The games room's public face: the service that takes commands, and what pages may ask. */
export { gameTypeOf, rememberCatalogue, type CatalogueStore } from "./catalogue.ts";
export type { GameRecord, GamesFace, GameType, RecordLookup, RoomLookup } from "./face.ts";
export type { Game } from "./game.ts";
export { createGamesFace } from "./games-face.ts";
export { standardTimes, type RoomTimes } from "./rooms/room.ts";
export { systemSeeds } from "./service/context.ts";
export { createGamesService, type GamesService } from "./service/games-service.ts";
export { unobserved as unobservedGames, type GamesObserver } from "./service/observer.ts";
export { Away } from "./service/surroundings.ts";
export type { RoomStore } from "./store/port.ts";
