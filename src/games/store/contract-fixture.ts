/** Rooms and changes of rooms, for what tests a store. */
import { writeOf } from "./document.ts";
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
    gameType: "bigger_dice",
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
