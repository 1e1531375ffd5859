/** The lobby's changes, put together so that there are at most four a second for each game (G3). */
import type { LobbyChange } from "./plan.ts";
import type { EventLog } from "../../event-log/port.ts";
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
  add(change: LobbyChange): void;
  /** Says what is still unsaid. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** @param onError is told where the log did not take a change: newcomers get it all the same, by the full list */
export function createLobbyChanges(
  log: EventLog,
  now: () => number,
  onError: (error: unknown) => void,
): LobbyChanges {
  const open = new Map<string, Map<RoomId, LobbyChange>>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function flush(): Promise<void> {
    const records = [...open].map(([slug, changes]) => ({
      topic: "games.events" as const,
      key: slug,
      value: changesEnvelope(slug, [...changes.values()], now()),
    }));
    open.clear();
    if (records.length > 0) await log.append(records);
  }

  return {
    add(change) {
      const changes = open.get(change.gameType) ?? new Map<RoomId, LobbyChange>();
      const before = changes.get(change.roomId);
      if (before === undefined || before.seq <= change.seq) changes.set(change.roomId, change);
      open.set(change.gameType, changes);
      timer ??= setTimeout(() => {
        timer = undefined;
        flush().catch(onError);
      }, quietMs);
    },
    flush,
    async stop() {
      clearTimeout(timer);
      timer = undefined;
      await flush();
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
