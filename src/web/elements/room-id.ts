import type { RoomId } from "../../protocol/ids.ts";

/**
 * A room id that the server wrote into the page or into an event. (The protocol's own `asRoomId` stands beside the
 * schemas, which no browser needs to load.)
 */
export function roomIdHere(text: string): RoomId {
  return text as RoomId;
}
