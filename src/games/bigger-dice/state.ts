/**
 * Bigger Dice as it stands between two messages (plan §5.1, G4): its rolls, from which the rest follows. Players are
 * told apart by their places (the host's is first), since an object with a user's number for its name is slow.
 */
import type { Draw, GameResult } from "../game.ts";
import type { UserId } from "../../protocol/ids.ts";

export const winningScore = 10;

/** `roundComplete` and `gameOver` have nobody's turn; the former lasts only from the second roll to its result. */
export type Phase = "waitingForRoll" | "waitingForSecondRoll" | "roundComplete" | "gameOver";

export interface BiggerDiceState {
  /** The host first. */
  readonly players: readonly [UserId, UserId];
  /** Every roll in order: how many there are is the number of the open turn, and the n of its roll in the dice formula. */
  readonly rolls: readonly number[];
  /** In the order of `players`. */
  readonly scores: readonly [number, number];
  readonly phase: Phase;
  readonly currentTurn: UserId | null;
  readonly result: GameResult | null;
}

/** `players[0]` rolls first in odd rounds, the other in even ones. */
export function firstRoller(players: readonly [UserId, UserId], round: number): UserId {
  return round % 2 === 1 ? players[0] : players[1];
}

export function opponentOf({ players }: Pick<BiggerDiceState, "players">, playerId: UserId): UserId {
  return playerId === players[0] ? players[1] : players[0];
}

/** The round that is open, or the last one where none is. From 1. */
export function roundOf({ rolls, phase, result }: BiggerDiceState): number {
  const complete = Math.floor(rolls.length / 2);
  const isLast = phase === "roundComplete" || result?.reason === "score";
  return isLast ? complete : complete + 1;
}

/** Who rolled the n-th roll, from 0. */
function rollerOf(state: BiggerDiceState, turn: number): UserId {
  const first = firstRoller(state.players, Math.floor(turn / 2) + 1);
  return turn % 2 === 0 ? first : opponentOf(state, first);
}

/** Every roll, in order. */
export function draws(state: BiggerDiceState): Draw[] {
  return state.rolls.map((roll, turn) => ({ turn, playerId: rollerOf(state, turn), roll }));
}

type Made = Pick<Draw, "playerId" | "roll">;

/** Who rolled higher; null: a draw. */
export function winnerOf(first: Made, second: Made): UserId | null {
  if (first.roll === second.roll) return null;
  return first.roll > second.roll ? first.playerId : second.playerId;
}
