/** One decision on a room as it is made: its events, numbered, and the room after each of them. */
import { afterGameEvent, evolveRoom } from "./evolve.ts";
import type { RoomEvent, RoomEventBody, TurnTaken } from "./events.ts";
import {
  attendanceOf,
  clientSeedsOf,
  seatOf,
  totalAbsenceMs,
  type Newcomer,
  type PlayingRoom,
  type Room,
  type RoomTimes,
} from "./room.ts";
import type { Game, GameMessage, GameResult } from "../game.ts";
import { isoTime } from "../../protocol/time.ts";
import type { GameOverReason, Rejection, UserId } from "../../protocol/index.ts";

export interface RoomContext {
  readonly game: Game;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly times: RoomTimes;
}

export interface RoomStep {
  readonly event: RoomEvent;
  /** The room right after the event. */
  readonly room: Room;
}

export type RoomDecision =
  | { readonly ok: true; readonly steps: readonly RoomStep[] }
  | { readonly ok: false; readonly rejection: Rejection };

/** What presence says of a player at the moment of the decision. */
export interface PresenceNow {
  readonly present: boolean;
  readonly stamp: number;
}

/** Whoever lost the game by being gone is not there for another one either. */
const goneReasons: readonly GameOverReason[] = ["left", "forfeit", "abandoned"];

export function isDue(deadline: number | null, now: number): boolean {
  return deadline !== null && now >= deadline;
}

/** Numbers the events of one decision and applies each to the room before the next is made. */
export class RoomChange {
  readonly steps: RoomStep[] = [];
  private room: Room | null;
  private readonly context: RoomContext;

  constructor(room: Room | null, context: RoomContext) {
    this.room = room;
    this.context = context;
  }

  decision(): RoomDecision {
    return { ok: true, steps: this.steps };
  }

  emit(body: RoomEventBody): Room {
    const event: RoomEvent = { ...body, ...this.place() };
    return this.step(event, evolveRoom(this.room, event, this.context.game));
  }

  private place(): { readonly seq: number; readonly at: number } {
    return { seq: (this.room?.seq ?? 0) + 1, at: this.context.now };
  }

  private step(event: RoomEvent, room: Room): Room {
    this.room = room;
    this.steps.push({ event, room });
    return room;
  }

  /** Gives the free seat to `newcomer`, and starts the game when that was the last one. */
  seat(newcomer: Newcomer): void {
    const { game } = this.context;
    const room = this.emit({
      kind: "player_joined",
      payload: { playerId: newcomer.id, playerName: newcomer.name },
      hidden: { newcomer },
    });
    if (room.seats.length < game.catalogue.minPlayers) return;
    const [host, ...others] = room.seats;
    const state = game.setup([host.id, ...others.map(({ id }) => id)]);
    this.emit({
      kind: "game_started",
      payload: {
        players: room.seats.map(({ id, name, guest }) => ({ id, name, guest })),
        firstTurn: game.turnOf(state) ?? host.id,
        turn: game.turnNumber(state),
        turnDeadline: this.turnDeadline(state),
        serverSeedHash: room.serverSeedHash,
        clientSeeds: clientSeedsOf(room),
      },
    });
  }

  /** The events of one turn: the first is the turn itself, the others follow from it. */
  play(events: readonly GameMessage[], turn: TurnTaken): void {
    const { game } = this.context;
    for (const [index, message] of events.entries()) {
      const room = this.playing();
      const state = game.evolve(room.game, message);
      const event = {
        kind: "game_event",
        type: message.type,
        payload: { ...message.payload, turnDeadline: this.turnDeadline(state) },
        hidden: { turn: index === 0 ? turn : null },
        ...this.place(),
      } as const;
      this.step(event, afterGameEvent(room, event, state));
    }
    const result = game.result(this.playing().game);
    if (result !== null) this.end(result);
  }

  depart(playerId: UserId, stamp: number): void {
    const { now, times } = this.context;
    const left = totalAbsenceMs(times) - attendanceOf(this.roomNow(), playerId).absentMs;
    const deadline = isoTime(now + Math.max(0, Math.min(times.reconnectMs, left)));
    this.emit({ kind: "player_disconnected", payload: { playerId, deadline }, hidden: { stamp } });
  }

  /** Takes in what presence knows of a player who is thought to be away, and the room has not heard. */
  correct(playerId: UserId, { present, stamp }: PresenceNow): Room {
    const { stamp: known } = attendanceOf(this.roomNow(), playerId);
    if (present) {
      this.comeBack(playerId, Math.max(known + 1, stamp));
    } else if (stamp > known) {
      // Back, and gone again: between the two changes there was one that the room has not heard of either.
      this.comeBack(playerId, Math.max(known + 1, stamp - 1));
      this.depart(playerId, Math.max(known + 2, stamp));
    }
    return this.roomNow();
  }

  comeBack(playerId: UserId, stamp: number): void {
    this.emit({
      kind: "player_reconnected",
      payload: { playerId, turnDeadline: this.clockAfterReturn(playerId) },
      hidden: { stamp },
    });
  }

  /** The other player's clock goes on as it was (F30). */
  private clockAfterReturn(playerId: UserId): string | null {
    const room = this.roomNow();
    if (room.status !== "playing") return null;
    if (this.context.game.turnOf(room.game) === playerId) return this.freshClock();
    return room.turnDeadline === null ? null : isoTime(room.turnDeadline);
  }

  private roomNow(): Room {
    if (this.room === null) throw new Error("A room is there before its players come and go.");
    return this.room;
  }

  forfeit(playerId: UserId, reason: GameOverReason): void {
    const { game } = this.context;
    const result = game.result(game.forfeit(this.playing().game, playerId, reason));
    if (result === null) throw new Error(`${game.slug}: a forfeited game has no result.`);
    this.end(result);
  }

  private end(result: GameResult): void {
    const room = this.playing();
    const winnerName = result.winner === null ? null : (seatOf(room, result.winner)?.name ?? null);
    this.emit({
      kind: "game_over",
      type: `games.event.${room.gameType}.game_over`,
      payload: { ...result, winnerName, serverSeed: room.serverSeed, clientSeeds: clientSeedsOf(room) },
    });
    if (goneReasons.includes(result.reason)) this.emit({ kind: "rematch_closed", payload: {} });
  }

  /** Every turn starts a fresh clock; between turns, after the end and for someone who is away there is none (G5). */
  private turnDeadline(state: unknown): string | null {
    const playerId = this.context.game.turnOf(state);
    const isAway = this.room !== null && playerId !== null && attendanceOf(this.room, playerId).away !== null;
    return playerId === null || isAway ? null : this.freshClock();
  }

  private freshClock(): string {
    return isoTime(this.context.now + this.context.times.turnClockMs);
  }

  private playing(): PlayingRoom {
    if (this.room?.status !== "playing") throw new Error("Only a playing room plays.");
    return this.room;
  }
}
