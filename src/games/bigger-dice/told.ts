/**
 * Bigger Dice as it is told and kept: with everything that follows from the rolls, by user. What stores keep was
 * always like this, so that every version of the game reads it.
 */
import {
  draws,
  firstRoller,
  opponentOf,
  roundOf,
  winnerOf,
  type BiggerDiceState,
  type Phase,
} from "./state.ts";
import type { Draw, GameResult } from "../game.ts";
import type { UserId } from "../../protocol/ids.ts";

export interface ToldState {
  /** The host first. */
  readonly players: readonly [UserId, UserId];
  readonly scores: Readonly<Record<UserId, number>>;
  /** From 1. */
  readonly round: number;
  /** Rolls made so far: the number of the open turn. */
  readonly turn: number;
  readonly phase: Phase;
  readonly currentTurn: UserId | null;
  /** The rolls of the round that has no result yet. */
  readonly lastRolls: Readonly<Record<UserId, number | null>>;
  /** The rounds before it. */
  readonly history: readonly ToldRound[];
}

export interface ToldRound {
  readonly round: number;
  readonly rolls: Readonly<Record<UserId, number>>;
  /** null: a draw. */
  readonly winner: UserId | null;
}

export interface KeptState extends ToldState {
  readonly result: GameResult | null;
}

export function told(state: BiggerDiceState): ToldState {
  const { players, scores, rolls, phase, currentTurn } = state;
  const [host, guest] = players;
  const made = draws(state);
  const last = made.splice(made.length - openRolls(state));
  const lastRollOf = (playerId: UserId) => last.find((draw) => draw.playerId === playerId)?.roll ?? null;
  return {
    players,
    scores: byUser(players, scores),
    round: roundOf(state),
    turn: rolls.length,
    phase,
    currentTurn,
    lastRolls: byUser(players, [lastRollOf(host), lastRollOf(guest)]),
    history: inRounds(made),
  };
}

/** How many rolls there are of the round that has no result yet. */
function openRolls({ rolls, phase }: BiggerDiceState): number {
  return phase === "roundComplete" ? 2 : rolls.length % 2;
}

function inRounds(made: readonly Draw[]): readonly ToldRound[] {
  const history: ToldRound[] = [];
  for (const second of made) {
    const first = made[second.turn - 1];
    if (first === undefined || second.turn % 2 === 0) continue;
    const rolls = { [first.playerId]: first.roll, [second.playerId]: second.roll };
    history.push({ round: history.length + 1, rolls, winner: winnerOf(first, second) });
  }
  return history;
}

export function kept(state: BiggerDiceState): KeptState {
  return { ...told(state), result: state.result };
}

export function restored(state: KeptState): BiggerDiceState {
  const { players, scores, phase, currentTurn, round, lastRolls, history, result } = state;
  const [host, guest] = players;
  const rolls: number[] = [];
  for (const each of [...history, { round, rolls: lastRolls }]) {
    const first = firstRoller(players, each.round);
    for (const playerId of [first, opponentOf(state, first)]) {
      const roll = each.rolls[playerId];
      if (typeof roll === "number") rolls.push(roll);
    }
  }
  return { players, rolls, scores: [scores[host] ?? 0, scores[guest] ?? 0], phase, currentTurn, result };
}

export function byUser<Value>(
  [host, guest]: BiggerDiceState["players"],
  [hosts, guests]: readonly [Value, Value],
): Readonly<Record<UserId, Value>> {
  return { [host]: hosts, [guest]: guests };
}
