/** The rules of Bigger Dice, pure: what a roll does, and what follows from it. */
import { firstRoller, opponentOf, winningScore, type BiggerDiceState } from "./state.ts";
import type { Decision, FairRandom } from "../game.ts";
import type { UserId } from "../../protocol/ids.ts";
import type { GameOverReason } from "../../protocol/room-messages.ts";

export interface Roll {
  readonly type: "games.command.bigger_dice.roll";
  readonly payload: { readonly turn?: number };
}

export interface Rolled {
  readonly type: "games.event.bigger_dice.rolled";
  readonly payload: {
    readonly playerId: UserId;
    readonly roll: number;
    readonly isFirstRoll: boolean;
    readonly turn: number;
    readonly auto: boolean;
    readonly nextTurn: UserId | null;
  };
}

export interface RoundComplete {
  readonly type: "games.event.bigger_dice.round_complete";
  readonly payload: {
    readonly round: number;
    readonly rolls: Readonly<Record<UserId, number>>;
    readonly winner: UserId | null;
    readonly scores: Readonly<Record<UserId, number>>;
    readonly nextTurn: UserId | null;
    readonly turn: number;
  };
}

export type BiggerDiceEvent = Rolled | RoundComplete;

export function setup(players: readonly [UserId, ...UserId[]]): BiggerDiceState {
  const [host, guest] = players;
  if (guest === undefined || players.length !== 2) throw new Error("Bigger Dice is a game for two.");
  return {
    players: [host, guest],
    scores: { [host]: 0, [guest]: 0 },
    round: 1,
    turn: 0,
    phase: "waitingForRoll",
    currentTurn: host,
    lastRolls: { [host]: null, [guest]: null },
    history: [],
    result: null,
  };
}

export function decide(
  state: BiggerDiceState,
  actor: UserId,
  command: Roll,
  random: FairRandom,
): Decision<BiggerDiceEvent> {
  const { turn } = command.payload;
  if (state.phase === "gameOver") return { ok: false, rejection: { code: "ROOM_FINISHED" } };
  // W7: a click that means another turn does nothing, even where a roll would be legal now.
  if (turn !== undefined && turn !== state.turn) return { ok: false, rejection: { code: "TURN_OVER" } };
  if (actor !== state.currentTurn) return { ok: false, rejection: { code: "NOT_YOUR_TURN" } };
  return { ok: true, events: roll(state, actor, random, false) };
}

/** The server rolls for the player whose clock ran out (G5). */
export function timeout(
  state: BiggerDiceState,
  random: FairRandom,
): readonly [BiggerDiceEvent, ...BiggerDiceEvent[]] {
  if (state.currentTurn === null) throw new Error("No turn is open, so none can run out.");
  return roll(state, state.currentTurn, random, true);
}

function roll(
  state: BiggerDiceState,
  playerId: UserId,
  random: FairRandom,
  auto: boolean,
): readonly [BiggerDiceEvent, ...BiggerDiceEvent[]] {
  const isFirstRoll = state.phase === "waitingForRoll";
  const rolled: Rolled = {
    type: "games.event.bigger_dice.rolled",
    payload: {
      playerId,
      roll: random.roll(state.turn, 6),
      isFirstRoll,
      turn: state.turn,
      auto,
      nextTurn: isFirstRoll ? opponentOf(state, playerId) : null,
    },
  };
  return isFirstRoll ? [rolled] : [rolled, completeRound(state, rolled)];
}

function completeRound(state: BiggerDiceState, second: Rolled): RoundComplete {
  const { playerId, roll: secondRoll } = second.payload;
  const opponent = opponentOf(state, playerId);
  const firstRoll = state.lastRolls[opponent];
  if (typeof firstRoll !== "number") throw new Error("A round is complete only after both have rolled.");
  const winner = secondRoll === firstRoll ? null : secondRoll > firstRoll ? playerId : opponent;
  const scores = winner === null ? state.scores : { ...state.scores, [winner]: scoreOf(state, winner) + 1 };
  const over = winner !== null && scores[winner] === winningScore;
  return {
    type: "games.event.bigger_dice.round_complete",
    payload: {
      round: state.round,
      rolls: { [opponent]: firstRoll, [playerId]: secondRoll },
      winner,
      scores,
      nextTurn: over ? null : firstRoller(state.players, state.round + 1),
      turn: state.turn + 1,
    },
  };
}

function scoreOf(state: BiggerDiceState, playerId: UserId): number {
  return state.scores[playerId] ?? 0;
}

export function evolve(state: BiggerDiceState, event: BiggerDiceEvent): BiggerDiceState {
  switch (event.type) {
    case "games.event.bigger_dice.rolled": {
      const { playerId, roll, isFirstRoll, nextTurn, turn } = event.payload;
      return {
        ...state,
        turn: turn + 1,
        phase: isFirstRoll ? "waitingForSecondRoll" : "roundComplete",
        currentTurn: nextTurn,
        lastRolls: { ...state.lastRolls, [playerId]: roll },
      };
    }
    case "games.event.bigger_dice.round_complete": {
      const { round, rolls, winner, scores, nextTurn } = event.payload;
      const [host, guest] = state.players;
      const next = {
        ...state,
        scores,
        currentTurn: nextTurn,
        lastRolls: { [host]: null, [guest]: null },
        history: [...state.history, { round, rolls, winner }],
      };
      if (nextTurn !== null) return { ...next, phase: "waitingForRoll", round: round + 1 };
      return {
        ...next,
        phase: "gameOver",
        result: { winner, reason: "score", finalScores: scores, forfeitedBy: null },
      };
    }
  }
}

/** `playerId` gives the game up: the other wins, whatever the score; nobody does where it was abandoned by both. */
export function forfeit(state: BiggerDiceState, playerId: UserId, reason: GameOverReason): BiggerDiceState {
  const winner = reason === "abandoned" ? null : opponentOf(state, playerId);
  return {
    ...state,
    phase: "gameOver",
    currentTurn: null,
    result: { winner, reason, finalScores: state.scores, forfeitedBy: playerId },
  };
}
