/** A games service on the embedded adapters with a clock that tests turn, for tests of the loop. */
import { biggerDice } from "../bigger-dice/bigger-dice.ts";
import { roomRules } from "../rooms/room-rules.ts";
import { standardTimes } from "../rooms/room.ts";
import { openSqliteRoomStore } from "../store/sqlite.ts";
import type { RoomStore } from "../store/port.ts";
import { createGamesService, type GamesService } from "./games-service.ts";
import { unobserved, type GamesObserver } from "./observer.ts";
import { createMemoryLog } from "../../event-log/memory.ts";
import type { EventLog } from "../../event-log/port.ts";
import { createMemoryPresence } from "../../presence/memory.ts";
import type { PresenceRegistry } from "../../presence/port.ts";
import {
  asCommandId,
  asConnectionId,
  asUserId,
  eventTopics,
  isoTime,
  type CommandEnvelope,
  type EventEnvelope,
  type UserId,
} from "../../protocol/index.ts";

export interface TestPerson {
  readonly userId: UserId;
  readonly username: string;
}

export interface GamesUnderTest {
  readonly service: GamesService;
  readonly store: RoomStore;
  readonly presence: PresenceRegistry;
  readonly log: EventLog;
  /** Every event so far, in the log's order. */
  readonly events: readonly EventEnvelope[];
  readonly clock: { now: number };
  readonly errors: readonly string[];
  /** `{one} {other}`: one of the two has blocked the other. */
  readonly apart: Set<string>;
  /** Sends a command and waits for its outcome: the first event that carries its id. */
  send(person: TestPerson, type: string, payload: object, commandId?: string): Promise<EventEnvelope>;
  /** Appends several commands in one turn and waits for all outcomes, in their order. */
  sendTogether(commands: readonly Parameters<GamesUnderTest["send"]>[]): Promise<readonly EventEnvelope[]>;
  /** Resolves when an event that satisfies `wanted` is in the log. */
  seen(wanted: (event: EventEnvelope) => boolean): Promise<EventEnvelope>;
  stop(): Promise<void>;
}

export function person(id: number, username: string): TestPerson {
  return { userId: asUserId(String(id)), username };
}

export function memoryStore(): RoomStore {
  return openSqliteRoomStore({ path: ":memory:", rules: roomRules([biggerDice]) });
}

export interface GamesFixtureOptions {
  readonly store?: RoomStore;
  readonly clock?: { now: number };
  readonly observer?: GamesObserver;
}

export async function startGames(options: GamesFixtureOptions = {}): Promise<GamesUnderTest> {
  const { store = memoryStore(), clock = { now: Date.UTC(2026, 0, 1) }, observer = unobserved } = options;
  const log = createMemoryLog({ firstRetryMs: 1, onHandlerFailure: () => {} });
  const presence = createMemoryPresence({ now: () => clock.now });
  const errors: string[] = [];
  const apart = new Set<string>();
  let number = 0;
  const service = createGamesService({
    store,
    log,
    presence,
    games: [biggerDice],
    times: standardTimes,
    seeds: { serverSeed: () => `${++number}`.padStart(64, "0"), clientSeed: () => `added-${++number}` },
    people: {
      unreadOf: () => Promise.resolve(7),
      areApart: (one, other) => Promise.resolve(apart.has(`${one} ${other}`) || apart.has(`${other} ${one}`)),
    },
    now: () => clock.now,
    logger: { error: (_fields, message) => errors.push(message) },
    observer,
  });
  const events: EventEnvelope[] = [];
  const watchers = new Set<(event: EventEnvelope) => void>();
  await log.follow({
    topics: eventTopics,
    since: 0,
    onRecord: ({ value }) => {
      if (value.kind !== "event") return;
      events.push(value);
      for (const watcher of watchers) watcher(value);
    },
  });
  await service.start();

  function next(wanted: (event: EventEnvelope) => boolean): Promise<EventEnvelope> {
    return new Promise((resolve) => {
      const watcher = (event: EventEnvelope) => {
        if (!wanted(event)) return;
        watchers.delete(watcher);
        resolve(event);
      };
      watchers.add(watcher);
    });
  }

  function commandOf(
    { userId, username }: TestPerson,
    type: string,
    payload: object,
    commandId: string,
  ): CommandEnvelope {
    return {
      kind: "command",
      eventId: crypto.randomUUID(),
      eventType: type,
      timestamp: isoTime(clock.now),
      receivedAt: isoTime(clock.now),
      producer: "ws_gateway",
      correlationId: commandId,
      actor: {
        kind: "person",
        userId,
        username,
        roles: ["user"],
        connectionId: asConnectionId(`connection-of-${userId}`),
      },
      payload,
    };
  }

  async function sendTogether(commands: readonly Parameters<GamesUnderTest["send"]>[]) {
    const made = commands.map(([sender, type, payload, commandId = crypto.randomUUID()]) =>
      commandOf(sender, type, payload, commandId),
    );
    const outcomes = made.map(({ correlationId }) =>
      next((event) => event.correlationId === asCommandId(correlationId)),
    );
    const topic = "games.commands" as const;
    await log.append(made.map((value) => ({ topic, key: keyOf(value), value })));
    return Promise.all(outcomes);
  }

  return {
    service,
    store,
    presence,
    log,
    events,
    clock,
    errors,
    apart,
    sendTogether,
    async send(...command) {
      const [outcome] = await sendTogether([command]);
      if (outcome === undefined) throw new Error("One command has one outcome.");
      return outcome;
    },
    async seen(wanted) {
      return events.find(wanted) ?? (await next(wanted));
    },
    async stop() {
      await service.stop();
      await log.close();
    },
  };
}

/** Near enough to L1: the room where it is named, else one key for all. */
function keyOf({ payload }: CommandEnvelope): string {
  const { roomId } = payload as { roomId?: string };
  return roomId ?? "lobby";
}
