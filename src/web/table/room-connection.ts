/** What the board needs of the live connection: one room's events, and what there is to ask for. */
import type { GoneReason } from "../../sockets/room-feed.ts";
import type { AnyEventFrame, ConnectionState } from "../../sockets/types.ts";
import type { RoomSnapshot } from "../../protocol/room-shapes.ts";
import type { RoomId } from "../../protocol/ids.ts";

export interface RoomListener {
  /** The room as it stands: first of all, and whenever events may have been missed. */
  onSnapshot(room: RoomSnapshot): void;
  /** Each event of the room after that, in order, once. */
  onEvent(event: AnyEventFrame): void;
  /** The reader has no part in the room, or none any more. A later snapshot takes it back. */
  onGone(reason: GoneReason): void;
}

/** The game's own element knows what else its commands have. */
export interface MovePayload {
  readonly roomId: RoomId;
  readonly turn: number;
}

/** The promises are settled by the command's outcome; they reject with a `CommandRefused`. */
export interface RoomConnection {
  /** The server's clock, in milliseconds since 1970. */
  serverNow(): number;
  /** Calls `listener` now and at each change; returns what ends it. */
  onState(listener: (state: ConnectionState) => void): () => void;
  /** Follows a room; returns what ends it. */
  follow(roomId: RoomId, listener: RoomListener): () => void;
  /** Asks for the room as it stands; the answer comes by `onSnapshot`. */
  resync(): Promise<unknown>;
  /** Makes a move: a command of the game's own. */
  play(type: string, payload: MovePayload): Promise<unknown>;
  leave(roomId: RoomId): Promise<unknown>;
  rematch(roomId: RoomId, clientSeed: string): Promise<unknown>;
  /** Says something to the other player. */
  say(roomId: RoomId, content: string): Promise<unknown>;
  /** Watches a room; the room as it stands comes by `onSnapshot`. */
  watch(roomId: RoomId): Promise<unknown>;
  /** Watches it no more. Nobody waits for the answer: the page may be gone by then. */
  stopWatching(roomId: RoomId): void;
  /** Says something to the others who watch. */
  sayToSpectators(roomId: RoomId, content: string): Promise<unknown>;
}
