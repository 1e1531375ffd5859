/**
 * Commands that look beyond one room: opening one, finding one, and what a newcomer needs to see. Each is done
 * alone, after everything that came before it is saved, so that what it finds is how things stand.
 */
import type { GamesContext } from "./context.ts";
import { payloadOf } from "./payloads.ts";
import type { Plan, PlanResult } from "./plan.ts";
import { answerRecord, settledRecord, type Asked } from "./records.ts";
import { membershipOf } from "./changes.ts";
import { joinPlan, newRoomPlan, repeatPlan } from "./room-plans.ts";
import { createdRoomId } from "../identity.ts";
import { createRoom, joinRoom } from "../rooms/decide.ts";
import { isMember, isOver, seatOf, type Newcomer, type Room } from "../rooms/room.ts";
import { roleIn, snapshotOf } from "../rooms/view.ts";
import { spectatorPlaces, spectatorSnapshot, type Spectators } from "./spectators.ts";
import { nameClaim, seatClaim } from "../store/document.ts";
import { outcomeOf } from "../store/outcomes.ts";
import type { NewRecord } from "../../event-log/port.ts";
import type { MembershipChange } from "../../presence/port.ts";
import {
  audienceOf,
  audiencesOfRole,
  displayName,
  toConnection,
  toUsers,
  type Rejection,
  type RoomId,
  type SubscriptionDirective,
  type UserId,
} from "../../protocol/index.ts";

/** Carries out one plan; the answer says whether it was refused. */
export type Run = (plan: Plan) => Promise<PlanResult>;

/** @returns why it is refused, or null where it was done or answered */
export type LobbyCommand = (
  context: GamesContext,
  asked: Asked,
  run: Run,
  spectators: Spectators,
) => Promise<Rejection | null>;

export const lobbyCommands: Readonly<Record<string, LobbyCommand>> = {
  "games.command.create_room": async (context, asked, run) => {
    const { gameType, roomName, clientSeed } = payloadOf(asked.command, "games.command.create_room");
    if (!context.hasGame(gameType)) return { code: "GAME_NOT_FOUND" };
    return refusalOf(await open(context, asked, run, gameType, displayName(roomName), clientSeed));
  },

  "games.command.join_room": async (context, asked, run) => {
    const { roomId, roomName, clientSeed } = payloadOf(asked.command, "games.command.join_room");
    if (roomId !== undefined) return refusalOf(await join(context, asked, run, roomId, clientSeed));
    if (await answeredBefore(context, asked, run)) return null;
    const found = await context.store.holderOf(nameClaim(roomName ?? ""));
    if (found === null) return { code: "ROOM_NOT_FOUND" };
    return refusalOf(await join(context, asked, run, found, clientSeed));
  },

  "games.command.quick_play": async (context, asked, run) => {
    const { gameType, clientSeed } = payloadOf(asked.command, "games.command.quick_play");
    if (!context.hasGame(gameType)) return { code: "GAME_NOT_FOUND" };
    if (await answeredBefore(context, asked, run)) return null;
    const own = await context.store.holderOf(seatClaim(gameType, asked.person.userId));
    if (own !== null) return showRoom(context, asked, run, own);
    for (const { room } of await context.store.waiting(gameType, 20)) {
      const result = await join(context, asked, run, room.roomId, clientSeed);
      if (result.kind === "done") return null;
    }
    const name = await context.freeName(`${asked.person.username}'s game`);
    return refusalOf(await open(context, asked, run, gameType, name, clientSeed));
  },

  "games.command.open_lobby": async (context, asked, run, spectators) => {
    const { gameType } = payloadOf(asked.command, "games.command.open_lobby");
    if (!context.hasGame(gameType)) return { code: "GAME_NOT_FOUND" };
    const { connectionId } = asked.person;
    const listed = await context.store.list(gameType);
    const counts = await spectators.countsOf(listed.map(({ roomId }) => roomId));
    const rooms = listed.map((room) => ({ ...room, spectatorCount: counts.get(room.roomId) ?? 0 }));
    const list = answerRecord(asked, {
      type: "games.event.rooms_updated",
      key: gameType,
      audience: toConnection(connectionId),
      payload: { gameType, full: true, rooms, removed: [] },
      subscribe: [{ connectionId, audience: audienceOf.roomList(gameType) }],
    });
    return refusalOf(await run(saying(list)));
  },

  "games.command.close_lobby": async (context, asked, run) => {
    const { gameType } = payloadOf(asked.command, "games.command.close_lobby");
    if (!context.hasGame(gameType)) return { code: "GAME_NOT_FOUND" };
    const unsubscribe = [
      { connectionId: asked.person.connectionId, audience: audienceOf.roomList(gameType) },
    ];
    return refusalOf(await run(saying(settledRecord(asked, { ok: true, unsubscribe }, gameType))));
  },

  "system.command.sync_state": async (context, asked, run, spectators) => {
    const { userId } = asked.person;
    const documents = await context.store.roomsOf(userId);
    const rooms = documents.map(({ room }) => room).filter((room) => isMember(room, userId));
    const watched = await roomsWatchedBy(context, spectators, userId);
    const counts = await spectators.countsOf([...rooms, ...watched].map(({ roomId }) => roomId));
    const countOf = ({ roomId }: Room) => counts.get(roomId) ?? 0;
    const states = [
      ...rooms.map((room) => snapshotOf(room, context.gameOf(room.gameType), "player", countOf(room))),
      ...watched.map((room) => spectatorSnapshot(context, room, countOf(room))),
    ].map((snapshot) => [snapshot.roomId, snapshot] as const);
    const { connectionId } = asked.person;
    const snapshot = answerRecord(asked, {
      type: "system.event.state_snapshot",
      key: userId,
      audience: toUsers(userId),
      payload: {
        activeRooms: rooms.map((room) => room.roomId),
        gameStates: Object.fromEntries(states),
        unreadMessages: await context.people.unreadOf(userId),
      },
      subscribe: [
        ...rooms.flatMap((room) => placesOf(asked, room)),
        ...watched.flatMap((room) => spectatorPlaces(room, { connectionId })),
      ],
    });
    return refusalOf(
      await run(
        saying(
          snapshot,
          rooms.map((room) => membershipOf(room, userId)),
        ),
      ),
    );
  },
};

/** One of them that was first decided too late (L5); where it was done, and not said, it is said (W2). */
export const lookedAroundBefore: LobbyCommand = async (context, asked, run) =>
  (await answeredBefore(context, asked, run)) ? null : { code: "EXPIRED" };

function open(
  context: GamesContext,
  asked: Asked,
  run: Run,
  gameType: string,
  roomName: string,
  clientSeed: string | undefined,
): Promise<PlanResult> {
  const roomId = createdRoomId(asked.person.userId, asked.commandId);
  const plan = newRoomPlan(context, asked, roomId, () => {
    const host = newcomer(context, asked, clientSeed);
    const opening = { roomId, roomName, serverSeed: context.seeds.serverSeed(), host };
    return createRoom(opening, context.roomContext(gameType));
  });
  return run(plan);
}

function join(
  context: GamesContext,
  asked: Asked,
  run: Run,
  roomId: RoomId,
  clientSeed: string | undefined,
): Promise<PlanResult> {
  const seed = newcomer(context, asked, clientSeed);
  return run(joinPlan(context, asked, roomId, (room, roomContext) => joinRoom(room, seed, roomContext)));
}

function newcomer(context: GamesContext, { person }: Asked, clientSeed: string | undefined): Newcomer {
  return {
    id: person.userId,
    name: person.username,
    guest: person.roles.includes("guest"),
    clientSeed: clientSeed ?? context.seeds.clientSeed(),
  };
}

/** The command was done in one of the actor's rooms: says so again (S3). */
async function answeredBefore(context: GamesContext, asked: Asked, run: Run): Promise<boolean> {
  const { person, commandId } = asked;
  for (const document of await context.store.roomsOf(person.userId)) {
    const outcome = outcomeOf(document.outcomes, person.userId, commandId);
    if (outcome === undefined) continue;
    await run(repeatPlan(asked, document.room.roomId, outcome));
    return true;
  }
  return false;
}

/** Quick play of someone who is in a room already: here it is (design §5, Seats). */
async function showRoom(
  context: GamesContext,
  asked: Asked,
  run: Run,
  roomId: RoomId,
): Promise<Rejection | null> {
  const document = await context.store.load(roomId);
  if (document === null) return { code: "ROOM_NOT_FOUND" };
  const { room } = document;
  const place = membershipOf(room, asked.person.userId);
  return refusalOf(await run(saying(stateSync(context, asked, room), [place])));
}

function stateSync(context: GamesContext, asked: Asked, room: Room): NewRecord {
  const { userId } = asked.person;
  return answerRecord(asked, {
    type: `games.event.${room.gameType}.state_sync`,
    key: room.roomId,
    audience: toUsers(userId),
    payload: snapshotOf(room, context.gameOf(room.gameType), roleIn(room, userId)),
    subscribe: placesOf(asked, room),
  });
}

/** Those that are still there; whoever took a seat in one plays there. */
async function roomsWatchedBy(
  context: GamesContext,
  spectators: Spectators,
  userId: UserId,
): Promise<readonly Room[]> {
  const documents = await Promise.all(
    (await spectators.roomsOf(userId)).map((roomId) => context.store.load(roomId)),
  );
  return documents.flatMap((document) => {
    if (document === null || seatOf(document.room, userId) !== undefined) return [];
    return isOver(document.room) ? [] : [document.room];
  });
}

/** The socket that gets a room's snapshot hears the room from there on, whatever presence knew of it (L1). */
function placesOf({ person }: Asked, { roomId, seq }: Room): readonly SubscriptionDirective[] {
  const { connectionId } = person;
  return audiencesOfRole(roomId, "player").map((audience) => ({ connectionId, audience, seq }));
}

function saying(record: NewRecord, memberships: readonly MembershipChange[] = []): Plan {
  return { roomId: null, decide: () => ({ kind: "answer", records: [record], memberships }) };
}

function refusalOf(result: PlanResult): Rejection | null {
  return result.kind === "refused" ? result.rejection : null;
}
