/**
 * Rooms as this process saved and said them last, so that their next turn asks the store for nothing. Somebody else may
 * have saved since: what is decided on such a room counts only where the store then takes a change of it, as its
 * version check says (S1).
 */
import { RecentlyUsed } from "../recently-used.ts";
import type { RoomDocument } from "../store/port.ts";
import type { RoomId } from "../../protocol/index.ts";

/** Documents of some kilobytes each. */
const remembered = 5_000;

export class RoomMemory {
  readonly #documents = new RecentlyUsed<RoomId, RoomDocument>(remembered);

  /** Takes it out: whatever fails from here on, the store is asked next time. */
  take(roomId: RoomId): RoomDocument | undefined {
    const document = this.#documents.get(roomId);
    if (document !== undefined) this.#documents.delete(roomId);
    return document;
  }

  /** @param document that is saved, with all of its tail in the log */
  put(document: RoomDocument): void {
    const { room } = document;
    // Nobody takes a turn anywhere else.
    if (room.status === "playing") this.#documents.set(room.roomId, document);
  }
}
