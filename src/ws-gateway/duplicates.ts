/**
 * Which events this gateway has had already (L4): services say things twice after a crash. A room's events are
 * known by their `seq`, which rises by one (S2: first copies are in order); all others by their eventId.
 */
import { audienceOf, asRoomId, type AudienceName, type EventEnvelope } from "../protocol/index.ts";

export interface DuplicateBounds {
  readonly rooms: number;
  readonly eventIds: number;
}

export const defaultDuplicateBounds: DuplicateBounds = { rooms: 20_000, eventIds: 50_000 };

export class SeenEvents {
  readonly #rooms: RecentKeys<number>;
  readonly #eventIds: RecentKeys<true>;

  constructor({ rooms, eventIds }: DuplicateBounds = defaultDuplicateBounds) {
    this.#rooms = new RecentKeys(rooms);
    this.#eventIds = new RecentKeys(eventIds);
  }

  /** The highest `seq` that was here of a room's own events; 0 for none that is remembered. */
  lastSeq(room: AudienceName): number {
    return this.#rooms.get(room.slice("room:".length)) ?? 0;
  }

  /** Notes the event; true where it was here before. */
  isRepeated(event: EventEnvelope): boolean {
    const place = placeInRoom(event);
    if (place === null) {
      if (this.#eventIds.get(event.eventId) === true) return true;
      this.#eventIds.set(event.eventId, true);
      return false;
    }
    if (place.seq <= (this.#rooms.get(place.roomId) ?? 0)) return true;
    this.#rooms.set(place.roomId, place.seq);
    return false;
  }
}

/** The `seq` of a room's own event; null for every other event. */
export function seqOf(event: EventEnvelope): number | null {
  return placeInRoom(event)?.seq ?? null;
}

/** Only what goes to the whole room counts on: a snapshot for one person has the `seq` of what it shows. */
function placeInRoom({ audience, payload }: EventEnvelope): { roomId: string; seq: number } | null {
  if (audience?.type !== "room" || typeof payload !== "object" || payload === null) return null;
  if (!("seq" in payload && "roomId" in payload)) return null;
  const { seq, roomId } = payload;
  if (typeof seq !== "number" || typeof roomId !== "string") return null;
  return audience.roomId === audienceOf.room(asRoomId(roomId)) ? { roomId, seq } : null;
}

/** At least the newest `size` keys, at most twice as many: two generations, the older one dropped at once. */
class RecentKeys<Value> {
  readonly #size: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  constructor(size: number) {
    this.#size = size;
  }

  get(key: string): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: Value): void {
    this.#young.set(key, value);
    if (this.#young.size < this.#size) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
