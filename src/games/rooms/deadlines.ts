/** What a room waits for (S4): data that follows from the room, so that it is saved with it and nothing can disagree. */
import type { Room, RoomTimes } from "./room.ts";

export interface Deadline {
  readonly kind: "turn" | "rematch" | "archive";
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What set it: the command that carries it out does nothing where the room has moved on. */
  readonly stamp: number;
}

/** The next thing that will happen to the room by itself; null where nothing will. */
export function deadlineOf(room: Room, times: RoomTimes): Deadline | null {
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
