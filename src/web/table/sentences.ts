/** What every board says in words, for those who read it and for those who hear it. Pure. */
import { isGameOver, isOwn, nameOf, opponentOf, playerOf } from "./board.ts";
import { asText, say, type Name, type Sentence } from "./sentence.ts";
import type { Board, BoardEvent, GameEvent, Result, RoomEvent, TableGame, TableState } from "./table-game.ts";
import type { UserId } from "../../protocol/ids.ts";

export function name(board: Board, id: UserId | null): Name {
  return { name: nameOf(board, id) };
}

/** Whose move it is, as the headline of the board. */
export function headline(board: Board, me: UserId): Sentence {
  if (board.status === "waiting") return say`Waiting for an opponent`;
  if (board.status === "closed") return say`This room is closed`;
  const turn = board.game?.currentTurn ?? null;
  if (turn === null) return board.status === "finished" ? say`The game is over` : say`The round is over`;
  if (turn === me) return say`Your turn`;
  return say`${name(board, turn)}’s turn`;
}

/** What is going on, below the headline. */
export function situation<State extends TableState>(
  table: Pick<TableGame<State>, "situation">,
  board: Board<State>,
  me: UserId,
): Sentence {
  const { game } = board;
  if (board.status === "closed") return say`Its host has left.`;
  if (game === null) return say`The game begins as soon as somebody joins.`;
  const away = playerOf(board, game.currentTurn);
  if (away !== undefined && !away.connected) {
    return say`The clock stands until ${{ name: away.name }} is back.`;
  }
  return table.situation(board, game, me);
}

export function resultHeadline(board: Board, result: Result, me: UserId): Sentence {
  if (result.winner === null) return say`Nobody wins`;
  if (result.winner === me) return say`You win!`;
  if (playerOf(board, me) === undefined) return say`${name(board, result.winner)} wins`;
  return say`${name(board, result.winner)} wins this one`;
}

type Goal = Pick<TableGame, "goal" | "winningScore">;

/** Why it ended, with a kind word for the one who lost. */
export function resultReason(game: Goal, board: Board, result: Result, me: UserId): Sentence {
  const { reason, winner, forfeitedBy } = result;
  const who = name(board, forfeitedBy);
  const mine = forfeitedBy === me;
  switch (reason) {
    case "score":
      if (winner === me) return say`${capital(game.goal)}, and the sun shines on you.`;
      if (playerOf(board, me) === undefined) return say`${name(board, winner)} was first to ${game.goal}.`;
      return closeness(game, board, result, me);
    case "left":
      return mine ? say`You left the game.` : say`${who} left the game.`;
    case "idle":
      return mine
        ? say`Your clock ran out three times in a row.`
        : say`${who} let the clock run out three times in a row.`;
    case "forfeit":
      return mine ? say`You were away for too long.` : say`${who} was away for too long.`;
    case "abandoned":
      return say`Both players were away for too long.`;
    default:
      return say`The game has ended.`;
  }
}

function closeness({ winningScore }: Goal, board: Board, { finalScores }: Result, me: UserId): Sentence {
  const mine = (finalScores[me] ?? 0) / winningScore;
  if (mine >= 0.8) return say`So close! It could have gone either way.`;
  if (mine >= 0.4) return say`Well played. The dice owe you one.`;
  const opponent = opponentOf(board, me);
  return say`The dice loved ${{ name: opponent?.name ?? "the other side" }} today. They will not always.`;
}

/** Why the button does nothing now; empty where it is one's own turn. */
export function turnReason(board: Board, me: UserId): Sentence {
  const turn = board.game?.currentTurn ?? null;
  return turn === null || turn === me ? say`` : say`It is ${name(board, turn)}’s turn.`;
}

/** What is read out when `events` have come to be shown on `board`; "" where there is nothing to say. */
export function tell<State extends TableState, Event extends GameEvent>(
  game: TableGame<State, Event>,
  events: readonly BoardEvent<Event>[],
  board: Board<State>,
  me: UserId,
): string {
  const own = events.filter((event) => isOwn(game, event));
  const isLong = own.filter((event) => game.throwOf(event) !== null).length > 2;
  const tellOne = (event: BoardEvent<Event>): Sentence => {
    if (isOwn(game, event)) return game.tell(event, board, me);
    if (isGameOver(event)) return board.result === null ? say`` : ending(game, board, board.result, me);
    return tellRoom(event, board, me);
  };
  // Several rounds at once (after a while away) are told by where they led.
  const told = isLong ? [say`${score(board, me)}`] : events.map(tellOne);
  const movesOn =
    own.some((event) => game.opensTurn(event)) ||
    events.some(({ type }) => type === "games.event.game_started");
  const isOpen = movesOn && board.game !== null && board.game.currentTurn !== null;
  const turn = isOpen ? [say`${asText(headline(board, me))}.`] : [];
  const over = isLong && board.result !== null ? [ending(game, board, board.result, me)] : [];
  return [...told, ...over, ...turn]
    .map(asText)
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function tellRoom(event: RoomEvent, board: Board, me: UserId): Sentence {
  switch (event.type) {
    case "games.event.player_joined":
      return event.playerId === me ? say`` : say`${{ name: event.playerName }} joined.`;
    case "games.event.game_started":
      return say`The game begins.`;
    case "games.event.player_disconnected":
      return event.playerId === me
        ? say``
        : say`${name(board, event.playerId)} lost the connection and has a few minutes to come back.`;
    case "games.event.player_reconnected":
      return event.playerId === me ? say`` : say`${name(board, event.playerId)} is back.`;
    case "games.event.rematch_offered":
      return event.playerId === me
        ? say`You offered a rematch.`
        : say`${name(board, event.playerId)} would like a rematch.`;
    case "games.event.rematch_closed":
      return say`There will be no rematch.`;
    case "games.event.room_closed":
      return say`The room is closed.`;
    default:
      return say``;
  }
}

function ending(game: Goal, board: Board, result: Result, me: UserId): Sentence {
  const won = resultHeadline(board, result, me);
  return [...won, asText(won).endsWith("!") ? " " : ". ", ...resultReason(game, board, result, me)];
}

/** One's own points first; for others, each with its name. */
export function score(board: Board, me: UserId): string {
  const { game } = board;
  if (game === null) return "";
  const [host, guest] = game.players;
  if (me !== host && me !== guest) {
    return `${nameOf(board, host)} ${game.scores[host] ?? 0}, ${nameOf(board, guest)} ${game.scores[guest] ?? 0}.`;
  }
  const other = me === host ? guest : host;
  return `The score is ${game.scores[me] ?? 0} to ${game.scores[other] ?? 0}.`;
}

/** What has changed while nobody could tell: after a reconnect. "" where nothing has. */
export function catchUp(game: Goal, before: Board, after: Board, me: UserId): string {
  if (after.result !== null) {
    return before.result === null ? asText(ending(game, after, after.result, me)) : "";
  }
  if (after.game === null || before.game?.turn === after.game.turn) return "";
  return `${score(after, me)} ${asText(headline(after, me))}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
