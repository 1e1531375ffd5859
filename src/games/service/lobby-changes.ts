/** The lobby's changes, put together so that there are at most four a second for each game (G3). */
import type { LobbyChange } from "./plan.ts";
import type { EventLog, NewRecord } from "../../event-log/port.ts";
import {
  audienceOf,
  isoTime,
  systemActor,
  toRoom,
  type EventEnvelope,
  type RoomId,
} from "../../protocol/index.ts";

const quietMs = 250;

export interface LobbyChanges {
  /**
   * Takes changes in. Where a lobby has been quiet its change is said at once: the answer is what the caller appends
   * with the events themselves, and is as safe as they are. What comes soon after waits for its turn.
   */
  take(changes: readonly LobbyChange[]): readonly NewRecord[];
  /** Says what is still unsaid. */
  stop(): Promise<void>;
}

/** @param onError is told where the log does not take a change; it is said again later */
export function createLobbyChanges(
  log: EventLog,
  now: () => number,
  onError: (error: unknown) => void,
): LobbyChanges {
  const open = new Map<string, Map<RoomId, LobbyChange>>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFailing = false;

  function takeOpen(): readonly NewRecord[] {
    const records = [...open].map(([slug, changes]) => ({
      topic: "games.events" as const,
      key: slug,
      value: changesEnvelope(slug, [...changes.values()], now()),
    }));
    open.clear();
    return records;
  }

  async function flush(): Promise<void> {
    const changes = [...open.values()].flatMap((ofGame) => [...ofGame.values()]);
    if (changes.length === 0) return;
    timer = setTimeout(waited, quietMs);
    try {
      await log.append(takeOpen());
      isFailing = false;
    } catch (error) {
      for (const change of changes) note(change);
      if (!isFailing) onError(error);
      isFailing = true;
    }
  }

  /** Nobody may say anything for a while after each time. */
  function waited(): void {
    timer = undefined;
    void flush();
  }

  function note(change: LobbyChange): void {
    const changes = open.get(change.gameType) ?? new Map<RoomId, LobbyChange>();
    const before = changes.get(change.roomId);
    if (before === undefined || before.seq <= change.seq) changes.set(change.roomId, change);
    open.set(change.gameType, changes);
  }

  return {
    take(changes) {
      for (const change of changes) note(change);
      if (timer !== undefined || open.size === 0) return [];
      timer = setTimeout(waited, quietMs);
      return takeOpen();
    },
    async stop() {
      await flush();
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

function changesEnvelope(slug: string, changes: readonly LobbyChange[], now: number): EventEnvelope {
  return {
    kind: "event",
    eventId: crypto.randomUUID(),
    eventType: "games.event.rooms_updated",
    timestamp: isoTime(now),
    producer: "games",
    actor: systemActor,
    audience: toRoom(audienceOf.roomList(slug)),
    payload: {
      gameType: slug,
      full: false,
      rooms: changes.flatMap(({ listing }) => (listing === null ? [] : [listing])),
      removed: changes.flatMap(({ listing, roomId, seq }) => (listing === null ? [{ roomId, seq }] : [])),
    },
  };
}
