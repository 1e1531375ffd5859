/** Bigger Dice as it stands between two messages (plan §5.1, G4). */
import type { Draw, GameResult } from "../game.ts";
import type { UserId } from "../../protocol/ids.ts";

export const winningScore = 10;

/** `roundComplete` and `gameOver` have nobody's turn; the former lasts only from the second roll to its result. */
export type Phase = "waitingForRoll" | "waitingForSecondRoll" | "roundComplete" | "gameOver";

export interface Round {
  readonly round: number;
  readonly rolls: Readonly<Record<UserId, number>>;
  /** null: a draw. */
  readonly winner: UserId | null;
}

export interface BiggerDiceState {
  /** The host first. */
  readonly players: readonly [UserId, UserId];
  readonly scores: Readonly<Record<UserId, number>>;
  /** From 1. */
  readonly round: number;
  /** Rolls made so far: the number of the open turn, and the n of its roll in the dice formula. */
  readonly turn: number;
  readonly phase: Phase;
  readonly currentTurn: UserId | null;
  /** The rolls of this round. */
  readonly lastRolls: Readonly<Record<UserId, number | null>>;
  readonly history: readonly Round[];
  readonly result: GameResult | null;
}

/** `players[0]` rolls first in odd rounds, the other in even ones. */
export function firstRoller(players: readonly [UserId, UserId], round: number): UserId {
  return round % 2 === 1 ? players[0] : players[1];
}

export function opponentOf(state: BiggerDiceState, playerId: UserId): UserId {
  return playerId === state.players[0] ? state.players[1] : state.players[0];
}

/** Every roll in order: those of the complete rounds, then those of the round that is still open. */
export function draws(state: BiggerDiceState): readonly Draw[] {
  const open = { round: state.round, rolls: state.lastRolls };
  return [...state.history, open]
    .flatMap(({ round, rolls }) => {
      const first = firstRoller(state.players, round);
      return [first, opponentOf(state, first)].map((playerId) => ({ playerId, roll: rolls[playerId] }));
    })
    .filter((made): made is { playerId: UserId; roll: number } => typeof made.roll === "number")
    .map(({ playerId, roll }, turn) => ({ turn, playerId, roll }));
}
