/**
 * What is on the board: a pure reduction of the room's snapshot and of the events after it. It knows nothing of
 * animation (presentation.ts) and of nothing that is drawn.
 */
import type { UserId } from "../../protocol/ids.ts";
import type { PlayerView, RoomSnapshot } from "../../protocol/room-shapes.ts";
import type { AnyEventFrame } from "../../sockets/types.ts";
import type {
  Board,
  BoardEvent,
  GameEvent,
  GameOverEvent,
  Rematch,
  RoomEvent,
  StateSyncEvent,
  TableGame,
  TableState,
} from "./table-game.ts";

/** The event as the board knows it; the registry's schemas have checked it on the way in. */
export function asBoardEvent<Event extends GameEvent>(frame: AnyEventFrame): BoardEvent<Event> {
  return frame as unknown as BoardEvent<Event>; // of any other type, `reduce` leaves the board as it is
}

/** The board as a snapshot has it. */
export function boardOf<State extends TableState>(
  game: Pick<TableGame<State>, "read">,
  room: RoomSnapshot,
): Board<State> {
  return {
    roomId: room.roomId,
    roomName: room.roomName,
    hostId: room.hostId,
    status: room.status,
    role: room.role ?? null,
    players: room.players,
    spectatorCount: room.spectatorCount,
    serverSeedHash: room.serverSeedHash,
    game: room.state === null ? null : game.read(room.state),
    result: room.result,
    rematch: rematchOf(room),
  };
}

function rematchOf({ rematch }: RoomSnapshot): Rematch {
  if (rematch === null) return { kind: "open", offeredBy: [] };
  if (rematch.newRoomId !== null) return { kind: "started", newRoomId: rematch.newRoomId };
  return rematch.open ? { kind: "open", offeredBy: rematch.offeredBy } : { kind: "closed" };
}

/** Whether this is an event of the game itself, and none that every game has. */
export function isOwn<State extends TableState, Event extends GameEvent>(
  game: TableGame<State, Event>,
  event: BoardEvent<Event>,
): event is Event {
  return event.type.startsWith(`games.event.${game.slug}.`) && !isGameOver(event) && !isStateSync(event);
}

export function isGameOver(event: GameEvent): event is GameOverEvent {
  return event.type.endsWith(".game_over");
}

function isStateSync(event: GameEvent): event is StateSyncEvent {
  return event.type.endsWith(".state_sync");
}

/** The board after `event`. Events that carry a snapshot replace it; those of no concern leave it as it is. */
export function reduce<State extends TableState, Event extends GameEvent>(
  game: TableGame<State, Event>,
  board: Board<State>,
  event: BoardEvent<Event>,
): Board<State> {
  if (isOwn(game, event)) return withGame(board, (state) => game.play(state, event));
  if (isGameOver(event)) return finish(board, event);
  if (isStateSync(event)) return { ...boardOf(game, event), role: event.role ?? board.role };
  return reduceRoom(game, board, event);
}

function reduceRoom<State extends TableState>(
  game: Pick<TableGame<State>, "read">,
  board: Board<State>,
  event: Exclude<RoomEvent, GameOverEvent | StateSyncEvent>,
): Board<State> {
  switch (event.type) {
    case "games.event.room_created":
    case "games.event.player_joined":
    case "games.event.game_started":
      return {
        ...boardOf(game, event.state),
        role: event.state.role ?? board.role,
        // The room's own events know nothing of who watches.
        spectatorCount: board.spectatorCount,
      };
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

function withGame<State extends TableState>(
  board: Board<State>,
  change: (game: State) => State,
): Board<State> {
  return board.game === null ? board : { ...board, game: change(board.game) };
}

function finish<State extends TableState>(board: Board<State>, event: GameOverEvent): Board<State> {
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
function away<State extends TableState>(
  board: Board<State>,
  playerId: UserId,
  deadline: string | null,
): Board<State> {
  const players = board.players.map((player) =>
    player.id === playerId ? { ...player, connected: false, awayDeadline: deadline } : player,
  );
  return withGame({ ...board, players }, (game) =>
    game.currentTurn === playerId ? { ...game, turnDeadline: null } : game,
  );
}

function back<State extends TableState>(
  board: Board<State>,
  playerId: UserId,
  turnDeadline: string | null,
): Board<State> {
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
