/**
 * Who watches which room (G1, G2): kept in presence, beside the versioned document, so that watching never contends
 * with rolling. Counts are of people; they are told at most four times a second for each room.
 */
import type { GamesContext } from "./context.ts";
import type { LobbyChanges } from "./lobby-changes.ts";
import { outOf } from "./places-ended.ts";
import type { Plan } from "./plan.ts";
import { answerRecord, settledRecord, type Asked, type Person } from "./records.ts";
import { createWatchedToTheEnd } from "./watched-to-the-end.ts";
import { isMember, isOver, seatOf, type Room } from "../rooms/room.ts";
import { listingOf, snapshotOf } from "../rooms/view.ts";
import { causedEventId } from "../../event-log/answers.ts";
import type { EventLog, NewRecord } from "../../event-log/port.ts";
import type { MembershipChange, PresenceRegistry } from "../../presence/port.ts";
import {
  asUserId,
  audienceOf,
  audiencesOfRole,
  isoTime,
  systemActor,
  toRoom,
  toUsers,
  isTimeAgain,
  type EventEnvelope,
  type RoomId,
  type RoomSnapshot,
  type SubscriptionDirective,
  type UserId,
} from "../../protocol/index.ts";

/**
 * Who lost the last socket is counted for so long, and may come back to the room for so long. With the lease of a
 * gateway that was killed (20 s), the other's next look at it and the sweep, the count is right within a minute.
 */
const countedMs = 20_000;
const keptMs = 6 * 60_000;
const quietMs = 250;
const sweepEveryMs = 5_000;

export interface Spectators {
  spectate(asked: Asked, roomId: RoomId): Plan;
  stopSpectating(asked: Asked, roomId: RoomId): Plan;
  chat(asked: Asked, roomId: RoomId, content: string): Plan;
  /** The rooms that a person watches. */
  roomsOf(userId: UserId): Promise<readonly RoomId[]>;
  /** How many watch each of them; none where presence cannot say. */
  countsOf(roomIds: readonly RoomId[]): Promise<ReadonlyMap<RoomId, number>>;
  /** Looks after those who are gone, where it is time to. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export interface SpectatorsParts {
  readonly context: GamesContext;
  readonly log: EventLog;
  readonly presence: PresenceRegistry;
  readonly lobby: LobbyChanges;
  onFailure(error: unknown): void;
}

interface Change {
  readonly kind: "joined" | "left";
  readonly person: { readonly userId: UserId; readonly username: string };
}

/** For a change that was found, not seen: nobody here knows who it was. */
const somebody = "Somebody";
const nobody = asUserId("0");

export function createSpectators(parts: SpectatorsParts): Spectators {
  const { context, log, presence, lobby, onFailure } = parts;
  const watchedToTheEnd = createWatchedToTheEnd(context, log, presence, keptMs);
  /** The last change of each room that has not been told. */
  const untold = new Map<RoomId, Change>();
  const quiet = new Map<RoomId, ReturnType<typeof setTimeout>>();
  const telling = new Set<Promise<void>>();
  const lastTold = new Map<RoomId, number>();
  let sweptAt = 0;

  function note(roomId: RoomId, change: Change): void {
    untold.set(roomId, change);
    if (!quiet.has(roomId)) tellNow(roomId);
  }

  function tellNow(roomId: RoomId): void {
    const change = untold.get(roomId);
    quiet.delete(roomId);
    if (change === undefined) return;
    untold.delete(roomId);
    quiet.set(
      roomId,
      setTimeout(() => tellNow(roomId), quietMs),
    );
    const told = tell(roomId, change)
      .catch((error: unknown) => {
        // Told with the next change, or by the sweep.
        if (!untold.has(roomId)) untold.set(roomId, change);
        onFailure(error);
      })
      .finally(() => telling.delete(told));
    telling.add(told);
  }

  async function tell(roomId: RoomId, { kind, person }: Change): Promise<void> {
    const [spectatorCount = 0] = await presence.spectatorCounts([roomId]);
    const value: EventEnvelope = {
      kind: "event",
      eventId: crypto.randomUUID(),
      eventType: `games.event.spectator_${kind}`,
      timestamp: isoTime(context.now()),
      producer: "games",
      actor: systemActor,
      audience: toRoom(audienceOf.room(roomId)),
      payload: { roomId, spectatorId: person.userId, spectatorName: person.username, spectatorCount },
    };
    const room = (await context.store.load(roomId))?.room;
    const listing = room === undefined ? null : listingOf(room, spectatorCount);
    const changes =
      room === undefined || listing === null
        ? []
        : lobby.take([{ gameType: room.gameType, roomId, seq: room.seq, listing }]);
    await log.append([{ topic: "games.events", key: roomId, value }, ...changes]);
    if (spectatorCount === 0) lastTold.delete(roomId);
    else lastTold.set(roomId, spectatorCount);
  }

  async function isWatching({ userId }: Person, roomId: RoomId): Promise<boolean> {
    return (await roomsOf(userId)).includes(roomId);
  }

  async function roomsOf(userId: UserId): Promise<readonly RoomId[]> {
    const places = await presence.membershipsOf(userId);
    return places.filter(({ role }) => role === "spectator").map(({ roomId }) => roomId);
  }

  async function countsOf(roomIds: readonly RoomId[]): Promise<ReadonlyMap<RoomId, number>> {
    if (roomIds.length === 0) return new Map();
    const counts = await presence.spectatorCounts(roomIds).catch(() => []);
    return new Map(roomIds.map((roomId, index) => [roomId, counts[index] ?? 0]));
  }

  /** Who has been gone for 20 seconds is not counted; who has been gone for six has left. */
  async function sweep(roomId: RoomId): Promise<void> {
    const { counted, gone } = await presence.spectatorsOf(roomId);
    const goneSince = new Map<UserId, number | null>();
    for (const { userId, present, stamp } of await presence.presenceOf([...counted, ...gone])) {
      goneSince.set(userId, present ? null : stamp / 1000);
    }
    const isGoneFor = (ms: number) => (userId: UserId) => {
      const since = goneSince.get(userId) ?? null;
      return since !== null && since < context.now() - ms;
    };
    const leavers = counted.filter(isGoneFor(countedMs));
    const returned = gone.filter((userId) => goneSince.get(userId) === null);
    if (leavers.length > 0) await presence.countSpectators(roomId, leavers, false);
    if (returned.length > 0) await presence.countSpectators(roomId, returned, true);
    for (const userId of gone.filter(isGoneFor(keptMs))) await forget(userId, roomId);
    // Also what was not told when it happened: a spectator has taken a seat, another process died before telling.
    const [count = 0] = await presence.spectatorCounts([roomId]);
    const told = lastTold.get(roomId) ?? 0;
    if (count === told) return;
    const [userId = nobody] = count < told ? leavers : returned;
    note(roomId, { kind: count < told ? "left" : "joined", person: { userId, username: somebody } });
  }

  async function forget(userId: UserId, roomId: RoomId): Promise<void> {
    const places = await presence.membershipsOf(userId);
    const seq = places.find((place) => place.roomId === roomId)?.seq;
    if (seq !== undefined) await presence.changeMemberships([{ kind: "remove", userId, roomId, seq }]);
  }

  return {
    roomsOf,
    countsOf,

    spectate: (asked, roomId) => ({
      roomId,
      async decide(document) {
        const { person } = asked;
        const room = document?.room;
        if (room === undefined || isOver(room))
          return { kind: "refused", rejection: { code: "ROOM_NOT_FOUND" } };
        if (isMember(room, person.userId)) {
          return { kind: "refused", rejection: { code: "ALREADY_IN_ROOM", roomId } };
        }
        if (seatOf(room, person.userId) !== undefined) {
          const message = "You have played in this game: you cannot watch it as well.";
          return { kind: "refused", rejection: { code: "FORBIDDEN", message } };
        }
        const isNew = !(await isWatching(person, roomId));
        const counts = await countsOf([roomId]);
        const spectatorCount = (counts.get(roomId) ?? 0) + (isNew ? 1 : 0);
        return {
          kind: "answer",
          records: [stateSync(context, asked, room, spectatorCount)],
          memberships: [watching(room, person.userId)],
          said() {
            if (isNew) note(roomId, { kind: "joined", person });
          },
        };
      },
    }),

    stopSpectating: (asked, roomId) => ({
      roomId,
      async decide(document) {
        const { person } = asked;
        const room = document?.room;
        if (room === undefined) return { kind: "refused", rejection: { code: "ROOM_NOT_FOUND" } };
        if (isMember(room, person.userId)) {
          return { kind: "refused", rejection: { code: "NOT_A_SPECTATOR" } };
        }
        const wasWatching = await isWatching(person, roomId);
        const { userId } = person;
        const unsubscribe = [
          ...outOf(room, "player", userId),
          { userId, audience: audienceOf.spectators(roomId), seq: room.seq },
        ];
        return {
          kind: "answer",
          records: [settledRecord(asked, { ok: true, seq: room.seq, roomId, unsubscribe }, roomId)],
          memberships: [{ kind: "remove", userId, roomId, seq: room.seq }],
          said() {
            if (wasWatching) note(roomId, { kind: "left", person });
          },
        };
      },
    }),

    chat: (asked, roomId, content) => ({
      roomId: null, // presence says who watches
      decide: async () =>
        (await isWatching(asked.person, roomId))
          ? { kind: "answer", records: [messageRecord(asked, roomId, content)] }
          : { kind: "refused", rejection: { code: "NOT_A_SPECTATOR" } },
    }),

    async look() {
      if (!isTimeAgain(context.now(), sweptAt, sweepEveryMs)) return;
      sweptAt = context.now();
      const watched = new Set([...(await presence.watchedRooms()), ...lastTold.keys()]);
      for (const roomId of watched) await sweep(roomId);
      await watchedToTheEnd.look(watched);
    },

    async stop() {
      for (const timer of quiet.values()) clearTimeout(timer);
      await Promise.all(telling);
    },
  };
}

function watching({ roomId, gameType, seq }: Room, userId: UserId): MembershipChange {
  return { kind: "set", userId, membership: { roomId, gameType, role: "spectator", seq, since: seq } };
}

/** All sockets of the person hear the room from its snapshot on, and what spectators say. */
export function spectatorPlaces(
  { roomId, seq }: Pick<Room, "roomId" | "seq">,
  whose: { readonly userId: UserId } | { readonly connectionId: Person["connectionId"] },
): readonly SubscriptionDirective[] {
  return audiencesOfRole(roomId, "spectator").map((audience) => ({ ...whose, audience, seq }));
}

/** The room as a spectator sees it. */
export function spectatorSnapshot(context: GamesContext, room: Room, spectatorCount: number): RoomSnapshot {
  return snapshotOf(room, context.gameOf(room.gameType), "spectator", spectatorCount);
}

function stateSync(context: GamesContext, asked: Asked, room: Room, spectatorCount: number): NewRecord {
  const { userId } = asked.person;
  return answerRecord(asked, {
    type: `games.event.${room.gameType}.state_sync`,
    key: room.roomId,
    audience: toUsers(userId),
    payload: spectatorSnapshot(context, room, spectatorCount),
    subscribe: spectatorPlaces(room, { userId }),
  });
}

/** The same id however often it is said: gateways and clients drop what they have had (L4). */
function messageRecord(asked: Asked, roomId: RoomId, content: string): NewRecord {
  const { person, commandId, record } = asked;
  const { userId: senderId, username: senderName } = person;
  const messageId = causedEventId(senderId, commandId, 0);
  const sentAt = isoTime(record.appendedAt);
  const value: EventEnvelope = {
    kind: "event",
    eventId: messageId,
    eventType: "games.event.spectator_chat_message",
    timestamp: sentAt,
    producer: "games",
    actor: person,
    correlationId: commandId,
    audience: toRoom(audienceOf.spectators(roomId)),
    payload: { roomId, messageId, senderId, senderName, content, sentAt },
  };
  return { topic: "games.events", key: roomId, value };
}
