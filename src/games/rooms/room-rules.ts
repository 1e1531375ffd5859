/** What stores have to know of the games whose rooms they keep: how rooms evolve, and the form in which they are kept. */
import { evolveRoom } from "./evolve.ts";
import type { RoomEvent } from "./events.ts";
import type { Room } from "./room.ts";
import { GamesBySlug, type Game } from "../game.ts";

/** A room in memory has its game's state as the game works with it, a room that is kept in the game's `kept` form. */
export interface RoomForm {
  kept(room: Room): Room;
  restored(kept: Room): Room;
}

export interface RoomRules extends RoomForm {
  /** The room after an event, by the rules of its game. Throws for the room of a game that is not among them. */
  evolve(room: Room, event: RoomEvent): Room;
}

/** Rooms of other games are kept as they are. */
export function roomRules(games: readonly Game[]): RoomRules {
  const bySlug = new GamesBySlug(games);
  const formOf = ({ gameType }: Room) => (bySlug.has(gameType) ? bySlug.get(gameType).kept : undefined);
  return {
    evolve: (room, event) => evolveRoom(room, event, bySlug.get(room.gameType)),
    kept(room) {
      const form = formOf(room);
      return form === undefined || !("game" in room) ? room : { ...room, game: form.of(room.game) };
    },
    restored(room) {
      const form = formOf(room);
      return form === undefined || !("game" in room) ? room : { ...room, game: form.from(room.game) };
    },
  };
}
