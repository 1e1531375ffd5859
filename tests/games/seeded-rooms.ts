/** What may happen to rooms of real games, chosen by a seed, and files of a store that can be left as a crash leaves them. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Making, RoomStore, TailEvent } from "../../src/games/store/port.ts";
import { openSqliteRoomStore, type SqliteRoomStoreOptions } from "../../src/games/store/sqlite.ts";
import type { Game } from "../../src/games/game.ts";
import { games } from "../../src/main/games.ts";
import { roomRules } from "../../src/games/rooms/room-rules.ts";
import type { RoomStep } from "../../src/games/rooms/room-change.ts";
import type { Newcomer, Room } from "../../src/games/rooms/room.ts";
import {
  asCommandId,
  asConnectionId,
  type Actor,
  type Rejection,
  type UserId,
} from "../../src/protocol/index.ts";
import { randomFrom } from "../game-play.ts";

type Some<Thing> = readonly [Thing, ...Thing[]];

export type Chance = ReturnType<typeof chanceFrom>;

export function chanceFrom(seed: number) {
  const random = randomFrom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  let ids = 0;
  return {
    random,
    below,
    pick: <Thing>(things: Some<Thing>): Thing => things[below(things.length)] ?? things[0],
    nextId: (): string => Bun.randomUUIDv5(`${seed} ${(ids += 1)}`, "6f1b3a52-8f0e-5d0c-9a3d-2f6f1c6b7e10"),
  };
}

export const newcomer = (id: UserId, name: string): Newcomer => ({
  id,
  name,
  guest: false,
  clientSeed: `seed-of-${name}`,
});

export function gameOf({ gameType }: Room): Game {
  const game = games.find(({ slug }) => slug === gameType);
  if (game === undefined) throw new Error("It is one of the games.");
  return game;
}

export const commandsOf = (game: Game): Some<string> =>
  game.slug === "pig"
    ? ["games.command.pig.roll", "games.command.pig.roll", "games.command.pig.hold"]
    : [`games.command.${game.slug}.roll`];

export interface Command {
  readonly steps: readonly RoomStep[];
  readonly followsTail: boolean;
  readonly userId: UserId;
  /** null where it was not refused. */
  readonly code: Rejection["code"] | null;
}

const connectionId = asConnectionId("a connection");

/** What the service would save of a command. */
export function makingOf({ steps, followsTail, userId, code }: Command, { random, nextId }: Chance): Making {
  const commandId = asCommandId(nextId());
  // One for all of them, as the service has it, or one each.
  const shared: Actor = { kind: "person", userId, username: "somebody", roles: ["user"], connectionId };
  const isShared = random() < 0.8;
  const events: TailEvent[] = steps.map(({ event }) => ({
    event,
    eventId: nextId(),
    actor: isShared ? shared : { kind: "system" },
    commandId,
  }));
  const seq = steps.at(-1)?.event.seq ?? 0;
  const outcome =
    code === null ? { commandId, ok: true as const, seq } : { commandId, ok: false as const, code };
  return { events, followsTail, settled: random() < 0.9 ? { userId, outcome } : null };
}

export type Opening = Pick<SqliteRoomStoreOptions, "settlingAt" | "limitMb">;

/** The files of one store, in a folder of their own. */
export class RoomFiles {
  private folder = newFolder();

  get path(): string {
    return fileIn(this.folder);
  }

  open(opening: Opening = {}): RoomStore {
    return openIn(this.folder, opening);
  }

  /** The files as they are now: what is in memory alone is gone. */
  async leave(store: RoomStore): Promise<void> {
    const copy = this.copied();
    await store.close();
    this.remove();
    this.folder = copy;
  }

  /** As they are now, opened anew. */
  async crash(store: RoomStore, opening: Opening = {}): Promise<RoomStore> {
    await this.leave(store);
    return this.open(opening);
  }

  /** Reads in a copy of the files: the store keeps everybody else out of its own. */
  inCopy<Answer>(read: (path: string) => Answer): Answer {
    const copy = this.copied();
    try {
      return read(fileIn(copy));
    } finally {
      rmSync(copy, { recursive: true });
    }
  }

  /** What a crash now would leave is read, and the store goes on. */
  async afterCrash<Answer>(read: (store: RoomStore) => Promise<Answer>): Promise<Answer> {
    const copy = this.copied();
    const store = openIn(copy);
    try {
      return await read(store);
    } finally {
      await store.close();
      rmSync(copy, { recursive: true });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private copied(): string {
    const copy = newFolder();
    cpSync(this.folder, copy, { recursive: true });
    return copy;
  }
}

const newFolder = () => mkdtempSync(join(tmpdir(), "blazing-sun-rooms-"));
const fileIn = (folder: string) => join(folder, "games.sqlite");
const openIn = (folder: string, opening: Opening = {}): RoomStore =>
  openSqliteRoomStore({ path: fileIn(folder), rules: roomRules(games), ...opening });
