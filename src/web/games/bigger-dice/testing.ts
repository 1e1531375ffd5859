/** Rooms and events for the tests of the board. */
import * as board from "../../table/board.ts";
import * as presentation from "../../table/presentation.ts";
import * as sentences from "../../table/sentences.ts";
import { soundOf as soundOfGame } from "../../table/sound-of.ts";
import type { Board as AnyBoard, BoardEvent as AnyBoardEvent, Result } from "../../table/table-game.ts";
import type { BiggerDice, BiggerDiceEvent } from "./board.ts";
import { biggerDiceTable } from "./table.ts";
import { asRoomId, asUserId, type UserId } from "../../../protocol/ids.ts";
import type { GameOverReason } from "../../../protocol/room-messages.ts";
import type { RoomSnapshot } from "../../../protocol/room-shapes.ts";

export type Board = AnyBoard<BiggerDice>;
export type BoardEvent = AnyBoardEvent<BiggerDiceEvent>;
export type Presentation = presentation.Presentation<BiggerDice, BiggerDiceEvent>;

// The table with Bigger Dice on it.
export const boardOf = (room: RoomSnapshot): Board => board.boardOf(biggerDiceTable, room);
export const reduce = (before: Board, event: BoardEvent): Board =>
  board.reduce(biggerDiceTable, before, event);
export const present = (shown: Board): Presentation => presentation.present(shown);
export const receive = (before: Presentation, event: BoardEvent, now: number, animate: boolean) =>
  presentation.receive(biggerDiceTable, before, event, now, animate);
export const situation = (shown: Board, me: UserId) => sentences.situation(biggerDiceTable, shown, me);
export const tell = (events: readonly BoardEvent[], shown: Board, me: UserId) =>
  sentences.tell(biggerDiceTable, events, shown, me);
export const catchUp = (before: Board, after: Board, me: UserId) =>
  sentences.catchUp(biggerDiceTable, before, after, me);
export const resultReason = (shown: Board, result: Result, me: UserId) =>
  sentences.resultReason(biggerDiceTable, shown, result, me);
export const soundOf = (events: readonly BoardEvent[], shown: Board, me: UserId) =>
  soundOfGame(biggerDiceTable, events, shown, me);

export const host = asUserId("1");
export const guest = asUserId("2");
export const roomId = asRoomId("5e9f0a34-27b0-4c39-8c8e-0f8f7f3f6f11");

const john = { id: host, name: "john", guest: false, connected: true, awayDeadline: null };
const jane = { id: guest, name: "jane", guest: true, connected: true, awayDeadline: null };

export function waiting(): RoomSnapshot {
  return { ...playing(), status: "waiting", players: [john], state: null };
}

/** A game at its beginning, or as `state` says. */
export function playing(
  state: Readonly<Record<string, unknown>> = {},
  room: Partial<RoomSnapshot> = {},
): RoomSnapshot {
  return {
    roomId,
    gameType: "bigger_dice",
    roomName: "Sunny side",
    hostId: host,
    status: "playing",
    role: "player",
    seq: 3,
    players: [john, jane],
    spectatorCount: 0,
    serverSeedHash: "ab".repeat(32),
    rematch: null,
    result: null,
    state: {
      players: [host, guest],
      scores: { [host]: 0, [guest]: 0 },
      currentTurn: host,
      round: 1,
      lastRolls: { [host]: null, [guest]: null },
      turn: 0,
      turnDeadline: null,
      phase: "waitingForRoll",
      history: [],
      clientSeeds: { [host]: "one", [guest]: "two" },
      ...state,
    },
    ...room,
  };
}

type WithoutFrame<Event> = Event extends unknown ? Omit<Event, "roomId" | "seq"> : never;

/** The tests do not look at `seq`: the feed has put the events in order. */
export function roomEvent(event: WithoutFrame<BoardEvent>): BoardEvent {
  return { roomId, seq: 1, ...event } as BoardEvent; // a union of types is put together again
}

export function rolled(
  playerId: UserId,
  roll: number,
  turn: number,
  nextTurn: UserId | null,
  auto = false,
): BoardEvent {
  return roomEvent({
    type: "games.event.bigger_dice.rolled",
    playerId,
    roll,
    isFirstRoll: nextTurn !== null,
    turn,
    auto,
    nextTurn,
    turnDeadline: null,
  });
}

export function completed(
  round: number,
  hostRoll: number,
  guestRoll: number,
  scores: Readonly<Record<string, number>>,
  nextTurn: UserId | null,
  turn: number,
): BoardEvent {
  return roomEvent({
    type: "games.event.bigger_dice.round_complete",
    round,
    rolls: { [host]: hostRoll, [guest]: guestRoll },
    winner: hostRoll === guestRoll ? null : hostRoll > guestRoll ? host : guest,
    scores,
    nextTurn,
    turn,
    turnDeadline: null,
  });
}

export function gameOver(
  reason: GameOverReason,
  winner: UserId | null,
  forfeitedBy: UserId | null,
  finalScores: Readonly<Record<string, number>> = { [host]: 0, [guest]: 0 },
): BoardEvent {
  return roomEvent({
    type: "games.event.bigger_dice.game_over",
    winner,
    winnerName: winner === null ? null : winner === host ? "john" : "jane",
    finalScores,
    reason,
    forfeitedBy,
    serverSeed: "00".repeat(32),
    clientSeeds: { [host]: "one", [guest]: "two" },
  });
}

/** The events of a game with these dice, to the tenth point or to the last die. */
export function playedGame(dice: readonly number[]): {
  readonly events: readonly BoardEvent[];
  readonly made: readonly { readonly playerId: UserId; readonly roll: number }[];
} {
  const events: BoardEvent[] = [];
  const made: { playerId: UserId; roll: number }[] = [];
  const scores = { [host]: 0, [guest]: 0 };
  for (let round = 1; ; round += 1) {
    const [first, second] = round % 2 === 1 ? [host, guest] : [guest, host];
    const [one, other] = [dice[made.length], dice[made.length + 1]];
    if (one === undefined) return { events, made };
    events.push(rolled(first, one, made.length, second));
    made.push({ playerId: first, roll: one });
    if (other === undefined) return { events, made };
    events.push(rolled(second, other, made.length, null));
    made.push({ playerId: second, roll: other });
    const [hostRoll, guestRoll] = first === host ? [one, other] : [other, one];
    if (hostRoll > guestRoll) scores[host] = (scores[host] ?? 0) + 1;
    if (hostRoll < guestRoll) scores[guest] = (scores[guest] ?? 0) + 1;
    const winner = [host, guest].find((id) => scores[id] === 10) ?? null;
    const nextTurn = winner !== null ? null : round % 2 === 1 ? guest : host;
    events.push(completed(round, hostRoll, guestRoll, { ...scores }, nextTurn, made.length));
    if (winner !== null) {
      events.push(gameOver("score", winner, null, { ...scores }));
      return { events, made };
    }
  }
}
