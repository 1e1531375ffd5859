/** The games that are on offer: the `game_types` table (plan §4.2), seeded from the games themselves at the start. */
import type { GameType } from "./face.ts";
import type { Game } from "./game.ts";

export interface CatalogueStore {
  /** Adds the games that are not there yet; MUST NOT change those that are (an operator may have). */
  seed(games: readonly GameType[]): Promise<void>;
  /** The active ones, in the order in which they were added. */
  active(): Promise<readonly GameType[]>;
  close(): Promise<void>;
}

export function gameTypeOf({ slug, catalogue }: Game): GameType {
  return { slug, ...catalogue, thumbnailUrl: null };
}
