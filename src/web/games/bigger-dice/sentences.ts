/** What only Bigger Dice says in words; the table says the rest. Pure. */
import { name, score } from "../../table/sentences.ts";
import { say, type Sentence } from "../../table/sentence.ts";
import type { Board } from "../../table/table-game.ts";
import type { BiggerDice, BiggerDiceEvent, CompletedRound } from "./board.ts";
import type { UserId } from "../../../protocol/ids.ts";

/** The first roll of the round, else how the last round ended. */
export function situation(board: Board<BiggerDice>, game: BiggerDice, me: UserId): Sentence {
  const [first] = Object.entries(game.rolls);
  if (first !== undefined) {
    const roller = first[0] as UserId; // the keys of rolls are players
    const target = first[1];
    if (game.currentTurn === me) return say`${name(board, roller)} rolled ${target}: beat it.`;
    return roller === me ? say`You rolled ${target}.` : say`${name(board, roller)} rolled ${target}.`;
  }
  const round = game.history.at(-1);
  return round === undefined ? say`Round 1: the higher roll takes the point.` : roundEnd(board, round, me);
}

function roundEnd(board: Board, { round, rolls, winner }: CompletedRound, me: UserId): Sentence {
  const [high, low] = Object.values(rolls).sort((one, other) => other - one);
  if (winner === null) return say`Round ${round} is a draw: ${high ?? ""} each.`;
  if (winner === me) return say`You won round ${round}, ${high ?? ""} against ${low ?? ""}.`;
  return say`${name(board, winner)} won round ${round}, ${high ?? ""} against ${low ?? ""}.`;
}

export function tell(event: BiggerDiceEvent, board: Board<BiggerDice>, me: UserId): Sentence {
  if (event.type === "games.event.bigger_dice.rolled") return tellRoll(event, board, me);
  const { round, winner } = event;
  if (winner === null) return say`Round ${round} is a draw. ${score(board, me)}`;
  return winner === me
    ? say`You won round ${round}. ${score(board, me)}`
    : say`${name(board, winner)} won round ${round}. ${score(board, me)}`;
}

function tellRoll(
  { playerId, roll, auto }: Extract<BiggerDiceEvent, { type: "games.event.bigger_dice.rolled" }>,
  board: Board,
  me: UserId,
): Sentence {
  if (playerId === me) {
    return auto ? say`Your time was up: ${roll} was rolled for you.` : say`You rolled ${roll}.`;
  }
  const who = name(board, playerId);
  return auto ? say`The time was up: ${roll} was rolled for ${who}.` : say`${who} rolled ${roll}.`;
}
