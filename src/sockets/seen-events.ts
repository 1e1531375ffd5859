/** L4: duplicates happen. Room events are known by (room, seq), all others by their eventId. */
import type { AnyEventFrame } from "./types.ts";

/** More than a replay window brings again for one person. */
const remembered = 4096;

export class SeenEvents {
  private readonly keys = new Set<string>();

  /** True the first time, false for every repetition. */
  isNew(frame: AnyEventFrame): boolean {
    const key = keyOf(frame);
    if (key === null) return true;
    if (this.keys.has(key)) return false;
    this.keys.add(key);
    if (this.keys.size > remembered) {
      const [oldest] = this.keys;
      if (oldest !== undefined) this.keys.delete(oldest);
    }
    return true;
  }
}

function keyOf({ type, eventId, roomId, seq }: AnyEventFrame): string | null {
  const isRoomEvent =
    type.startsWith("games.event.") && typeof roomId === "string" && typeof seq === "number";
  // A state_sync carries the seq of the event that it includes, and is none itself.
  if (isRoomEvent && !type.endsWith(".state_sync")) return `${roomId}/${seq}`;
  // The gateway's own answers have no eventId and are never repeated.
  return typeof eventId === "string" ? eventId : null;
}
