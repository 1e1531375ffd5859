/**
 * Which events this gateway has had already (L4): services say things twice after a crash. A room's events are
 * known by their `seq`, which rises by one (S2: first copies are in order); all others by their eventId.
 */
import { IdSet } from "./id-set.ts";
import { asRoomId, isWholeRoom, type AudienceName, type EventEnvelope } from "../protocol/index.ts";

export interface DuplicateBounds {
  readonly rooms: number;
  readonly eventIds: number;
}

export const defaultDuplicateBounds: DuplicateBounds = { rooms: 20_000, eventIds: 50_000 };

export class SeenEvents {
  readonly #bounds: DuplicateBounds;
  /** The highest `seq` of a room's own events, by the room's audience. */
  #rooms: Generations<Map<AudienceName, number>> = { young: new Map(), old: new Map() };
  #eventIds: Generations<IdSet> = { young: new IdSet(), old: new IdSet() };

  constructor(bounds: DuplicateBounds = defaultDuplicateBounds) {
    this.#bounds = bounds;
  }

  /** The highest `seq` that was here of a room's own events; 0 for none that is remembered. */
  lastSeq(room: AudienceName): number {
    const { young, old } = this.#rooms;
    return young.get(room) ?? old.get(room) ?? 0;
  }

  /**
   * Notes the event; true where it was here before.
   * @param seq as `seqOf` says it
   */
  isRepeated({ eventId, audience }: EventEnvelope, seq: number | null): boolean {
    if (seq === null || audience?.type !== "room") return this.#isKnownId(eventId);
    if (seq <= this.lastSeq(audience.roomId)) return true;
    this.#rooms.young.set(audience.roomId, seq);
    if (this.#rooms.young.size >= this.#bounds.rooms)
      this.#rooms = { young: new Map(), old: this.#rooms.young };
    return false;
  }

  #isKnownId(eventId: string): boolean {
    const { young, old } = this.#eventIds;
    if (!young.add(eventId) || old.has(eventId)) return true;
    if (young.size >= this.#bounds.eventIds) this.#eventIds = { young: new IdSet(), old: young };
    return false;
  }
}

/** At least the newest keys up to a bound, at most twice as many: the older generation is dropped at once. */
interface Generations<Table> {
  readonly young: Table;
  readonly old: Table;
}

/**
 * The `seq` of a room's own event; null for every other event. Only what goes to the whole room counts on: a snapshot
 * for one person has the `seq` of what it shows.
 */
export function seqOf({ audience, payload }: EventEnvelope): number | null {
  if (audience?.type !== "room" || typeof payload !== "object" || payload === null) return null;
  const { seq, roomId } = payload as { readonly seq?: unknown; readonly roomId?: unknown }; // whatever they are
  if (typeof seq !== "number" || typeof roomId !== "string") return null;
  return isWholeRoom(audience.roomId, asRoomId(roomId)) ? seq : null;
}
