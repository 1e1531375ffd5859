/**
 * What is on the board: a pure reduction of the room's snapshot and of the events after it. It knows nothing of
 * animation (presentation.ts) and of nothing that is drawn.
 */
import type { AnyEventFrame } from "../../../sockets/types.ts";
import type { EventPayloads } from "../../../protocol/declaration.ts";
import type { PlayerView, RoomSnapshot } from "../../../protocol/room-shapes.ts";
import type { roomMessages } from "../../../protocol/room-messages.ts";
import type { biggerDiceMessages } from "../../../games/bigger-dice/messages.ts";
import type { RoomId, UserId } from "../../../protocol/ids.ts";

export const winningScore = 10;

export type Numbers = Readonly<Record<string, number>>;

export interface CompletedRound {
  readonly round: number;
  readonly rolls: Numbers;
  /** null: a draw. */
  readonly winner: UserId | null;
}

/** The game itself; a room that waits has none. */
export interface Game {
  /** The host first. */
  readonly players: readonly [UserId, UserId];
  readonly scores: Numbers;
  /** Whose turn it is; null after the end. */
  readonly currentTurn: UserId | null;
  readonly round: number;
  /** Rolls made so far: what a press of the button means (W7). */
  readonly turn: number;
  /** ISO-8601; null while the clock stands. */
  readonly turnDeadline: string | null;
  /** The rolls of the round that is open, by player. */
  readonly rolls: Numbers;
  readonly history: readonly CompletedRound[];
  readonly clientSeeds: Readonly<Record<string, string>>;
}

export type Rematch =
  | { readonly kind: "open"; readonly offeredBy: readonly UserId[] }
  | { readonly kind: "started"; readonly newRoomId: RoomId }
  | { readonly kind: "closed" };

export type Result = NonNullable<RoomSnapshot["result"]>;

export interface Board {
  readonly roomId: RoomId;
  readonly roomName: string;
  readonly hostId: UserId;
  readonly status: RoomSnapshot["status"] | "closed";
  readonly role: "player" | "spectator" | null;
  readonly players: readonly PlayerView[];
  readonly spectatorCount: number;
  readonly serverSeedHash: string;
  readonly game: Game | null;
  readonly result: Result | null;
  readonly rematch: Rematch;
}

type Payloads = EventPayloads<[...typeof roomMessages, ...typeof biggerDiceMessages]>;

/** The events that change the board, as a union by `type`. */
export type BoardEvent = {
  [Type in keyof Payloads]: { readonly type: Type } & Payloads[Type];
}[keyof Payloads];

export type RolledEvent = Extract<BoardEvent, { type: "games.event.bigger_dice.rolled" }>;

/** The event as the board knows it; the registry's schemas have checked it on the way in. */
export function asBoardEvent(frame: AnyEventFrame): BoardEvent {
  return frame as unknown as BoardEvent; // of any other type, `reduce` leaves the board as it is
}

/** The board as a snapshot has it. */
export function boardOf(room: RoomSnapshot): Board {
  return {
    roomId: room.roomId,
    roomName: room.roomName,
    hostId: room.hostId,
    status: room.status,
    role: room.role ?? null,
    players: room.players,
    spectatorCount: room.spectatorCount,
    serverSeedHash: room.serverSeedHash,
    game: room.state === null ? null : gameOf(room.state),
    result: room.result,
    rematch: rematchOf(room),
  };
}

/** A snapshot's `state` is the game's own view (design §5, Bigger Dice state). */
interface StateView {
  readonly players: readonly [UserId, UserId];
  readonly scores: Numbers;
  readonly currentTurn: UserId | null;
  readonly round: number;
  readonly lastRolls: Readonly<Record<string, number | null>>;
  readonly turn: number;
  readonly turnDeadline?: string | null;
  readonly history: readonly CompletedRound[];
  readonly clientSeeds?: Readonly<Record<string, string>>;
}

function gameOf(state: NonNullable<RoomSnapshot["state"]>): Game {
  const view = state as unknown as StateView; // the room says that it is Bigger Dice
  return {
    players: view.players,
    scores: view.scores,
    currentTurn: view.currentTurn,
    round: view.round,
    turn: view.turn,
    turnDeadline: view.turnDeadline ?? null,
    rolls: withoutNull(view.lastRolls),
    history: view.history,
    clientSeeds: view.clientSeeds ?? {},
  };
}

function withoutNull(rolls: StateView["lastRolls"]): Numbers {
  const made = Object.entries(rolls).filter((entry): entry is [string, number] => entry[1] !== null);
  return Object.fromEntries(made);
}

function rematchOf({ rematch }: RoomSnapshot): Rematch {
  if (rematch === null) return { kind: "open", offeredBy: [] };
  if (rematch.newRoomId !== null) return { kind: "started", newRoomId: rematch.newRoomId };
  return rematch.open ? { kind: "open", offeredBy: rematch.offeredBy } : { kind: "closed" };
}

/** The board after `event`. Events that carry a snapshot replace it; those of no concern leave it as it is. */
export function reduce(board: Board, event: BoardEvent): Board {
  switch (event.type) {
    case "games.event.room_created":
    case "games.event.player_joined":
    case "games.event.game_started":
      return {
        ...boardOf(event.state),
        role: event.state.role ?? board.role,
        // The room's own events know nothing of who watches.
        spectatorCount: board.spectatorCount,
      };
    case "games.event.bigger_dice.state_sync":
      return { ...boardOf(event), role: event.role ?? board.role };
    case "games.event.bigger_dice.rolled":
      return withGame(board, (game) => ({
        ...game,
        turn: event.turn + 1,
        currentTurn: event.nextTurn,
        turnDeadline: event.turnDeadline,
        rolls: { ...game.rolls, [event.playerId]: event.roll },
      }));
    case "games.event.bigger_dice.round_complete":
      return withGame(board, (game) => ({
        ...game,
        scores: event.scores,
        currentTurn: event.nextTurn,
        round: event.nextTurn === null ? event.round : event.round + 1,
        turn: event.turn,
        turnDeadline: event.turnDeadline,
        rolls: {},
        history: [...game.history, { round: event.round, rolls: event.rolls, winner: event.winner }],
      }));
    case "games.event.bigger_dice.game_over":
      return finish(board, event);
    case "games.event.player_disconnected":
      return away(board, event.playerId, event.deadline);
    case "games.event.player_reconnected":
      return back(board, event.playerId, event.turnDeadline);
    case "games.event.room_closed":
      return { ...board, status: "closed" };
    case "games.event.rematch_offered":
      return { ...board, rematch: offered(board.rematch, event.playerId) };
    case "games.event.rematch_started":
      return { ...board, rematch: { kind: "started", newRoomId: event.newRoomId } };
    case "games.event.rematch_closed":
      return { ...board, rematch: { kind: "closed" } };
    case "games.event.spectator_joined":
    case "games.event.spectator_left":
      return { ...board, spectatorCount: event.spectatorCount };
    default:
      return board;
  }
}

function withGame(board: Board, change: (game: Game) => Game): Board {
  return board.game === null ? board : { ...board, game: change(board.game) };
}

function finish(
  board: Board,
  event: Extract<BoardEvent, { type: "games.event.bigger_dice.game_over" }>,
): Board {
  const { winner, winnerName, reason, finalScores, forfeitedBy, clientSeeds } = event;
  const ended = withGame(board, (game) => ({
    ...game,
    scores: finalScores,
    currentTurn: null,
    turnDeadline: null,
    clientSeeds,
  }));
  return {
    ...ended,
    status: "finished",
    result: { winner, winnerName, reason, finalScores, forfeitedBy },
    rematch: { kind: "open", offeredBy: [] },
  };
}

/** While the player whose turn it is is away, the clock stands (G5). */
function away(board: Board, playerId: UserId, deadline: string | null): Board {
  const players = board.players.map((player) =>
    player.id === playerId ? { ...player, connected: false, awayDeadline: deadline } : player,
  );
  return withGame({ ...board, players }, (game) =>
    game.currentTurn === playerId ? { ...game, turnDeadline: null } : game,
  );
}

function back(board: Board, playerId: UserId, turnDeadline: string | null): Board {
  const players = board.players.map((player) =>
    player.id === playerId ? { ...player, connected: true, awayDeadline: null } : player,
  );
  return withGame({ ...board, players }, (game) =>
    game.currentTurn === playerId ? { ...game, turnDeadline } : game,
  );
}

function offered(rematch: Rematch, playerId: UserId): Rematch {
  if (rematch.kind !== "open" || rematch.offeredBy.includes(playerId)) return rematch;
  return { kind: "open", offeredBy: [...rematch.offeredBy, playerId] };
}

export function playerOf(board: Board, id: UserId | null): PlayerView | undefined {
  return board.players.find((player) => player.id === id);
}

export function nameOf(board: Board, id: UserId | null): string {
  return playerOf(board, id)?.name ?? "somebody";
}

export function opponentOf(board: Board, id: UserId): PlayerView | undefined {
  return board.players.find((player) => player.id !== id);
}

/** The last roll of a player, and whether it belongs to a round that is over while another is under way. */
export function lastRollOf(
  game: Game,
  playerId: UserId,
): { readonly face: number; readonly stale: boolean } | null {
  const open = game.rolls[playerId];
  if (open !== undefined) return { face: open, stale: false };
  const before = game.history.at(-1)?.rolls[playerId];
  return before === undefined ? null : { face: before, stale: Object.keys(game.rolls).length > 0 };
}

/** Every roll that this board has seen, in the order in which they were made. */
export function rollsOf(game: Game): readonly { readonly playerId: UserId; readonly roll: number }[] {
  const [host, guest] = game.players;
  return [...game.history, { round: game.round, rolls: game.rolls }].flatMap(({ round, rolls }) =>
    (round % 2 === 1 ? [host, guest] : [guest, host])
      .map((playerId) => ({ playerId, roll: rolls[playerId] }))
      .filter((made): made is { playerId: UserId; roll: number } => made.roll !== undefined),
  );
}
