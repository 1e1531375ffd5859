/** What the web pages and the HTTP API may ask the games room. Everything that changes something goes by commands. */
import type { Draw, GameResult } from "./game.ts";
import type { RoomId, RoomListing, RoomSnapshot, UserId } from "../protocol/index.ts";

export interface GameType {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly minPlayers: number;
  readonly maxPlayers: number;
  readonly thumbnailUrl: string | null;
}

/** A room, for someone who opens its address. `archived`: over for a day, and nobody's any more. `gone`: never played. */
export type RoomLookup =
  | { readonly kind: "open" | "archived"; readonly room: RoomSnapshot }
  | { readonly kind: "gone"; readonly gameType: string }
  | { readonly kind: "unknown" };

/** Everything needed to check the dice of a finished game without the server (design §5, Dice). */
export interface GameRecord {
  readonly roomId: RoomId;
  readonly gameType: string;
  readonly players: readonly { readonly id: UserId; readonly name: string }[];
  readonly serverSeedHash: string;
  readonly serverSeed: string;
  readonly clientSeeds: Readonly<Record<string, string>>;
  readonly rolls: readonly Draw[];
  readonly result: GameResult;
}

export type RecordLookup =
  | { readonly kind: "record"; readonly record: GameRecord }
  | { readonly kind: "not_finished" }
  | { readonly kind: "unknown" };

export interface GamesFace {
  /** The active games, from the `game_types` table. */
  gameTypes(): Promise<readonly GameType[]>;
  /** The open and recently finished rooms of a game, oldest first, as the live list has them. */
  listRooms(slug: string): Promise<readonly RoomListing[]>;
  /** The room as a spectator may see it, or as the player that `viewer` is. */
  lookUpRoom(roomId: RoomId, viewer: UserId | null): Promise<RoomLookup>;
  lookUpRecord(slug: string, roomId: RoomId): Promise<RecordLookup>;
  /** The rooms that this person is in, not archived: for "back to your game". */
  roomsOf(userId: UserId): Promise<readonly RoomSnapshot[]>;
}
