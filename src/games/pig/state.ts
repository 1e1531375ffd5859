/** Pig as it stands between two moves. */
import type { Draw, GameResult } from "../game.ts";
import type { UserId } from "../../protocol/ids.ts";

export const winningScore = 100;

/** A turn that is over. */
export interface Turn {
  readonly playerId: UserId;
  readonly rolls: readonly number[];
  /** 0 where a 1 lost it all. */
  readonly banked: number;
}

export interface PigState {
  /** The host first; she has the first turn. */
  readonly players: readonly [UserId, UserId];
  readonly scores: Readonly<Record<UserId, number>>;
  /** Whose turn it is, or was when the game ended. */
  readonly roller: UserId;
  /** Moves made so far, rolls and holds: the number of the one that is open (W7). */
  readonly turn: number;
  /** The rolls of the turn that is open. */
  readonly rolls: readonly number[];
  readonly history: readonly Turn[];
  readonly result: GameResult | null;
}

/** What is at stake: what a hold would bank now. */
export function turnTotal({ rolls }: Pick<PigState, "rolls">): number {
  return rolls.reduce((total, roll) => total + roll, 0);
}

export function opponentOf({ players: [host, guest] }: PigState, playerId: UserId): UserId {
  return playerId === host ? guest : host;
}

/** The n of the next roll in the dice formula. */
export function rollsMade({ history, rolls }: PigState): number {
  return history.reduce((count, turn) => count + turn.rolls.length, rolls.length);
}

/** Every roll in order: those of the turns that are over, then those of the open one. */
export function draws({ history, roller, rolls }: PigState): readonly Draw[] {
  return [...history, { playerId: roller, rolls }]
    .flatMap((turn) => turn.rolls.map((roll) => ({ playerId: turn.playerId, roll })))
    .map((made, turn) => ({ turn, ...made }));
}
