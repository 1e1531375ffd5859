/** The rules of Pig, pure: what a roll and a hold do, and what follows from it. */
import { opponentOf, rollsMade, turnTotal, winningScore, type PigState } from "./state.ts";
import type { Decision, FairRandom } from "../game.ts";
import type { UserId } from "../../protocol/ids.ts";
import type { GameOverReason } from "../../protocol/room-messages.ts";

export interface PigCommand {
  readonly type: "games.command.pig.roll" | "games.command.pig.hold";
  readonly payload: { readonly turn?: number };
}

export interface Rolled {
  readonly type: "games.event.pig.rolled";
  readonly payload: {
    readonly playerId: UserId;
    readonly roll: number;
    readonly turn: number;
    readonly auto: boolean;
    readonly turnTotal: number;
    readonly nextTurn: UserId;
  };
}

export interface Held {
  readonly type: "games.event.pig.held";
  readonly payload: {
    readonly playerId: UserId;
    readonly banked: number;
    readonly turn: number;
    readonly auto: boolean;
    readonly scores: Readonly<Record<UserId, number>>;
    readonly nextTurn: UserId | null;
  };
}

export type PigEvent = Rolled | Held;

export function setup(players: readonly [UserId, ...UserId[]]): PigState {
  const [host, guest] = players;
  if (guest === undefined || players.length !== 2) throw new Error("Pig is a game for two.");
  return {
    players: [host, guest],
    scores: { [host]: 0, [guest]: 0 },
    roller: host,
    turn: 0,
    rolls: [],
    history: [],
    result: null,
  };
}

export function decide(
  state: PigState,
  actor: UserId,
  command: PigCommand,
  random: FairRandom,
): Decision<PigEvent> {
  const { turn } = command.payload;
  if (state.result !== null) return { ok: false, rejection: { code: "ROOM_FINISHED" } };
  // W7: a click that means another move does nothing, even where it would be legal now.
  if (turn !== undefined && turn !== state.turn) return { ok: false, rejection: { code: "TURN_OVER" } };
  if (actor !== state.roller) return { ok: false, rejection: { code: "NOT_YOUR_TURN" } };
  if (command.type === "games.command.pig.roll") return { ok: true, events: [roll(state, random, false)] };
  if (state.rolls.length === 0) return { ok: false, rejection: nothingToHold };
  return { ok: true, events: [hold(state, false)] };
}

const nothingToHold = {
  code: "ILLEGAL_MOVE",
  message: "There is nothing to hold yet: roll first.",
} as const;

/** Whoever lets the clock run out keeps what she has; without a roll, one is made for her and kept (G5). */
export function timeout(state: PigState, random: FairRandom): readonly [PigEvent, ...PigEvent[]] {
  if (state.rolls.length > 0) return [hold(state, true)];
  const rolled = roll(state, random, true);
  const after = evolve(state, rolled);
  return after.roller === state.roller ? [rolled, hold(after, true)] : [rolled];
}

function roll(state: PigState, random: FairRandom, auto: boolean): Rolled {
  const { roller: playerId, turn } = state;
  const rolled = random.roll(rollsMade(state), 6);
  const isLost = rolled === 1;
  return {
    type: "games.event.pig.rolled",
    payload: {
      playerId,
      roll: rolled,
      turn,
      auto,
      turnTotal: isLost ? 0 : turnTotal(state) + rolled,
      nextTurn: isLost ? opponentOf(state, playerId) : playerId,
    },
  };
}

function hold(state: PigState, auto: boolean): Held {
  const { roller: playerId, turn } = state;
  const banked = turnTotal(state);
  const score = (state.scores[playerId] ?? 0) + banked;
  return {
    type: "games.event.pig.held",
    payload: {
      playerId,
      banked,
      turn,
      auto,
      scores: { ...state.scores, [playerId]: score },
      nextTurn: score >= winningScore ? null : opponentOf(state, playerId),
    },
  };
}

export function evolve(state: PigState, event: PigEvent): PigState {
  const { playerId, turn, nextTurn } = event.payload;
  const moved = { ...state, turn: turn + 1 };
  if (event.type === "games.event.pig.rolled") {
    const rolls = [...state.rolls, event.payload.roll];
    return nextTurn === playerId ? { ...moved, rolls } : passTurn(moved, { playerId, rolls, banked: 0 });
  }
  const { banked, scores } = event.payload;
  const next = passTurn({ ...moved, scores }, { playerId, rolls: state.rolls, banked });
  if (nextTurn !== null) return next;
  return { ...next, result: { winner: playerId, reason: "score", finalScores: scores, forfeitedBy: null } };
}

function passTurn(state: PigState, over: PigState["history"][number]): PigState {
  return {
    ...state,
    roller: opponentOf(state, over.playerId),
    rolls: [],
    history: [...state.history, over],
  };
}

/** `playerId` gives the game up: the other wins, whatever the score; nobody does where it was abandoned by both. */
export function forfeit(state: PigState, playerId: UserId, reason: GameOverReason): PigState {
  const winner = reason === "abandoned" ? null : opponentOf(state, playerId);
  return {
    ...state,
    result: { winner, reason, finalScores: state.scores, forfeitedBy: playerId },
  };
}
