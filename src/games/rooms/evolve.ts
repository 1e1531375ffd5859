/** The room after an event. Applying a room's events in order to null gives the room as it is saved. */
import type { Game } from "../game.ts";
import type { RoomEvent, TurnTaken } from "./events.ts";
import { attendanceOf } from "./room.ts";
import type { Attendance, ClosedRoom, FinishedRoom, PlayingRoom, Room, WaitingRoom } from "./room.ts";
import { fromIsoTime } from "../../protocol/time.ts";
import type { UserId } from "../../protocol/index.ts";

type GameEvent = Extract<RoomEvent, { kind: "game_event" }>;

export function evolveRoom(room: Room | null, event: RoomEvent, game: Game): Room {
  if (event.kind === "room_created") return open(event);
  if (room === null) throw new Error(`A room begins with room_created, not with ${event.kind}.`);
  const after = apply(room, event, game);
  // A turn of the game, which is what happens most, has it by its own copy already.
  return after.seq === event.seq ? after : { ...after, seq: event.seq };
}

function apply(room: Room, event: Exclude<RoomEvent, { kind: "room_created" }>, game: Game): Room {
  switch (event.kind) {
    case "player_joined":
      return {
        ...expect(room, "waiting", event),
        seats: [...room.seats, { ...event.hidden.newcomer, since: event.seq }],
      };
    case "game_started":
      return start(expect(room, "waiting", event), event, game);
    case "game_event":
      return play(expect(room, "playing", event), event, game);
    case "game_over":
      return finish(expect(room, "playing", event), event, game);
    case "player_disconnected":
      return depart(room, event, game);
    case "player_reconnected":
      return comeBack(room, event);
    case "player_left":
      return room.status === "finished" ? { ...room, left: [...room.left, event.payload.playerId] } : room;
    case "room_closed":
      return close(expect(room, "waiting", event), event.payload.reason);
    case "rematch_offered": {
      const finished = expect(room, "finished", event);
      const offers = finished.rematch.kind === "open" ? finished.rematch.offers : [];
      const offer = { playerId: event.payload.playerId, clientSeed: event.hidden.clientSeed };
      return { ...finished, rematch: { kind: "open", offers: [...offers, offer] } };
    }
    case "rematch_started": {
      const { newRoomId } = event.payload;
      return { ...expect(room, "finished", event), rematch: { kind: "started", newRoomId } };
    }
    case "rematch_closed":
      return { ...expect(room, "finished", event), rematch: { kind: "closed" } };
  }
}

function open(event: Extract<RoomEvent, { kind: "room_created" }>): WaitingRoom {
  const { payload, hidden } = event;
  return {
    status: "waiting",
    roomId: hidden.roomId,
    gameType: payload.gameType,
    roomName: payload.roomName,
    hostId: payload.hostId,
    hostName: hidden.host.name,
    createdAt: event.at,
    seq: event.seq,
    serverSeed: hidden.serverSeed,
    serverSeedHash: payload.serverSeedHash,
    seats: [{ ...hidden.host, since: event.seq }],
  };
}

function start(
  room: WaitingRoom,
  event: Extract<RoomEvent, { kind: "game_started" }>,
  game: Game,
): PlayingRoom {
  const [host, ...others] = room.seats;
  return {
    ...room,
    status: "playing",
    startedAt: event.at,
    game: game.setup([host.id, ...others.map((seat) => seat.id)]),
    turnDeadline: deadline(event.payload.turnDeadline),
    idleTurns: {},
  };
}

function play(room: PlayingRoom, event: GameEvent, game: Game): PlayingRoom {
  const { turnDeadline: _clock, ...payload } = event.payload; // the platform's own: a game never sees it
  return afterGameEvent(room, event, game.evolve(room.game, { type: event.type, payload }));
}

/** @param state what the game has become by the event */
export function afterGameEvent(room: PlayingRoom, event: GameEvent, state: unknown): PlayingRoom {
  return {
    ...room,
    seq: event.seq,
    game: state,
    turnDeadline: deadline(event.payload.turnDeadline),
    idleTurns: countIdle(room.idleTurns, event.hidden.turn),
  };
}

/** One more for the player whose clock ran out; none for the one who played. */
function countIdle(idleTurns: PlayingRoom["idleTurns"], turn: TurnTaken | null): PlayingRoom["idleTurns"] {
  if (turn === null) return idleTurns;
  const before = idleTurns[turn.playerId] ?? 0;
  const after = turn.timedOut ? before + 1 : 0;
  return before === after ? idleTurns : { ...idleTurns, [turn.playerId]: after };
}

function finish(
  room: PlayingRoom,
  event: Extract<RoomEvent, { kind: "game_over" }>,
  game: Game,
): FinishedRoom {
  const { turnDeadline: _turn, idleTurns: _idle, ...kept } = room;
  const { winner, reason, finalScores, forfeitedBy } = event.payload;
  return {
    ...kept,
    status: "finished",
    finishedAt: event.at,
    game: forfeitedBy === null ? room.game : game.forfeit(room.game, forfeitedBy, reason),
    result: { winner, reason, finalScores, forfeitedBy },
    rematch: { kind: "open", offers: [] },
    // Whoever left the game has left the room: it is no room of hers any more.
    left: reason === "left" && forfeitedBy !== null ? [forfeitedBy] : [],
    archived: false,
  };
}

function depart(
  room: Room,
  { payload, hidden, at }: Extract<RoomEvent, { kind: "player_disconnected" }>,
  game: Game,
): Room {
  const { playerId, deadline } = payload;
  const { absentMs } = attendanceOf(room, playerId);
  const away = { since: at, deadline: fromIsoTime(deadline) };
  const gone = withAttendance(room, playerId, { stamp: hidden.stamp, absentMs, away });
  // G5: nobody's clock runs while she is away.
  const clockStands = gone.status === "playing" && game.turnOf(gone.game) === playerId;
  return clockStands ? { ...gone, turnDeadline: null } : gone;
}

function comeBack(
  room: Room,
  { payload, hidden, at }: Extract<RoomEvent, { kind: "player_reconnected" }>,
): Room {
  const { absentMs, away } = attendanceOf(room, payload.playerId);
  const back = withAttendance(room, payload.playerId, {
    stamp: hidden.stamp,
    absentMs: absentMs + (away === null ? 0 : Math.max(0, at - away.since)),
    away: null,
  });
  return back.status === "playing" ? { ...back, turnDeadline: deadline(payload.turnDeadline) } : back;
}

function withAttendance(room: Room, playerId: UserId, attendance: Attendance): Room {
  return { ...room, attendance: { ...room.attendance, [playerId]: attendance } };
}

function close(room: WaitingRoom, reason: ClosedRoom["reason"]): ClosedRoom {
  return { ...room, status: "closed", reason };
}

function expect<Status extends Room["status"]>(
  room: Room,
  status: Status,
  event: RoomEvent,
): Extract<Room, { status: Status }> {
  if (room.status !== status)
    throw new Error(`${event.kind} happens to ${status} rooms, not to ${room.status} ones.`);
  return room as Extract<Room, { status: Status }>; // just checked
}

function deadline(isoTime: string | null): number | null {
  return isoTime === null ? null : fromIsoTime(isoTime);
}
