/** The rules of Bigger Dice, pure: what a roll does, and what follows from it. */
import { firstRoller, opponentOf, roundOf, winnerOf, winningScore, type BiggerDiceState } from "./state.ts";
import { byUser } from "./told.ts";
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
    rolls: [],
    scores: [0, 0],
    phase: "waitingForRoll",
    currentTurn: host,
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
  if (turn !== undefined && turn !== state.rolls.length)
    return { ok: false, rejection: { code: "TURN_OVER" } };
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
  const turn = state.rolls.length;
  const rolled: Rolled = {
    type: "games.event.bigger_dice.rolled",
    payload: {
      playerId,
      roll: random.roll(turn, 6),
      isFirstRoll,
      turn,
      auto,
      nextTurn: isFirstRoll ? opponentOf(state, playerId) : null,
    },
  };
  return isFirstRoll ? [rolled] : [rolled, completeRound(state, rolled)];
}

function completeRound(state: BiggerDiceState, { payload: second }: Rolled): RoundComplete {
  const { players } = state;
  const firstRoll = state.rolls.at(-1);
  if (firstRoll === undefined) throw new Error("A round is complete only after both have rolled.");
  const first = { playerId: opponentOf(state, second.playerId), roll: firstRoll };
  const winner = winnerOf(first, second);
  const scores = scoresAfter(state, winner);
  const round = roundOf(state);
  const isOver = scores.includes(winningScore);
  return {
    type: "games.event.bigger_dice.round_complete",
    payload: {
      round,
      rolls: { [first.playerId]: first.roll, [second.playerId]: second.roll },
      winner,
      scores: byUser(players, scores),
      nextTurn: isOver ? null : firstRoller(players, round + 1),
      turn: second.turn + 1,
    },
  };
}

function scoresAfter({ players, scores }: BiggerDiceState, winner: UserId | null): readonly [number, number] {
  if (winner === null) return scores;
  const [hosts, guests] = scores;
  return winner === players[0] ? [hosts + 1, guests] : [hosts, guests + 1];
}

export function evolve(state: BiggerDiceState, event: BiggerDiceEvent): BiggerDiceState {
  switch (event.type) {
    case "games.event.bigger_dice.rolled": {
      const { roll, isFirstRoll, nextTurn } = event.payload;
      return {
        ...state,
        rolls: [...state.rolls, roll],
        phase: isFirstRoll ? "waitingForSecondRoll" : "roundComplete",
        currentTurn: nextTurn,
      };
    }
    case "games.event.bigger_dice.round_complete": {
      const { winner, scores: finalScores, nextTurn } = event.payload;
      const next = { ...state, scores: scoresAfter(state, winner), currentTurn: nextTurn };
      if (nextTurn !== null) return { ...next, phase: "waitingForRoll" };
      return {
        ...next,
        phase: "gameOver",
        result: { winner, reason: "score", finalScores, forfeitedBy: null },
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
    result: { winner, reason, finalScores: byUser(state.players, state.scores), forfeitedBy: playerId },
  };
}
