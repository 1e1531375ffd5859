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

const freshMs = 10_000;

/** Asks the store now and then, and answers with what it said last where it is away. */
export function rememberCatalogue(store: CatalogueStore, now: () => number): CatalogueStore {
  let known: readonly GameType[] | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  return {
    seed: (games) => store.seed(games),
    async active() {
      if (known !== null && now() - askedAt < freshMs) return known;
      askedAt = now();
      try {
        known = await store.active();
      } catch (error) {
        if (known === null) throw error;
      }
      return known;
    },
    close: () => store.close(),
  };
}

export function gameTypeOf({ slug, catalogue }: Game): GameType {
  return { slug, ...catalogue, thumbnailUrl: null };
}
