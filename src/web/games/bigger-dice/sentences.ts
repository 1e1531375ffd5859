/**
 * What the board says in words, for those who read it and for those who hear it. Pure: the same sentence is drawn
 * with each name isolated in a `<bdi>`, and read out as plain text.
 */
import {
  nameOf,
  opponentOf,
  playerOf,
  type Board,
  type BoardEvent,
  type CompletedRound,
  type Result,
} from "./board.ts";
import type { UserId } from "../../../protocol/ids.ts";

/** A person's name, which may be written in any direction. */
export interface Name {
  readonly name: string;
}

export type Sentence = readonly (string | Name)[];

/** A sentence with names in it: say`It is ${name(board, id)}’s turn.` */
export function say(words: TemplateStringsArray, ...values: readonly (string | number | Name)[]): Sentence {
  return words.flatMap((word, index) => {
    const value = values[index];
    const parts: (string | Name)[] = word === "" ? [] : [word];
    if (value !== undefined) parts.push(typeof value === "number" ? String(value) : value);
    return parts;
  });
}

export function asText(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === "string" ? part : part.name)).join("");
}

function name(board: Board, id: UserId | null): Name {
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

/** What is going on, below the headline: the first roll of the round, else how the last round ended. */
export function situation(board: Board, me: UserId): Sentence {
  const { game } = board;
  if (board.status === "closed") return say`Its host has left.`;
  if (game === null) return say`The game begins as soon as somebody joins.`;
  const [first] = Object.entries(game.rolls);
  const away = playerOf(board, game.currentTurn);
  if (away !== undefined && !away.connected) {
    return say`The clock stands until ${{ name: away.name }} is back.`;
  }
  if (first !== undefined) {
    const roller = first[0] as UserId; // the keys of rolls are players
    const target = first[1];
    if (game.currentTurn === me) return say`${name(board, roller)} rolled ${target}: beat it.`;
    return roller === me ? say`You rolled ${target}.` : say`${name(board, roller)} rolled ${target}.`;
  }
  const round = game.history.at(-1);
  return round === undefined ? say`Round 1: the higher roll takes the point.` : roundEnd(board, round, me);
}

export function roundEnd(board: Board, { round, rolls, winner }: CompletedRound, me: UserId): Sentence {
  const [high, low] = Object.values(rolls).sort((one, other) => other - one);
  if (winner === null) return say`Round ${round} is a draw: ${high ?? ""} each.`;
  if (winner === me) return say`You won round ${round}, ${high ?? ""} against ${low ?? ""}.`;
  return say`${name(board, winner)} won round ${round}, ${high ?? ""} against ${low ?? ""}.`;
}

export function resultHeadline(board: Board, result: Result, me: UserId): Sentence {
  if (result.winner === null) return say`Nobody wins`;
  if (result.winner === me) return say`You win!`;
  if (playerOf(board, me) === undefined) return say`${name(board, result.winner)} wins`;
  return say`${name(board, result.winner)} wins this one`;
}

/** Why it ended, with a kind word for the one who lost. */
export function resultReason(board: Board, result: Result, me: UserId): Sentence {
  const { reason, winner, forfeitedBy } = result;
  const who = name(board, forfeitedBy);
  const mine = forfeitedBy === me;
  switch (reason) {
    case "score":
      if (winner === me) return say`Ten points, and the sun shines on you.`;
      if (playerOf(board, me) === undefined) return say`${name(board, winner)} was first to ten points.`;
      return closeness(board, result, me);
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

function closeness(board: Board, { finalScores }: Result, me: UserId): Sentence {
  const mine = finalScores[me] ?? 0;
  if (mine >= 8) return say`So close! It could have gone either way.`;
  if (mine >= 4) return say`Well played. The dice owe you one.`;
  const opponent = opponentOf(board, me);
  return say`The dice loved ${{ name: opponent?.name ?? "the other side" }} today. They will not always.`;
}

/** Why the button does nothing now; empty where it is one's own turn. */
export function turnReason(board: Board, me: UserId): Sentence {
  const turn = board.game?.currentTurn ?? null;
  return turn === null || turn === me ? say`` : say`It is ${name(board, turn)}’s turn.`;
}

/** What is read out when `events` have come to be shown on `board`; "" where there is nothing to say. */
export function tell(events: readonly BoardEvent[], board: Board, me: UserId): string {
  const rolls = events.filter((event) => event.type === "games.event.bigger_dice.rolled").length;
  // Several rounds at once (after a while away) are told by where they led.
  const told = rolls > 2 ? [say`${score(board, me)}`] : events.map((event) => tellOne(event, board, me));
  const movesOn = events.some((event) => turnChanges.has(event.type)) && board.game?.currentTurn;
  const turn = movesOn ? [say`${asText(headline(board, me))}.`] : [];
  const over = rolls > 2 && board.result !== null ? [ending(board, board.result, me)] : [];
  return [...told, ...over, ...turn]
    .map(asText)
    .filter((sentence) => sentence !== "")
    .join(" ");
}

const turnChanges: ReadonlySet<string> = new Set([
  "games.event.game_started",
  "games.event.bigger_dice.rolled",
  "games.event.bigger_dice.round_complete",
]);

function tellOne(event: BoardEvent, board: Board, me: UserId): Sentence {
  switch (event.type) {
    case "games.event.player_joined":
      return event.playerId === me ? say`` : say`${{ name: event.playerName }} joined.`;
    case "games.event.game_started":
      return say`The game begins.`;
    case "games.event.bigger_dice.rolled": {
      if (event.playerId === me) {
        return event.auto
          ? say`Your time was up: ${event.roll} was rolled for you.`
          : say`You rolled ${event.roll}.`;
      }
      const who = name(board, event.playerId);
      return event.auto
        ? say`The time was up: ${event.roll} was rolled for ${who}.`
        : say`${who} rolled ${event.roll}.`;
    }
    case "games.event.bigger_dice.round_complete": {
      if (event.winner === null) return say`Round ${event.round} is a draw. ${score(board, me)}`;
      return event.winner === me
        ? say`You won round ${event.round}. ${score(board, me)}`
        : say`${name(board, event.winner)} won round ${event.round}. ${score(board, me)}`;
    }
    case "games.event.bigger_dice.game_over":
      return board.result === null ? say`` : ending(board, board.result, me);
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

function ending(board: Board, result: Result, me: UserId): Sentence {
  const won = resultHeadline(board, result, me);
  return [...won, asText(won).endsWith("!") ? " " : ". ", ...resultReason(board, result, me)];
}

/** One's own points first; for others, each with its name. */
function score(board: Board, me: UserId): string {
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
export function catchUp(before: Board, after: Board, me: UserId): string {
  if (after.result !== null) {
    return before.result === null ? asText(ending(after, after.result, me)) : "";
  }
  if (after.game === null || before.game?.turn === after.game.turn) return "";
  return `${score(after, me)} ${asText(headline(after, me))}.`;
}
