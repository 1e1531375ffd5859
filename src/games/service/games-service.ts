/**
 * The games service: takes commands from the log, decides them, saves, and says what happened (design §1).
 * It knows no socket. Commands that name a room are decided in groups; those that look around are done alone.
 */
import { createGamesContext, type GamesContext, type GamesContextOptions } from "./context.ts";
import { createAttendanceWatch } from "./attendance-watch.ts";
import { createDeadlineWatch } from "./deadline-watch.ts";
import { excludeFromRooms } from "./exclusion.ts";
import { runPlans } from "./group-commit.ts";
import { createLobbyChanges } from "./lobby-changes.ts";
import { lobbyCommands, lookedAroundBefore, type LobbyCommand } from "./lobby-commands.ts";
import { unobserved, type GamesObserver } from "./observer.ts";
import { refusalIn, type Plan, type Planned, type PlanResult } from "./plan.ts";
import { createPresenceView } from "./presence-view.ts";
import { createPublisher } from "./publisher.ts";
import { refusalRecord, type Asked, type Received } from "./records.ts";
import { internalPlan, isGamesOwn, roomPlan } from "./room-commands.ts";
import { RoomMemory } from "./room-memory.ts";
import { expiredPlan } from "./room-plans.ts";
import { membershipChanges } from "./changes.ts";
import { createSpectators } from "./spectators.ts";
import type { AskedRooms } from "./working-set.ts";
import { Attempts, Away, failuresAsAway } from "./surroundings.ts";
import { askedBy, isExpired } from "../../event-log/answers.ts";
import type { EventLog, LogRecord, NewRecord, Subscription } from "../../event-log/port.ts";
import type { PresenceRegistry } from "../../presence/port.ts";
import {
  isTimeAgain,
  StoreFull,
  type CommandEnvelope,
  type Rejection,
  type RoomId,
} from "../../protocol/index.ts";

const maxBatch = 512;
const lookMs = 100;
const recoverEveryMs = 10_000;

export interface GamesServiceOptions extends GamesContextOptions {
  readonly log: EventLog;
  readonly presence: PresenceRegistry;
  readonly logger: { error(fields: object, message: string): void };
  readonly observer?: GamesObserver;
}

export interface GamesService {
  readonly context: GamesContext;
  /** How many watch each of these rooms; none where presence cannot say. */
  spectatorCounts(roomIds: readonly RoomId[]): Promise<ReadonlyMap<RoomId, number>>;
  /** Appends what was saved but not said, mirrors everyone's places, then takes commands. */
  start(): Promise<void>;
  /** Looks for due deadlines now; a running service does so by itself. */
  lookAtDeadlines(): Promise<void>;
  /** Compares rooms with presence where it is time to; a running service does so by itself. */
  lookAtAttendance(): Promise<void>;
  stop(): Promise<void>;
}

export function createGamesService(options: GamesServiceOptions): GamesService {
  const { logger, observer = unobserved } = options;
  const store = failuresAsAway(options.store, "The store of rooms");
  const log = failuresAsAway(options.log, "The log");
  const presence = failuresAsAway(options.presence, "Presence");
  const people = failuresAsAway(options.people, "What is known of people");
  const context = createGamesContext({ ...options, store, people });
  const lobby = createLobbyChanges(log, context.now, (error) => {
    logger.error({ error }, "The log did not take a change of the lobby.");
  });
  const publisher = createPublisher(context, log, presence, lobby);
  const surroundings = { store, publisher, memory: store.isShared ? new RoomMemory() : null };
  const spectators = createSpectators({
    context,
    log,
    presence,
    lobby,
    onFailure: (error) =>
      logger.error({ error }, "How many watch a room could not be told: it is told later."),
  });
  const watch = createDeadlineWatch(context, log);
  const presenceView = createPresenceView(presence, context);
  const attendance = createAttendanceWatch(context, log, presenceView);
  const deadlines = new Attempts(logger, "Due deadlines could not be looked up: they are looked up again.");
  const attendances = new Attempts(logger, "Who is connected could not be looked up: it is looked up again.");
  let subscriptions: readonly Subscription[] = [];
  let attending: Promise<void> | null = null;
  let recoveredAt = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  async function handle(batch: readonly LogRecord[]): Promise<void> {
    let group: Asking[] = [];
    for (const record of batch) {
      if (record.value.kind !== "command") continue;
      const received: Received = { record, command: record.value };
      const asked = askedBy(received);
      const lookAround = asked === null ? undefined : lobbyCommands[received.command.eventType];
      if (asked === null || lookAround === undefined) {
        group.push(asking(received, asked));
        continue;
      }
      await decide(group);
      group = [];
      await guarded(asked, isLate(received) ? lookedAroundBefore : lookAround);
    }
    await decide(group);
  }

  function isLate({ command }: Received): boolean {
    return isExpired(command, context.now());
  }

  /** Its plan, timed, and set aside where it fails as it would each time. */
  function asking(received: Received, asked: Asked | null): Asking {
    const { command } = received;
    const plan = planOf(received, asked) ?? refusing({ code: "UNKNOWN_TYPE" });
    return {
      asked,
      roomId: plan.roomId,
      decide(document, rooms) {
        const begunAt = performance.now();
        let planned: Planned | Promise<Planned>;
        try {
          planned = plan.decide(document, rooms);
        } catch (error) {
          planned = refusedAs(poison(asked, error));
        }
        if (planned instanceof Promise) return decidedLater(received, asked, begunAt, planned);
        observe(command, begunAt, planned);
        return planned;
      },
    };
  }

  async function decidedLater(
    { command }: Received,
    asked: Asked | null,
    begunAt: number,
    planning: Promise<Planned>,
  ): Promise<Planned> {
    const planned = await planning.catch((error: unknown) => refusedAs(poison(asked, error)));
    observe(command, begunAt, planned);
    return planned;
  }

  function observe(command: CommandEnvelope, begunAt: number, planned: Planned): void {
    observer.decided(command, begunAt, refusalIn(planned));
  }

  /** null for a command that nobody knows. */
  function planOf(received: Received, asked: Asked | null): Plan | null {
    if (asked === null) return internalPlan(context, presenceView, received);
    const roomId = roomOf(received.command);
    return roomId !== null && isLate(received)
      ? expiredPlan(asked, roomId)
      : roomPlan(context, spectators, asked);
  }

  async function hear(batch: readonly LogRecord[]): Promise<void> {
    for (const { value } of batch) {
      if (value.kind !== "event") continue;
      await attendance.hear(value);
      await excludeFromRooms(context, log, value);
    }
  }

  /** Decides a group together and tells those who were refused. */
  async function decide(group: readonly Asking[]): Promise<void> {
    if (group.length === 0) return;
    const results = await runAll(group);
    const refusals: NewRecord[] = [];
    for (const [index, result] of results.entries()) {
      const asked = group[index]?.asked ?? null;
      if (result.kind === "refused" && asked !== null)
        refusals.push(refusalRecord(asked, result.rejection, keyOf(asked)));
    }
    if (refusals.length > 0) await log.append(refusals);
  }

  /** Where the store has no room, nothing was saved, and everyone who asked for something is told so. */
  async function runAll(group: readonly Asking[]): Promise<readonly PlanResult[]> {
    try {
      return await runPlans(group, surroundings, roomsAskedBy(group, surroundings.memory !== null));
    } catch (error) {
      if (!(error instanceof StoreFull)) throw error;
      logger.error({ error, commands: group.length }, "The store is full: commands were refused.");
      return group.map(() => ({ kind: "refused", rejection: { code: "UNAVAILABLE" } }));
    }
  }

  async function runOne(plan: Plan) {
    const [result] = await runPlans([plan], surroundings);
    if (result === undefined) throw new Error("One plan has one result.");
    return result;
  }

  async function guarded(asked: Asked, lookAround: LobbyCommand): Promise<void> {
    const begunAt = performance.now();
    const rejection = await lookAround(context, asked, runOne, spectators).catch((error: unknown) =>
      poison(asked, error),
    );
    observer.decided(asked.command, begunAt, rejection?.code ?? null);
    if (rejection !== null) await log.append([refusalRecord(asked, rejection, keyOf(asked))]);
  }

  /** A failure that would come again each time: it is logged, and its sender is told (L2). */
  function poison(asked: Asked | null, error: unknown): Rejection {
    if (error instanceof Away) throw error;
    if (error instanceof StoreFull) return { code: "UNAVAILABLE" };
    const type = asked?.command.eventType ?? "a deadline";
    logger.error(
      { error, type, commandId: asked?.commandId },
      "A command could not be decided and was set aside.",
    );
    return { code: "INTERNAL" };
  }

  /**
   * A registry that is new, or came back empty, is told everyone's places (R3); what was saved but not said is said
   * with them. In a cluster whose registry lived on, whoever loads a room says what is left of it (S2).
   */
  async function recover(): Promise<void> {
    if (await presence.membershipsAreComplete()) return;
    presenceView.isNew();
    for await (const document of store.unarchived()) {
      await presence.changeMemberships(membershipChanges(null, document.room));
      await publisher.publishTails([document]);
    }
    await presence.declareMembershipsComplete();
  }

  async function lookAround(): Promise<void> {
    await publisher.mirrorAgain();
    if (isTimeAgain(context.now(), recoveredAt, recoverEveryMs)) {
      recoveredAt = context.now();
      await recover();
    }
    await attendance.look();
    await spectators.look();
  }

  return {
    context,
    spectatorCounts: (roomIds) => spectators.countsOf(roomIds),
    async start() {
      await recover();
      recoveredAt = context.now();
      subscriptions = await Promise.all([
        log.consume({ group: "games", topics: ["games.commands"], maxBatch, handle }),
        log.consume({ group: "games-attendance", topics: ["system.events"], maxBatch, handle: hear }),
      ]);
      await attendance.look();
      timer = setInterval(() => {
        void deadlines.attempt(() => watch.look());
        attending ??= attendances.attempt(lookAround).finally(() => (attending = null));
      }, lookMs);
    },
    lookAtDeadlines: () => watch.look(),
    lookAtAttendance: () => attendance.look(),
    async stop() {
      clearInterval(timer);
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
      await attending;
      await spectators.stop();
      await lobby.stop();
    },
  };
}

interface Asking extends Plan {
  /** null: a deadline. */
  readonly asked: Asked | null;
}

const noRooms: ReadonlySet<RoomId> = new Set();

function roomsAskedBy(group: readonly Asking[], areRemembered: boolean): AskedRooms {
  const roomIds: RoomId[] = [];
  for (const { roomId } of group) if (roomId !== null) roomIds.push(roomId);
  if (!areRemembered) return { roomIds, moves: noRooms };
  const moves = new Set<RoomId>();
  const others = new Set<RoomId>();
  for (const { roomId, asked } of group) {
    if (roomId === null) continue;
    const isMove = asked !== null && isGamesOwn(asked.command.eventType);
    (isMove ? moves : others).add(roomId);
  }
  for (const roomId of others) moves.delete(roomId);
  return { roomIds, moves };
}

function refusing(rejection: Rejection): Plan {
  return { roomId: null, decide: () => refusedAs(rejection) };
}

function refusedAs(rejection: Rejection): Planned {
  return { kind: "refused", rejection };
}

/** Every command on a room that is there names it so. */
function roomOf({ payload }: CommandEnvelope): RoomId | null {
  const { roomId } = payload as { readonly roomId?: RoomId };
  return roomId ?? null;
}

/** Refusals are ordered with what they speak of: the room that the command names, else its sender. */
function keyOf({ command, person }: Asked): string {
  const { roomId } = command.payload as { readonly roomId?: string };
  return roomId ?? person.userId;
}
