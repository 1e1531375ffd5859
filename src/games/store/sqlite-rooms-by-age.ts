/** Rooms in the order of the lobby: the oldest first, of one moment by id. */
import type { RoomId } from "../../protocol/index.ts";

export interface Aged {
  readonly roomId: RoomId;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export function byAge(one: Aged, other: Aged): number {
  if (one.createdAt !== other.createdAt) return one.createdAt - other.createdAt;
  if (one.roomId === other.roomId) return 0;
  return one.roomId < other.roomId ? -1 : 1;
}

export class RoomsByAge<Room extends Aged> {
  readonly #rooms: Room[] = [];

  get size(): number {
    return this.#rooms.length;
  }

  add(room: Room): void {
    this.#rooms.splice(this.#placeOf(room), 0, room);
  }

  remove(room: Room): void {
    const place = this.#placeOf(room);
    if (this.#rooms[place]?.roomId === room.roomId) this.#rooms.splice(place, 1);
  }

  oldest(count: number): readonly Room[] {
    return this.#rooms.slice(0, count);
  }

  newest(count: number): readonly Room[] {
    return count <= 0 ? [] : this.#rooms.slice(-count);
  }

  /** Of the first that is not older. */
  #placeOf(room: Room): number {
    let [low, high] = [0, this.#rooms.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = this.#rooms[middle];
      if (there !== undefined && byAge(there, room) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
