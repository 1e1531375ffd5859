/** Rooms whose game is over and whose players may go on: few, among the many that are over. Found once, then followed. */
import type { RoomDocument, Unit, UnitResult } from "./port.ts";
import { waitsForPlayers } from "../rooms/room.ts";
import type { RoomId } from "../../protocol/index.ts";

export class SqliteOpenRematches {
  /** null until they are asked for. */
  #rooms: Set<RoomId> | null = null;

  /** @param find the rooms of which they are some; asked the first time */
  ids(find: () => readonly RoomDocument[]): ReadonlySet<RoomId> {
    this.#rooms ??= new Set(
      find()
        .filter(({ room }) => waitsForPlayers(room))
        .map(({ room }) => room.roomId),
    );
    return this.#rooms;
  }

  /** What a commit has made of rooms. */
  note(units: readonly Unit[], results: readonly UnitResult[]): void {
    if (this.#rooms === null) return;
    for (const [index, { writes }] of units.entries()) {
      if (results[index]?.kind !== "saved") continue;
      for (const { document } of writes) {
        const { room } = document;
        if (room.status !== "finished") continue;
        if (waitsForPlayers(room)) this.#rooms.add(room.roomId);
        else this.#rooms.delete(room.roomId);
      }
    }
  }
}
