/** Rooms and changes of rooms, for what tests a store. */
import { writeOf } from "./document.ts";
import { biggerDice } from "../bigger-dice/bigger-dice.ts";
import type { Making, Write } from "./port.ts";
import {
  standardTimes,
  type ClosedRoom,
  type FinishedRoom,
  type PlayingRoom,
  type Room,
  type WaitingRoom,
} from "../rooms/room.ts";
import { asRoomId, asUserId, type RoomId, type UserId } from "../../protocol/index.ts";

export const john = asUserId("1");
export const jane = asUserId("2");

/** None that a platform has: what its rooms are made of is nobody's business. */
export const someGame = "some_game";

const nothingSaid: Making = { events: [], followsTail: false, settled: null };

export function created(room: Room): Write {
  return writeOf({ before: null, room, making: nothingSaid }, standardTimes);
}

/** A change that no event has made: its document is all that says it. */
export function changed(before: Write, room: Room, version = before.document.version + 1): Write {
  const write = writeOf({ before: before.document, room, making: nothingSaid }, standardTimes);
  return { ...write, making: null, document: { ...write.document, version } };
}

export function idOf(write: Write): RoomId {
  return write.document.room.roomId;
}

/** A change that leaves the room as it is: what most of them are. */
export function moved(before: Write): Write {
  const { document } = before;
  return writeOf({ before: document, room: document.room, making: nothingSaid }, standardTimes);
}

export function waitingRoom(key: string, host: UserId = john): WaitingRoom {
  const roomId = asRoomId(Bun.randomUUIDv5(key, "6f1b3a52-8f0e-5d0c-9a3d-2f6f1c6b7e10"));
  return {
    status: "waiting",
    roomId,
    gameType: someGame,
    roomName: `room ${key}`,
    hostId: host,
    hostName: `host ${host}`,
    createdAt: 1,
    seq: 1,
    serverSeed: "00",
    serverSeedHash: "11",
    seats: [{ id: host, name: `host ${host}`, guest: false, clientSeed: "s", since: 1 }],
  };
}

export function playingRoom(key: string, host: UserId = john, guest: UserId = jane): PlayingRoom {
  const waiting = waitingRoom(key, host);
  const seat = { id: guest, name: `guest ${guest}`, guest: true, clientSeed: "t", since: 2 };
  return {
    ...waiting,
    status: "playing",
    seq: 3,
    seats: [...waiting.seats, seat],
    startedAt: 3,
    game: { nested: [1, { deep: null }] },
    turnDeadline: 60_003,
    idleTurns: { [john]: 1 },
  };
}

/** A game that keeps its state otherwise than it works with it: in its second round, after the first roll. */
export function biggerDiceRoom(key: string): PlayingRoom {
  const rolls = [2, 5, 6];
  const random = { roll: (n: number) => rolls[n] ?? 1 };
  let game = biggerDice.setup([john, jane]);
  for (const _ of rolls) game = biggerDice.timeout(game, random).reduce(biggerDice.evolve, game);
  return { ...playingRoom(key), gameType: biggerDice.slug, game };
}

/** What stores keep of it, as they always did. */
export const keptBiggerDice = {
  players: [john, jane],
  scores: { [john]: 0, [jane]: 1 },
  round: 2,
  turn: 3,
  phase: "waitingForSecondRoll",
  currentTurn: john,
  lastRolls: { [john]: null, [jane]: 6 },
  history: [{ round: 1, rolls: { [john]: 2, [jane]: 5 }, winner: jane }],
  result: null,
};

export function finishedRoom(key: string, host: UserId = john, guest: UserId = jane): FinishedRoom {
  const { turnDeadline: _turn, idleTurns: _idle, ...playing } = playingRoom(key, host, guest);
  return {
    ...playing,
    status: "finished",
    seq: 9,
    finishedAt: 9,
    result: { winner: host, reason: "score", finalScores: { [host]: 10 }, forfeitedBy: null },
    rematch: { kind: "closed" },
    left: [],
    archived: false,
  };
}

export function closedRoom(key: string, host: UserId = john): ClosedRoom {
  return { ...waitingRoom(key, host), status: "closed", reason: "host_left" };
}
