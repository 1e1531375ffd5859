/** What only Pig says in words; the table says the rest. Pure. */
import type { Pig, PigEvent, Turn } from "./board.ts";
import { say, type Sentence } from "../../table/sentence.ts";
import { name, score } from "../../table/sentences.ts";
import type { Board } from "../../table/table-game.ts";
import type { UserId } from "../../../protocol/ids.ts";

/** What is at stake, else how the last turn ended. */
export function situation(board: Board<Pig>, game: Pig, me: UserId): Sentence {
  const { currentTurn, turnTotal } = game;
  if (game.rolls.length > 0) {
    if (currentTurn !== me) return say`${name(board, currentTurn)} has ${turnTotal} at stake.`;
    return hasEnough(game, me)
      ? say`Hold now, and you win with ${(game.scores[me] ?? 0) + turnTotal}.`
      : say`${turnTotal} at stake: roll on, or hold?`;
  }
  const before = game.history.at(-1);
  return before === undefined ? say`Hold before a 1 takes it all.` : turnEnd(board, before, me);
}

export function hasEnough(game: Pig, me: UserId): boolean {
  return (game.scores[me] ?? 0) + game.turnTotal >= 100;
}

function turnEnd(board: Board, { playerId, banked }: Turn, me: UserId): Sentence {
  if (banked > 0) {
    return playerId === me ? say`You kept ${banked}.` : say`${name(board, playerId)} kept ${banked}.`;
  }
  return playerId === me ? say`You rolled a 1.` : say`${name(board, playerId)} rolled a 1.`;
}

export function tell(event: PigEvent, board: Board<Pig>, me: UserId): Sentence {
  const { playerId, auto } = event;
  const mine = playerId === me;
  const who = name(board, playerId);
  const late = auto ? (mine ? "Your time was up: " : "The time was up: ") : "";
  if (event.type === "games.event.pig.held") {
    const kept = mine
      ? say`${auto ? "you" : "You"} kept ${event.banked}.`
      : say`${who} kept ${event.banked}.`;
    return [...say`${late}`, ...kept, ...say` ${score(board, me)}`];
  }
  const { roll, turnTotal } = event;
  const rolled = mine ? say`${auto ? "you" : "You"} rolled ${roll}` : say`${who} rolled ${roll}`;
  if (roll === 1) return [...say`${late}`, ...rolled, ...say` and lost the turn.`];
  return [...say`${late}`, ...rolled, ...(turnTotal === roll ? say`.` : say`: ${turnTotal} at stake.`)];
}
