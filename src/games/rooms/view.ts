/** What a room looks like from outside: whole, as a line of the lobby, and as the record of a finished game. */
import { attendanceOf, clientSeedsOf, isOpen, seatOf, type FinishedRoom, type Room } from "./room.ts";
import type { GameRecord } from "../face.ts";
import type { Game } from "../game.ts";
import { isoTime } from "../../protocol/time.ts";
import type { RoomListing, RoomRole, RoomSnapshot, UserId } from "../../protocol/index.ts";

/** The room as `role` may see it; a closed room shows as finished without a result. */
export function snapshotOf(room: Room, game: Game, role?: RoomRole, spectatorCount = 0): RoomSnapshot {
  return {
    roomId: room.roomId,
    gameType: room.gameType,
    roomName: room.roomName,
    hostId: room.hostId,
    status: room.status === "closed" ? "finished" : room.status,
    ...(role === undefined ? {} : { role }),
    seq: room.seq,
    players: room.seats.map(({ id, name, guest }) => {
      const { away } = attendanceOf(room, id);
      return {
        id,
        name,
        guest,
        connected: away === null,
        awayDeadline: away === null ? null : isoTime(away.deadline),
      };
    }),
    spectatorCount,
    serverSeedHash: room.serverSeedHash,
    rematch: room.status === "finished" ? rematchView(room) : null,
    result: room.status === "finished" ? resultView(room) : null,
    state: room.status === "playing" || room.status === "finished" ? gameView(room, game, role) : null,
  };
}

export function roleIn(room: Room, userId: UserId | null): RoomRole {
  return userId !== null && seatOf(room, userId) !== undefined ? "player" : "spectator";
}

function gameView(
  room: Extract<Room, { game: unknown }>,
  game: Game,
  role: RoomRole = "spectator",
): Record<string, unknown> {
  const turnDeadline = room.status === "playing" ? room.turnDeadline : null;
  return {
    ...game.view(room.game, role),
    turnDeadline: turnDeadline === null ? null : isoTime(turnDeadline),
    serverSeedHash: room.serverSeedHash,
    clientSeeds: clientSeedsOf(room),
  };
}

function rematchView({ rematch }: FinishedRoom): RoomSnapshot["rematch"] {
  return {
    offeredBy: rematch.kind === "open" ? rematch.offers.map((offer) => offer.playerId) : [],
    open: rematch.kind === "open",
    newRoomId: rematch.kind === "started" ? rematch.newRoomId : null,
  };
}

function resultView(room: FinishedRoom): RoomSnapshot["result"] {
  const { winner, reason, finalScores, forfeitedBy } = room.result;
  const winnerName = winner === null ? null : (seatOf(room, winner)?.name ?? null);
  return { winner, winnerName, reason, finalScores, forfeitedBy };
}

/** The room's line in the lobby; null where the lobby does not show it. */
export function listingOf(room: Room, spectatorCount = 0): RoomListing | null {
  if (!isOpen(room)) return null;
  return {
    roomId: room.roomId,
    roomName: room.roomName,
    gameType: room.gameType,
    hostId: room.hostId,
    hostName: room.hostName,
    status: room.status,
    playerCount: room.seats.length,
    spectatorCount,
    createdAt: isoTime(room.createdAt),
    serverSeedHash: room.serverSeedHash,
    seq: room.seq,
  };
}

export function recordOf(room: FinishedRoom, game: Game): GameRecord {
  return {
    roomId: room.roomId,
    gameType: room.gameType,
    players: room.seats.map(({ id, name }) => ({ id, name })),
    serverSeedHash: room.serverSeedHash,
    serverSeed: room.serverSeed,
    clientSeeds: clientSeedsOf(room),
    rolls: game.draws(room.game),
    result: room.result,
  };
}
