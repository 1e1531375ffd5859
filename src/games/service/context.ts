/** What every part of the games service works with. */
import { GamesBySlug, type Game } from "../game.ts";
import type { RoomContext } from "../rooms/room-change.ts";
import type { RoomTimes } from "../rooms/room.ts";
import { nameClaim } from "../store/document.ts";
import type { RoomStore } from "../store/port.ts";
import { countGraphemes, roomNameLimits } from "../../protocol/text.ts";
import type { RoomId, UserId } from "../../protocol/index.ts";

/** Where secrets come from: the operating system's randomness, or a test's own. */
export interface Seeds {
  /** 32 bytes, lower-case hex. */
  serverSeed(): string;
  /** For a player who brought none: printable ASCII without a colon. */
  clientSeed(): string;
}

export const systemSeeds: Seeds = {
  serverSeed: () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("hex"),
  clientSeed: () => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("hex"),
};

/** What games ask of the rest of the platform about people. */
export interface PeopleAsked {
  /** Messages that this person has not read. */
  unreadOf(userId: UserId): Promise<number>;
  /** Either of the two has blocked the other: no room may pair them (G7). */
  areApart(one: UserId, other: UserId): Promise<boolean>;
}

export interface GamesContext {
  readonly store: RoomStore;
  readonly times: RoomTimes;
  readonly seeds: Seeds;
  readonly people: PeopleAsked;
  /** Milliseconds since 1970. */
  now(): number;
  /** Throws for a game that this platform does not have: its rooms cannot be played here. */
  gameOf(slug: string): Game;
  hasGame(slug: string): boolean;
  roomContext(slug: string): RoomContext;
  /** `wanted`, or with " 2", " 3" … behind it where an open room has that name. */
  freeName(wanted: string): Promise<string>;
}

export interface GamesContextOptions {
  readonly store: RoomStore;
  readonly games: readonly Game[];
  readonly times: RoomTimes;
  readonly seeds: Seeds;
  readonly people: PeopleAsked;
  now(): number;
}

export function createGamesContext(options: GamesContextOptions): GamesContext {
  const { store, games, times, seeds, people, now } = options;
  const bySlug = new GamesBySlug(games);
  return {
    store,
    times,
    seeds,
    people,
    now,
    gameOf: (slug) => bySlug.get(slug),
    hasGame: (slug) => bySlug.has(slug),
    roomContext: (slug) => ({ game: bySlug.get(slug), now: now(), times }),
    async freeName(wanted) {
      for (let number = 1; ; number += 1) {
        const name = number === 1 ? wanted : numbered(wanted, number);
        const holder: RoomId | null = await store.holderOf(nameClaim(name));
        if (holder === null) return name;
      }
    },
  };
}

/** "table" → "table 2", "table 2" → "table 3", within the length of a name. */
function numbered(name: string, number: number): string {
  const stem = name.replace(/ \d+$/, "");
  const suffix = ` ${number}`;
  const room = roomNameLimits.maxGraphemes - suffix.length;
  if (countGraphemes(stem) <= room) return stem + suffix;
  const graphemes = [...new Intl.Segmenter("en").segment(stem)].map(({ segment }) => segment);
  return graphemes.slice(0, room).join("").trimEnd() + suffix;
}
