/**
 * Tells rooms who lost the connection and who is back (R4). What gateways say is a hint, taken in at once for a
 * return and after a moment for a departure, since most of those are reloads; every ten seconds all rooms are
 * compared with presence, and what is missing is made good. Nothing is decided here.
 */
import type { GamesContext } from "./context.ts";
import { attendanceCommandType, type AttendanceCommand } from "./payloads.ts";
import type { PresenceView } from "./presence-view.ts";
import { attendanceOf, isMember, waitsForPlayers, type Room } from "../rooms/room.ts";
import type { EventLog, NewRecord } from "../../event-log/port.ts";
import {
  isoTime,
  systemActor,
  isTimeAgain,
  type CommandEnvelope,
  type EventEnvelope,
  type UserId,
} from "../../protocol/index.ts";

/** A reload is over within this time: nobody needs to hear of it (F31). */
const calmMs = 2_500;
/** Where our own gateway ended, its people come back in their turn: nobody is to blame, and the services stay idle. */
const ownFaultCalmMs = 20_000;
const ownFaults: readonly unknown[] = ["drain", "gateway_lost"];
const compareEveryMs = 10_000;
/** Rooms compared at once. */
const atOnce = 500;

export interface AttendanceWatch {
  /** Takes in a hint; other events are passed over. */
  hear(event: EventEnvelope): Promise<void>;
  /** Does what is due by now. */
  look(): Promise<void>;
}

interface Hint {
  readonly userId: UserId;
  readonly stamp: number;
  readonly reason?: string;
}

export function createAttendanceWatch(
  context: GamesContext,
  log: EventLog,
  presence: PresenceView,
): AttendanceWatch {
  const { store, now, times } = context;
  /** Departures that may still turn out to be reloads. */
  const leaving = new Map<UserId, Hint & { readonly dueAt: number }>();
  /** People whose rooms were told that they are away. */
  const gone = new Set<UserId>();
  let comparedAt = Number.NEGATIVE_INFINITY;
  /** Nobody is called away before everyone has had the time to come back to a platform that was away. */
  const graceMs = Math.min(20_000, times.reconnectMs / 15);

  async function tell(records: readonly NewRecord[]): Promise<void> {
    if (records.length > 0) await log.append(records);
  }

  function command(room: Room, change: AttendanceCommand["change"], { userId, stamp }: Hint): NewRecord {
    const payload: AttendanceCommand = { roomId: room.roomId, userId, change, stamp };
    const value = envelope(`${change}:${room.roomId}:${userId}:${stamp}`, payload, now());
    return { topic: "games.commands", key: room.roomId, value };
  }

  async function roomsOf(userId: UserId): Promise<readonly Room[]> {
    const documents = await store.roomsOf(userId);
    return documents.map(({ room }) => room).filter(waitsForPlayers);
  }

  async function hear(event: EventEnvelope): Promise<void> {
    const { eventType } = event;
    if (eventType === "system.event.user_disconnected") {
      const hint = event.payload as Hint; // as it is declared
      leaving.set(hint.userId, { ...hint, dueAt: now() + calmOf(hint) });
    } else if (eventType === "system.event.user_connected") {
      const hint = event.payload as Hint;
      leaving.delete(hint.userId);
      // R2: ten thousand who come back to a new gateway ask no store for anything. Somebody of whom another process
      // has told is found by the next comparison.
      if (!gone.has(hint.userId)) return;
      const rooms = await roomsOf(hint.userId);
      await tell(rooms.map((room) => command(room, "back", hint)));
      gone.delete(hint.userId);
    }
  }

  async function tellDepartures(): Promise<void> {
    for (const hint of [...leaving.values()].filter(({ dueAt }) => dueAt <= now())) {
      const rooms = await roomsOf(hint.userId);
      await tell(rooms.map((room) => command(room, "away", hint)));
      if (rooms.length > 0) gone.add(hint.userId);
      // A return that was heard meanwhile has taken it out, and another departure has its own time.
      if (leaving.get(hint.userId) === hint) leaving.delete(hint.userId);
    }
  }

  async function compare(): Promise<void> {
    let rooms: Room[] = [];
    // Of whom no room is told any more, nobody need be told that she is back.
    const forgotten = new Set(gone);
    for await (const { room } of store.inPlay(now() - times.rematchMs)) {
      if (waitsForPlayers(room)) {
        rooms.push(room);
        for (const { id } of room.seats) forgotten.delete(id);
      }
      if (rooms.length < atOnce) continue;
      await compareSome(rooms);
      rooms = [];
      await new Promise(setImmediate); // many rooms take long: others have their turn between them
    }
    await compareSome(rooms);
    for (const userId of forgotten) gone.delete(userId);
  }

  async function compareSome(rooms: readonly Room[]): Promise<void> {
    const players = new Set(rooms.flatMap((room) => room.seats.map(({ id }) => id)));
    const seen = await presence.ofNow([...players]);
    if (seen === null) return;
    const missing = rooms.flatMap((room) =>
      room.seats.flatMap(({ id: userId }): readonly NewRecord[] => {
        if (!isMember(room, userId)) return [];
        const { present, stamp } = seen.get(userId) ?? { present: false, stamp: 0 };
        const known = attendanceOf(room, userId).stamp;
        const hint = { userId, stamp: Math.max(stamp, known + 1) };
        if (present && isAway(room, userId)) return [command(room, "back", hint)];
        // Time for the hint, which says why, and for those whose gateway ended.
        const hasJustLeft = now() * 1000 - stamp < Math.min(ownFaultCalmMs, graceMs) * 1000;
        const isGone = !present && !isAway(room, userId) && !hasJustLeft && presence.ageMs() >= graceMs;
        if (!isGone) return [];
        gone.add(userId);
        return [command(room, "away", hint)];
      }),
    );
    await tell(missing);
  }

  return {
    hear,
    async look() {
      await tellDepartures();
      if (!isTimeAgain(now(), comparedAt, compareEveryMs)) return;
      comparedAt = now();
      await compare();
    },
  };
}

function calmOf({ reason }: Hint): number {
  return ownFaults.includes(reason) ? ownFaultCalmMs : calmMs;
}

function isAway(room: Room, userId: UserId): boolean {
  return attendanceOf(room, userId).away !== null;
}

function envelope(id: string, payload: AttendanceCommand, now: number): CommandEnvelope<AttendanceCommand> {
  return {
    kind: "command",
    eventId: crypto.randomUUID(),
    eventType: attendanceCommandType,
    timestamp: isoTime(now),
    producer: "games",
    actor: systemActor,
    correlationId: id,
    receivedAt: isoTime(now),
    payload,
  };
}
