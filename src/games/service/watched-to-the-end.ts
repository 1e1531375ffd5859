/**
 * Lets those go who still watch a room that is over (G1): closed, or put away. Not at once: whoever lost the connection
 * comes back to a room that has just ended, and gets its end, for as long as gateways have it (R2).
 */
import type { GamesContext } from "./context.ts";
import { placesEnded } from "./places-ended.ts";
import { endOfPlaces, isOver, type Room } from "../rooms/room.ts";
import type { EventLog, NewRecord } from "../../event-log/port.ts";
import type { PresenceRegistry } from "../../presence/port.ts";
import type { RoomId } from "../../protocol/index.ts";

const lookEveryMs = 60_000;
/** Rooms that are read at once. */
const roomsAtOnce = 100;
/** So many people in one record: it stays far below what a log takes at once (120 KB of a megabyte). */
const peopleAtOnce = 500;

export interface WatchedToTheEnd {
  /** Looks at those of the rooms that are watched of which it is time to. */
  look(watched: ReadonlySet<RoomId>): Promise<void>;
}

/** @param keptMs how long after its end a room is kept for those who watched it */
export function createWatchedToTheEnd(
  context: GamesContext,
  log: EventLog,
  presence: PresenceRegistry,
  keptMs: number,
): WatchedToTheEnd {
  /** When each is looked at next, and whether it was over the last time. */
  const visits = new Map<RoomId, { readonly at: number; readonly wasOver: boolean }>();
  /** Of those whose places presence has no more. */
  let unsaid: readonly NewRecord[] = [];

  async function say(records: readonly NewRecord[]): Promise<void> {
    unsaid = [...unsaid, ...records];
    // One by one: all of a room's are in one partition, and a log takes only so much at once.
    for (let [first] = unsaid; first !== undefined; [first] = unsaid) {
      await log.append([first]);
      unsaid = unsaid.slice(1);
    }
  }

  async function visit(room: Room): Promise<void> {
    const now = context.now();
    if (!isOver(room)) {
      visits.set(room.roomId, { at: nextLookAt(room, now), wasOver: false });
    } else if (visits.get(room.roomId)?.wasOver !== true) {
      visits.set(room.roomId, { at: now + keptMs, wasOver: true });
    } else {
      await letGo(room);
      visits.delete(room.roomId);
    }
  }

  /** It cannot be put away before its time. */
  function nextLookAt(room: Room, now: number): number {
    const putAwayAt = room.status === "finished" ? room.finishedAt + context.times.archiveAfterMs : now;
    return Math.max(now + lookEveryMs, putAwayAt);
  }

  /** Presence first (R3): whoever comes meanwhile finds no place, or is told with those who are here. */
  async function letGo(room: Room): Promise<void> {
    const { roomId } = room;
    const seq = endOfPlaces(room);
    const { counted, gone } = await presence.spectatorsOf(roomId);
    const people = [...counted, ...gone];
    await presence.changeMemberships(people.map((userId) => ({ kind: "remove", userId, roomId, seq })));
    const records: NewRecord[] = [];
    for (let start = 0; start < people.length; start += peopleAtOnce) {
      const some = people.slice(start, start + peopleAtOnce);
      const said = { eventId: crypto.randomUUID(), at: context.now() };
      records.push(placesEnded(room, "spectator", some, said));
    }
    await say(records);
  }

  return {
    async look(watched) {
      await say([]);
      for (const roomId of visits.keys()) if (!watched.has(roomId)) visits.delete(roomId);
      const now = context.now();
      const due = [...watched].filter((roomId) => (visits.get(roomId)?.at ?? now) <= now);
      for (let start = 0; start < due.length; start += roomsAtOnce) {
        const documents = await context.store.loadAll(due.slice(start, start + roomsAtOnce));
        for (const { room } of documents) await visit(room);
      }
    },
  };
}
