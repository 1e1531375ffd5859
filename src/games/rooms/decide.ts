/**
 * What may be done with a room, and what it does. Pure: time, randomness and identifiers come in. A decision is
 * the room after each of its events, or a refusal; nothing is saved or sent here.
 */
import { fairRandom, hashSeed } from "../fair-random.ts";
import { isDue, RoomChange, type RoomContext, type RoomDecision, type RoomStep } from "./room-change.ts";
import {
  isMember,
  seatOf,
  type FinishedRoom,
  type Newcomer,
  type PlayingRoom,
  type RematchOffer,
  type Room,
} from "./room.ts";
import type { GameMessage } from "../game.ts";
import type { RoomEventBody } from "./events.ts";
import type { Rejection, RoomId, UserId } from "../../protocol/index.ts";

/** A third turn in a row that a player lets run out loses the game (G5). */
const idleTurnsToForfeit = 3;

const refuse = (code: Rejection["code"], message?: string): RoomDecision => ({
  ok: false,
  rejection: message === undefined ? { code } : { code, message },
});

export interface Opening {
  readonly roomId: RoomId;
  readonly roomName: string;
  readonly serverSeed: string;
  readonly host: Newcomer;
}

export function createRoom(opening: Opening, context: RoomContext): RoomDecision {
  const change = new RoomChange(null, context);
  change.emit(creation(opening, context.game.slug));
  return change.decision();
}

export function joinRoom(room: Room, newcomer: Newcomer, context: RoomContext): RoomDecision {
  if (isMember(room, newcomer.id)) {
    return { ok: false, rejection: { code: "ALREADY_IN_ROOM", roomId: room.roomId } };
  }
  if (room.status === "closed") return refuse("ROOM_NOT_FOUND");
  if (room.status === "finished") return refuse("ROOM_FINISHED");
  if (room.status === "playing") return refuse("ROOM_FULL");
  const change = new RoomChange(room, context);
  change.seat(newcomer);
  return change.decision();
}

export function leaveRoom(room: Room, playerId: UserId, context: RoomContext): RoomDecision {
  if (!isMember(room, playerId)) return refuse("NOT_IN_ROOM");
  const change = new RoomChange(room, context);
  change.emit({ kind: "player_left", payload: { playerId } });
  if (room.status === "waiting") change.emit({ kind: "room_closed", payload: { reason: "host_left" } });
  if (room.status === "playing") change.forfeit(playerId, "left");
  if (room.status === "finished" && room.rematch.kind === "open") {
    change.emit({ kind: "rematch_closed", payload: {} });
  }
  return change.decision();
}

/** A command of the game itself. */
export function playInRoom(
  room: Room,
  playerId: UserId,
  command: GameMessage,
  context: RoomContext,
): RoomDecision {
  if (seatOf(room, playerId) === undefined) return refuse("NOT_A_PLAYER");
  if (room.status === "closed") return refuse("ROOM_NOT_FOUND");
  if (room.status === "finished") return refuse("ROOM_FINISHED");
  if (room.status === "waiting") return refuse("GAME_NOT_STARTED");
  const decision = context.game.decide(room.game, playerId, command, randomOf(room));
  if (!decision.ok) return { ok: false, rejection: explain(decision.rejection, room, context) };
  const change = new RoomChange(room, context);
  change.play(decision.events, { playerId, timedOut: false });
  return change.decision();
}

/** Says who is to move, or what became of the turn (F18), where the game left that to us. */
function explain(rejection: Rejection, room: PlayingRoom, { game }: RoomContext): Rejection {
  if (rejection.message !== undefined) return rejection;
  const turn = game.turnOf(room.game);
  const name = turn === null ? undefined : seatOf(room, turn)?.name;
  if (name === undefined) return rejection;
  if (rejection.code === "NOT_YOUR_TURN")
    return { ...rejection, message: `It is ${name}'s turn: wait for yours.` };
  if (rejection.code === "TURN_OVER") {
    return { ...rejection, message: `That turn is over already; now it is ${name}'s turn.` };
  }
  return rejection;
}

/** The clock of the turn that `stamp` opened ran out (S4): nothing, unless that turn is still open and due. */
export function timeOutTurn(room: Room, stamp: number, context: RoomContext): RoomDecision {
  const playing = room.status === "playing" && room.seq === stamp ? room : null;
  const playerId = playing === null ? null : context.game.turnOf(playing.game);
  if (playing === null || playerId === null || !isDue(playing.turnDeadline, context.now)) {
    return { ok: true, steps: [] };
  }
  const change = new RoomChange(playing, context);
  if ((playing.idleTurns[playerId] ?? 0) + 1 >= idleTurnsToForfeit) change.forfeit(playerId, "idle");
  else change.play(context.game.timeout(playing.game, randomOf(playing)), { playerId, timedOut: true });
  return change.decision();
}

export type RematchDecision =
  | { readonly ok: true; readonly steps: readonly RoomStep[]; readonly next: readonly RoomStep[] }
  | { readonly ok: false; readonly rejection: Rejection };

/**
 * Offers a rematch; with everyone's offer it starts: `next` is then the new room, from its creation to the start
 * of the game, with the seats the other way round (G4).
 */
export function requestRematch(
  room: Room,
  playerId: UserId,
  clientSeed: string,
  opening: Omit<Opening, "host">,
  context: RoomContext,
): RematchDecision {
  const refusal = refuseRematch(room, playerId);
  if (refusal !== null) return { ok: false, rejection: refusal };
  const change = new RoomChange(room, context);
  const offered = hasOffered(room, playerId)
    ? room
    : change.emit({ kind: "rematch_offered", payload: { playerId }, hidden: { clientSeed } });
  if (offered.status !== "finished" || offered.rematch.kind !== "open")
    throw new Error("An offer stays open.");
  const { offers } = offered.rematch;
  if (offers.length < room.seats.length) return { ok: true, steps: change.steps, next: [] };
  change.emit({ kind: "rematch_started", payload: { newRoomId: opening.roomId } });
  return { ok: true, steps: change.steps, next: nextGame(room, offers, opening, context) };
}

function refuseRematch(room: Room, playerId: UserId): Rejection | null {
  if (seatOf(room, playerId) === undefined) return { code: "NOT_A_PLAYER" };
  if (room.status === "closed") return { code: "ROOM_NOT_FOUND" };
  if (room.status !== "finished") {
    return { code: "GAME_NOT_FINISHED", message: "The game is not over yet: play it to the end first." };
  }
  if (room.rematch.kind === "open") return null;
  return {
    code: "ROOM_FINISHED",
    message: "There will be no rematch in this room: find a new game in the lobby.",
  };
}

function hasOffered(room: Room, playerId: UserId): boolean {
  return (
    room.status === "finished" &&
    room.rematch.kind === "open" &&
    room.rematch.offers.some((offer) => offer.playerId === playerId)
  );
}

function nextGame(
  room: Room,
  offers: readonly RematchOffer[],
  opening: Omit<Opening, "host">,
  context: RoomContext,
): readonly RoomStep[] {
  const [host, ...others] = room.seats.toReversed().map(({ id, name, guest, clientSeed }) => ({
    id,
    name,
    guest,
    clientSeed: offers.find((offer) => offer.playerId === id)?.clientSeed ?? clientSeed,
  }));
  if (host === undefined) throw new Error("A room has at least one seat.");
  const next = new RoomChange(null, context);
  next.emit(creation({ ...opening, host }, context.game.slug));
  for (const newcomer of others) next.seat(newcomer);
  return next.steps;
}

/** Ten minutes after the end nobody waits for a rematch any more. */
export function closeRematch(room: Room, stamp: number, context: RoomContext): RoomDecision {
  const due =
    room.status === "finished" &&
    room.rematch.kind === "open" &&
    room.finishedAt === stamp &&
    isDue(room.finishedAt + context.times.rematchMs, context.now);
  if (!due) return { ok: true, steps: [] };
  const change = new RoomChange(room, context);
  change.emit({ kind: "rematch_closed", payload: {} });
  return change.decision();
}

/** The room as its archive has it, or null where it is not time (G1). No event: for the players it was over. */
export function archiveRoom(room: Room, context: RoomContext): FinishedRoom | null {
  const due =
    room.status === "finished" &&
    !room.archived &&
    isDue(room.finishedAt + context.times.archiveAfterMs, context.now);
  return due ? { ...room, archived: true } : null;
}

function creation(opening: Opening, gameType: string): RoomEventBody {
  const { roomId, roomName, serverSeed, host } = opening;
  const serverSeedHash = hashSeed(serverSeed);
  return {
    kind: "room_created",
    payload: { roomName, gameType, hostId: host.id, serverSeedHash },
    hidden: { roomId, serverSeed, host },
  };
}

function randomOf(room: Room) {
  return fairRandom(
    room.serverSeed,
    room.seats.map((seat) => seat.clientSeed),
  );
}
