/**
 * The rooms in play (those that are open, and those whose players may still agree on a rematch), what each of them holds,
 * and the order in which the lobby has them, in memory: this process is the only one that writes, and in tables and indexes
 * they were a good part of the pages that the end of a game and the next one's beginning touched. What a commit changes
 * counts at once, and is taken back where the commit fails.
 */
import { claimsOf, seatClaim } from "./document.ts";
import type { Claim, OpenRooms } from "./port.ts";
import { byAge, RoomsByAge, type Aged } from "./sqlite-rooms-by-age.ts";
import type { RecordRow } from "./sqlite-tables.ts";
import { isOpen, type Room } from "../rooms/room.ts";
import { asRoomId, type RoomId, type UserId } from "../../protocol/index.ts";

interface RoomInPlay extends Aged {
  /** Of its record. */
  readonly number: number;
  readonly gameType: string;
  readonly status: Room["status"];
  readonly claims: readonly Claim[];
}

type Lobby = Readonly<Record<keyof OpenRooms, RoomsByAge<RoomInPlay>>>;

export class SqliteRoomsInPlay {
  readonly #rooms = new Map<RoomId, RoomInPlay>();
  readonly #holders = new Map<Claim, RoomId>();
  /** By game. */
  readonly #lobbies = new Map<string, Lobby>();
  /** What the rooms of this commit were before it, in the order in which they were changed. */
  readonly #before: (readonly [RoomId, RoomInPlay | undefined])[] = [];

  get ids(): Iterable<RoomId> {
    return this.#rooms.keys();
  }

  /** Of its record; undefined where it is not in play. */
  numberOf(roomId: RoomId): number | undefined {
    return this.#rooms.get(roomId)?.number;
  }

  holderOf(claim: Claim): RoomId | null {
    return this.#holders.get(claim) ?? null;
  }

  count(): OpenRooms {
    const counts = { waiting: 0, playing: 0 };
    for (const { waiting, playing } of this.#lobbies.values()) {
      counts.waiting += waiting.size;
      counts.playing += playing.size;
    }
    return counts;
  }

  /** As `RoomStore.list`. */
  listed(slug: string, most: number): readonly RoomId[] {
    const lobby = this.#lobbies.get(slug);
    if (lobby === undefined) return [];
    const waiting = lobby.waiting.newest(most);
    const listed = [...waiting, ...lobby.playing.newest(most - waiting.length)];
    return listed.toSorted(byAge).map(({ roomId }) => roomId);
  }

  /** As `RoomStore.waiting`. */
  waiting(slug: string, limit: number): readonly RoomId[] {
    const waiting = this.#lobbies.get(slug)?.waiting.oldest(limit) ?? [];
    return waiting.map(({ roomId }) => roomId);
  }

  /** The open rooms of a person: she has a seat in one of each game. */
  openOf(userId: UserId): readonly (Aged & { readonly number: number })[] {
    return [...this.#lobbies.keys()].flatMap((gameType) => {
      const roomId = this.#holders.get(seatClaim(gameType, userId));
      return (roomId === undefined ? undefined : this.#rooms.get(roomId)) ?? [];
    });
  }

  /** One that the file has. */
  restore({ number, room_id, game_type, room_name, status, players, created_at }: RecordRow): void {
    // The columns hold what this adapter wrote.
    const seats = (JSON.parse(players) as readonly UserId[]).map((id) => ({ id }));
    const claims = claimsOf({ status, gameType: game_type, roomName: room_name, seats });
    const roomId = asRoomId(room_id);
    this.#set(roomId, { roomId, number, gameType: game_type, createdAt: created_at, status, claims });
  }

  /**
   * A room as this commit saves it.
   * @throws where it would hold what another one holds, which no key of a table refuses here
   */
  put(room: Room, number: number): void {
    const { roomId, gameType, createdAt, status } = room;
    const claims = claimsOf(room);
    for (const claim of claims) {
      const holder = this.#holders.get(claim) ?? roomId;
      if (holder !== roomId) throw new Error(`${roomId} would hold ${claim}, which ${holder} holds.`);
    }
    this.#change(roomId, { roomId, number, gameType, createdAt, status, claims });
  }

  /** It is over. */
  remove(roomId: RoomId): void {
    this.#change(roomId, undefined);
  }

  committed(): void {
    this.#before.length = 0;
  }

  failed(): void {
    for (const [roomId, before] of this.#before.toReversed()) this.#set(roomId, before);
    this.#before.length = 0;
  }

  #change(roomId: RoomId, room: RoomInPlay | undefined): void {
    this.#before.push([roomId, this.#rooms.get(roomId)]);
    this.#set(roomId, room);
  }

  #set(roomId: RoomId, room: RoomInPlay | undefined): void {
    const before = this.#rooms.get(roomId);
    for (const claim of before?.claims ?? []) {
      // Another one may hold it too: of two names, a newer Unicode may make one.
      if (this.#holders.get(claim) === roomId) this.#holders.delete(claim);
    }
    if (before !== undefined && isOpen(before)) this.#lobby(before.gameType)[before.status].remove(before);
    if (room === undefined) {
      this.#rooms.delete(roomId);
      return;
    }
    this.#rooms.set(roomId, room);
    for (const claim of room.claims) this.#holders.set(claim, roomId);
    if (isOpen(room)) this.#lobby(room.gameType)[room.status].add(room);
  }

  #lobby(slug: string): Lobby {
    const there = this.#lobbies.get(slug);
    if (there !== undefined) return there;
    const made = { waiting: new RoomsByAge<RoomInPlay>(), playing: new RoomsByAge<RoomInPlay>() };
    this.#lobbies.set(slug, made);
    return made;
  }
}
