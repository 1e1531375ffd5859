/** Says what was saved: places to presence, events to the log, changes to the lobby, in this order (S1, R3). */
import { lobbyChange, membershipChanges } from "./changes.ts";
import type { GamesContext } from "./context.ts";
import type { Publisher } from "./group-commit.ts";
import type { LobbyChanges } from "./lobby-changes.ts";
import { RecentlyUsed } from "../recently-used.ts";
import { roomRecord } from "../rooms/publish.ts";
import type { LobbyChange } from "./plan.ts";
import type { EventLog, NewRecord } from "../../event-log/port.ts";
import { Away } from "./surroundings.ts";
import type { MembershipChange, PresenceRegistry } from "../../presence/port.ts";
import type { RoomDocument } from "../store/port.ts";
import type { RoomId } from "../../protocol/index.ts";

/**
 * Places kept for a registry that is away. One that is lost beyond it is made good when the person's client, which
 * names the rooms that it is in (R3), asks for a snapshot.
 */
const mostUnmirrored = 100_000;

/** Rooms whose tail is known to be in the log; for those beyond, a tail may be appended twice (L4). */
const rememberedRooms = 100_000;

export function createPublisher(
  context: GamesContext,
  log: EventLog,
  presence: PresenceRegistry,
  lobby: LobbyChanges,
): Publisher & { mirrorAgain(): Promise<void> } {
  /** The `seq` up to which this process knows a room's events to be in the log. */
  const appended = new RecentlyUsed<RoomId, number>(rememberedRooms);

  /** Places that presence did not take: it is away, and games go on without it (R3). */
  let unmirrored: readonly MembershipChange[] = [];

  async function mirror(changes: readonly MembershipChange[]): Promise<void> {
    if (unmirrored.length > 0) {
      unmirrored = [...unmirrored, ...changes].slice(-mostUnmirrored);
      return;
    }
    try {
      await presence.changeMemberships(changes);
    } catch (error) {
      if (!(error instanceof Away)) throw error;
      unmirrored = changes;
    }
  }

  function isUntold({ room, tail }: RoomDocument): boolean {
    const last = tail.at(-1);
    return last !== undefined && (appended.get(room.roomId) ?? 0) < last.event.seq;
  }

  /** Whoever saved it may have died before saying any of it: places and the lobby's list are said again too. */
  async function publishTail({ room, tail }: RoomDocument): Promise<void> {
    const game = context.gameOf(room.gameType);
    await mirror(membershipChanges(null, room));
    await log.append([
      ...tail.map((tailEvent) => roomRecord(tailEvent, room, game)),
      ...lobby.take([lobbyChange(room)]),
    ]);
    appended.set(room.roomId, tail.at(-1)?.event.seq ?? 0);
  }

  return {
    async mirrorAgain() {
      const changes = unmirrored;
      if (changes.length === 0) return;
      await presence.changeMemberships(changes);
      unmirrored = unmirrored.slice(changes.length);
    },

    async publishTails(documents) {
      for (const document of documents) if (isUntold(document)) await publishTail(document);
    },

    async publish(saved) {
      const memberships: MembershipChange[] = [];
      const changes: LobbyChange[] = [];
      const records: NewRecord[] = [];
      for (const each of saved) {
        if (each.kind === "refused") continue;
        for (const change of each.memberships ?? []) memberships.push(change);
        for (const record of each.records) records.push(record);
        if (each.kind === "change") for (const change of each.lobby) changes.push(change);
      }
      for (const record of lobby.take(changes)) records.push(record);
      if (memberships.length > 0) await mirror(memberships);
      if (records.length > 0) await log.append(records);
      for (const each of saved) {
        if (each.kind === "answer") each.said?.();
        if (each.kind !== "change") continue;
        for (const { document } of each.unit.writes) appended.set(document.room.roomId, document.room.seq);
      }
    },
  };
}
