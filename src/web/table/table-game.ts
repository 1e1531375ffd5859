/**
 * A game as its page knows it. A room's page is the same for every game: who sits there, whose turn it is, what is said,
 * how it ends. What only the game knows, it says by one object of this shape, and draws in one element.
 */
import type { DiceRules } from "../../games/dice/verify.ts";
import type { EventPayloads } from "../../protocol/declaration.ts";
import type { RoomId, UserId } from "../../protocol/ids.ts";
import type { gameOverEvent, roomMessages, stateSyncEvent } from "../../protocol/room-messages.ts";
import type { PlayerView, RoomSnapshot } from "../../protocol/room-shapes.ts";
import type { Sentence } from "./sentence.ts";
import type { Sound } from "./sounds.ts";

export type Numbers = Readonly<Record<string, number>>;

/** What every game has on its page; a room that waits has none of it. */
export interface TableState {
  /** The host first. */
  readonly players: readonly [UserId, UserId];
  readonly scores: Numbers;
  /** Whose turn it is; null between turns and after the end. */
  readonly currentTurn: UserId | null;
  /** What a press means (W7). */
  readonly turn: number;
  /** ISO-8601; null while the clock stands. */
  readonly turnDeadline: string | null;
  readonly clientSeeds: Readonly<Record<string, string>>;
}

export type Rematch =
  | { readonly kind: "open"; readonly offeredBy: readonly UserId[] }
  | { readonly kind: "started"; readonly newRoomId: RoomId }
  | { readonly kind: "closed" };

export type Result = NonNullable<RoomSnapshot["result"]>;

export interface Board<State extends TableState = TableState> {
  readonly roomId: RoomId;
  readonly roomName: string;
  readonly hostId: UserId;
  readonly status: RoomSnapshot["status"] | "closed";
  readonly role: "player" | "spectator" | null;
  readonly players: readonly PlayerView[];
  readonly spectatorCount: number;
  readonly serverSeedHash: string;
  readonly game: State | null;
  readonly result: Result | null;
  readonly rematch: Rematch;
}

/** The events of these declarations, as a union by `type`. */
export type EventsOf<Declarations extends readonly unknown[]> = {
  [Type in keyof EventPayloads<Declarations>]: { readonly type: Type } & EventPayloads<Declarations>[Type];
}[keyof EventPayloads<Declarations>];

/** `payload` under another `type`. */
type Typed<Type extends string, Event> = { readonly type: Type } & Omit<Event, "type">;

export type GameOverEvent = Typed<
  `games.event.${string}.game_over`,
  EventsOf<[ReturnType<typeof gameOverEvent<"any">>]>
>;
export type StateSyncEvent = Typed<
  `games.event.${string}.state_sync`,
  EventsOf<[ReturnType<typeof stateSyncEvent<"any">>]>
>;

/** What happens in every room, whatever is played there. */
export type RoomEvent = EventsOf<typeof roomMessages> | GameOverEvent | StateSyncEvent;

/** An event of the game itself. */
export interface GameEvent {
  readonly type: string;
}

export type BoardEvent<Event extends GameEvent> = RoomEvent | Event;

/** A die that an event throws. */
export interface Thrown {
  readonly playerId: UserId;
  readonly face: number;
  /** The number of the move: the throw looks the same on every page that shows it. */
  readonly turn: number;
}

export interface MadeRoll {
  readonly playerId: UserId;
  readonly roll: number;
}

export interface TableGame<State extends TableState = TableState, Event extends GameEvent = GameEvent> {
  readonly slug: string;
  readonly name: string;
  readonly winningScore: number;
  /** Where one has won, in words: "ten points". */
  readonly goal: string;
  /** By these rules the page checks a record; null where a game has no dice. */
  readonly dice: DiceRules | null;

  /** The game, from its own view in a snapshot. */
  read(view: Readonly<Record<string, unknown>>): State;
  /** The game after one of its own events. */
  play(state: State, event: Event): State;
  /** The die that an event throws; null where it throws none. */
  throwOf(event: Event): Thrown | null;
  /** Every roll that this page has seen, in the order in which they were made. */
  rollsOf(state: State): readonly MadeRoll[];
  /** Whether it is worth saying whose turn it is after this event. */
  opensTurn(event: Event): boolean;

  /** What is going on, below the headline, while the game is on. */
  situation(board: Board<State>, state: State, me: UserId): Sentence;
  /** What is read out when an event has come to be shown on `board`. */
  tell(event: Event, board: Board<State>, me: UserId): Sentence;
  soundOf(event: Event, me: UserId): Sound | null;
}
