/** What a room waits for (S4): data that follows from the room, so that it is saved with it and nothing can disagree. */
import { attendanceOf, awaySeats, waitsForPlayers, type Room, type RoomTimes } from "./room.ts";

export interface Deadline {
  readonly kind: "turn" | "rematch" | "archive" | "away";
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What set it: the command that carries it out does nothing where the room has moved on. */
  readonly stamp: number;
}

/** An absence is decided so long after its end: whoever came back in the last moment has been seen by then (R4). */
const awaySettleMs = 2_000;

/** The next thing that will happen to the room by itself; null where nothing will. */
export function deadlineOf(room: Room, times: RoomTimes): Deadline | null {
  const [own, away] = [ownDeadline(room, times), awayDeadline(room)];
  if (own === null || away === null) return own ?? away;
  return away.at <= own.at ? away : own;
}

/** R4: the end of an absence; the later one where everybody is away. */
export function awayDeadline(room: Room): Deadline | null {
  // Of nearly all rooms nobody was ever away.
  if (room.attendance === undefined || !waitsForPlayers(room)) return null;
  const absences = awaySeats(room).flatMap(({ id }): Deadline[] => {
    const { away, stamp } = attendanceOf(room, id);
    return away === null ? [] : [{ kind: "away", at: away.deadline + awaySettleMs, stamp }];
  });
  const byTime = absences.toSorted((one, other) => one.at - other.at);
  const isEmpty = room.status === "playing" && absences.length === room.seats.length;
  return (isEmpty ? byTime.at(-1) : byTime[0]) ?? null;
}

function ownDeadline(room: Room, times: RoomTimes): Deadline | null {
  switch (room.status) {
    case "waiting":
    case "closed":
      return null;
    case "playing":
      return room.turnDeadline === null ? null : { kind: "turn", at: room.turnDeadline, stamp: room.seq };
    case "finished": {
      if (room.archived) return null;
      const { finishedAt: stamp } = room;
      return room.rematch.kind === "open"
        ? { kind: "rematch", at: stamp + times.rematchMs, stamp }
        : { kind: "archive", at: stamp + times.archiveAfterMs, stamp };
    }
  }
}
