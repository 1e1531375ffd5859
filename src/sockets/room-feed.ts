/** One room as a page shows it: a snapshot, then its events in order and once, and a new snapshot where some are lost. */
import { systemClock, type Clock } from "./clock.ts";
import { RoomOrder, type RoomStep } from "./room-order.ts";
import type { AnyEventFrame, AnySocketClient } from "./types.ts";
import type { RoomId, RoomSnapshot } from "../protocol/index.ts";

/** W3: a hole mends itself within this time, or a snapshot is asked for. */
const patienceMs = 2_000;

/**
 * `not_in_room`: this person has no part in the room; joining or watching it will bring its snapshot.
 * `gone`: she had, and has none any more: left, closed, archived, or watching ended while the page was away.
 */
export type GoneReason = "not_in_room" | "gone";

export interface RoomFeedHandlers {
  /** The whole room; everything shown before is void. */
  onSnapshot(room: RoomSnapshot): void;
  /**
   * What happened next. Chat and spectator events have no seq and come as they are, even before a snapshot.
   * An event with a snapshot in it comes here too where it is the next one, before that snapshot.
   */
  onEvent(event: AnyEventFrame): void;
  /** The server says so in answer to a question of this feed. A later snapshot takes it back. */
  onGone(reason: GoneReason): void;
}

export interface RoomFeed {
  close(): void;
}

/**
 * Follows a room from the moment of the call. Opened before the client is live it waits for the snapshot that the
 * client asks for itself; opened later it asks at once, unless `initial` is there.
 */
export function openRoomFeed(
  client: AnySocketClient,
  roomId: RoomId,
  handlers: RoomFeedHandlers,
  { clock = systemClock, initial }: { readonly clock?: Clock; readonly initial?: RoomSnapshot } = {},
): RoomFeed {
  return new Feed(client, roomId, handlers, clock, initial);
}

class Feed implements RoomFeed {
  private readonly client: AnySocketClient;
  private readonly roomId: RoomId;
  private readonly handlers: RoomFeedHandlers;
  private readonly clock: Clock;
  private readonly order = new RoomOrder();
  private snapshotsTaken = 0;
  /** As it was told last. */
  private spectatorCount: number | null = null;
  private isAsking = false;
  private isGone = false;
  private isClosed = false;
  private cancelPatience: (() => void) | null = null;
  /** While this person is known to be in the room: a gateway that does not know it brings a snapshot (R3). */
  private endChannel: (() => void) | null = null;
  private readonly stopListening: readonly (() => void)[];

  constructor(
    client: AnySocketClient,
    roomId: RoomId,
    handlers: RoomFeedHandlers,
    clock: Clock,
    initial: RoomSnapshot | undefined,
  ) {
    this.client = client;
    this.roomId = roomId;
    this.handlers = handlers;
    this.clock = clock;
    if (initial !== undefined) this.apply(this.order.takeSnapshot(initial));
    this.stopListening = [
      client.onAny((event) => this.hear(event)),
      client.onState(({ name }) => (name === "live" ? this.havePatience() : this.losePatience())),
    ];
    if (client.state.name === "live" && !this.order.hasSnapshot) this.ask();
  }

  close(): void {
    this.isClosed = true;
    this.losePatience();
    this.endChannel?.();
    for (const stop of this.stopListening) stop();
  }

  private hear(event: AnyEventFrame): void {
    if (event.type === "system.event.state_snapshot") this.hearStateSnapshot(event);
    else if (event["roomId"] === this.roomId && event.type.startsWith("games.event.")) this.hearRoom(event);
  }

  private hearRoom(event: AnyEventFrame): void {
    const { seq } = event;
    if (event.type.endsWith(".state_sync")) {
      // Its payload is the room snapshot, flat.
      const room = event as unknown as RoomSnapshot;
      this.spectatorCount = room.spectatorCount;
      this.apply(this.order.takeSnapshot(room));
    } else if (typeof seq === "number") {
      const snapshot = snapshotIn(event, this.roomId);
      const { spectatorCount } = this;
      // The room's own events know nothing of who watches (G2).
      const whole = snapshot === null || spectatorCount === null ? snapshot : { ...snapshot, spectatorCount };
      this.apply(this.order.takeEvent({ event, seq, snapshot: whole }));
    } else {
      if (typeof event["spectatorCount"] === "number") this.spectatorCount = event["spectatorCount"];
      this.handlers.onEvent(event);
    }
  }

  private hearStateSnapshot(event: AnyEventFrame): void {
    const room = roomIn(event, this.roomId);
    if (room !== null) {
      this.spectatorCount = room.spectatorCount;
      this.apply(this.order.takeSnapshot(room));
    }
    // It may be older than the room: only an answer to a question of our own says that the room is gone.
    else if (!this.isGone) this.ask();
  }

  private apply(steps: readonly RoomStep[]): void {
    for (const step of steps) {
      if (this.isClosed) return;
      if (step.kind === "event") this.handlers.onEvent(step.event);
      else {
        this.snapshotsTaken += 1;
        this.isGone = false;
        this.noteRole(step.room);
        this.handlers.onSnapshot(step.room);
      }
    }
    if (!this.order.isWaiting) this.losePatience();
    else if (this.client.state.name === "live") this.havePatience();
  }

  /** A page may show a room in which its person has no part. */
  private noteRole({ role, players }: RoomSnapshot): void {
    const { state } = this.client;
    const isIn =
      role !== undefined || (state.name === "live" && players.some(({ id }) => id === state.user.userId));
    if (isIn) this.endChannel ??= this.client.keepOpen(`room:${this.roomId}`);
  }

  private havePatience(): void {
    if (this.cancelPatience !== null || !this.order.isWaiting || this.isClosed || this.isGone) return;
    this.cancelPatience = this.clock.after(patienceMs, () => {
      this.cancelPatience = null;
      this.ask();
    });
  }

  private losePatience(): void {
    this.cancelPatience?.();
    this.cancelPatience = null;
  }

  private ask(): void {
    if (this.isAsking || this.isClosed) return;
    this.isAsking = true;
    const takenBefore = this.snapshotsTaken;
    this.client.send("system.command.sync_state", {}).then(
      (answer) => {
        this.isAsking = false;
        if (!this.isClosed) this.hearAnswer(answer, takenBefore);
      },
      () => {
        // Signed out, or without an answer for five minutes: the connection's state says which.
        this.isAsking = false;
      },
    );
  }

  /** The room in the answer has been taken already, when the answer came as an event. */
  private hearAnswer(answer: AnyEventFrame, takenBefore: number): void {
    const isMissing = answer.type === "system.event.state_snapshot" && roomIn(answer, this.roomId) === null;
    // A snapshot came while the question was under way: the answer may be from before that.
    if (isMissing && this.snapshotsTaken !== takenBefore) this.ask();
    else if (isMissing && !this.isGone) {
      this.isGone = true;
      this.endChannel?.();
      this.endChannel = null;
      this.losePatience();
      this.handlers.onGone(this.order.hasSnapshot ? "gone" : "not_in_room");
    } else if (this.client.state.name === "live") this.havePatience();
  }
}

/** What the room's own events carry in `state`; a game's event may have a `state` that is something else. */
function snapshotIn(event: AnyEventFrame, roomId: RoomId): RoomSnapshot | null {
  const { state } = event;
  return isRecord(state) && state["roomId"] === roomId && typeof state["seq"] === "number"
    ? (state as unknown as RoomSnapshot) // Declared so for every event of the platform that has a `state`.
    : null;
}

function roomIn(stateSnapshot: AnyEventFrame, roomId: RoomId): RoomSnapshot | null {
  const { gameStates } = stateSnapshot;
  const room = isRecord(gameStates) ? gameStates[roomId] : undefined;
  return isRecord(room) ? (room as unknown as RoomSnapshot) : null; // Declared so.
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
