/**
 * The rooms that are open and what each of them holds, in memory: this process is the only one that writes, and in
 * tables they were a good part of the pages that the end of a game and the next one's beginning touched. What a commit
 * changes counts at once, and is taken back where the commit fails.
 */
import { claimsOf } from "./document.ts";
import type { Claim, OpenRooms } from "./port.ts";
import type { Statements } from "./sqlite-tables.ts";
import { isOpen, type Room } from "../rooms/room.ts";
import { asRoomId, type RoomId, type UserId } from "../../protocol/index.ts";

interface OpenRoom {
  readonly status: keyof OpenRooms;
  readonly claims: readonly Claim[];
}

export class SqliteOpenRooms {
  readonly #rooms = new Map<RoomId, OpenRoom>();
  readonly #holders = new Map<Claim, RoomId>();
  /** What the rooms of this commit were before it, in the order in which they were changed. */
  readonly #before: (readonly [RoomId, OpenRoom | undefined])[] = [];

  constructor(statements: Statements) {
    for (const { room_id, game_type, room_name, status, players } of statements.open.iterate()) {
      // The columns hold what this adapter wrote.
      const seats = (JSON.parse(players) as readonly UserId[]).map((id) => ({ id }));
      const claims = claimsOf({ status, gameType: game_type, roomName: room_name, seats });
      this.#set(asRoomId(room_id), { status, claims });
    }
  }

  get ids(): Iterable<RoomId> {
    return this.#rooms.keys();
  }

  holderOf(claim: Claim): RoomId | null {
    return this.#holders.get(claim) ?? null;
  }

  count(): OpenRooms {
    const counts = { waiting: 0, playing: 0 };
    for (const { status } of this.#rooms.values()) counts[status] += 1;
    return counts;
  }

  /**
   * A room as this commit saves it.
   * @throws where it would hold what another one holds, which no key of a table refuses here
   */
  put(room: Room): void {
    const { roomId } = room;
    const claims = claimsOf(room);
    for (const claim of claims) {
      const holder = this.#holders.get(claim) ?? roomId;
      if (holder !== roomId) throw new Error(`${roomId} would hold ${claim}, which ${holder} holds.`);
    }
    this.#before.push([roomId, this.#rooms.get(roomId)]);
    this.#set(roomId, isOpen(room) ? { status: room.status, claims } : undefined);
  }

  committed(): void {
    this.#before.length = 0;
  }

  failed(): void {
    for (const [roomId, before] of this.#before.toReversed()) this.#set(roomId, before);
    this.#before.length = 0;
  }

  #set(roomId: RoomId, room: OpenRoom | undefined): void {
    for (const claim of this.#rooms.get(roomId)?.claims ?? []) {
      // Another one may hold it too: of two names, a newer Unicode may make one.
      if (this.#holders.get(claim) === roomId) this.#holders.delete(claim);
    }
    if (room === undefined) {
      this.#rooms.delete(roomId);
      return;
    }
    this.#rooms.set(roomId, room);
    for (const claim of room.claims) this.#holders.set(claim, roomId);
  }
}
