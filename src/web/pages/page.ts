/** What every page is drawn from: who looks at it, from which address, with which files. */
import type { Person } from "../../accounts/index.ts";
import type { GameType } from "../../games/face.ts";
import type { RoomSnapshot } from "../../protocol/index.ts";
import type { Assets } from "../assets.ts";

export interface Page {
  /** null: nobody is signed in. */
  readonly viewer: Person | null;
  /** The rooms that the viewer is in and that are not over (F13). */
  readonly openRooms: readonly RoomSnapshot[];
  readonly gameTypes: readonly GameType[];
  /** Path and query, for "come back here afterwards". */
  readonly address: string;
  readonly assets: Assets;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function lobbyPath(slug: string): string {
  return `/games/${slug}`;
}

export function roomPath(slug: string, roomId: string): string {
  return `/games/${slug}/play/${roomId}`;
}

export function signInPath(next: string): string {
  return `/login?next=${encodeURIComponent(next)}`;
}

export function gameName(page: Page, slug: string): string {
  return page.gameTypes.find((gameType) => gameType.slug === slug)?.name ?? slug;
}

/** The catalogue's picture of a game, or one that fits every game. */
export function pictureOf({ assets }: Page, gameType: GameType): string {
  if (gameType.thumbnailUrl !== null) return gameType.thumbnailUrl;
  const own = `images/games/${gameType.slug}.svg`;
  return assets.url(assets.has(own) ? own : "images/games/any.svg");
}
