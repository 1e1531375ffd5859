/**
 * Who is connected, and which rooms each person is in (R1, R3).
 *
 * A person is present while at least one socket of hers is registered by a gateway whose lease is alive.
 * Stamps are numbers that rise for each person: max(previous + 1, the clock in µs).
 */
import type { ConnectionId, RoomId, RoomRole, UserId } from "../protocol/index.ts";

export interface SocketRegistration {
  readonly userId: UserId;
  readonly connectionId: ConnectionId;
  readonly gatewayId: string;
}

/** What adding or removing a socket did to the person's presence. */
export interface PresenceChange {
  /** True where this was the first socket in, or the last one out. Exactly one caller gets true for each change. */
  readonly changed: boolean;
  readonly stamp: number;
}

export interface Presence {
  readonly userId: UserId;
  readonly present: boolean;
  /** Of the last change; 0 where the person was never seen. */
  readonly stamp: number;
}

/** A person as friends see her: `away` while every socket of hers is of a page that nobody looks at. */
export type PresenceStatus = "online" | "away" | "offline";

/** A person's place in a room, mirrored by the games service after each save (R3). */
export interface RoomMembership {
  readonly roomId: RoomId;
  readonly gameType: string;
  readonly role: RoomRole;
  /** The room's `seq` at which this entry was written: the higher one wins. */
  readonly seq: number;
  /** The room's `seq` from which this person has had this role. */
  readonly since: number;
}

export type MembershipChange =
  | { readonly kind: "set"; readonly userId: UserId; readonly membership: RoomMembership }
  | { readonly kind: "remove"; readonly userId: UserId; readonly roomId: RoomId; readonly seq: number };

/** Of one person: an older "set" is seconds late, and nobody leaves so many rooms meanwhile. */
export const rememberedRemovals = 100;

export interface Spectators {
  readonly counted: readonly UserId[];
  readonly gone: readonly UserId[];
}

export interface PresenceRegistry {
  /** Registers a socket. Idempotent: a socket that is there already changes nothing. */
  add(socket: SocketRegistration): Promise<PresenceChange>;
  /** Takes a socket out. Idempotent: a socket that is not there changes nothing. */
  remove(socket: SocketRegistration): Promise<PresenceChange>;
  /** In the order of `userIds`. */
  presenceOf(userIds: readonly UserId[]): Promise<readonly Presence[]>;

  /** Notes whether anybody looks at the page of a socket that is registered; of one that is not it changes nothing. */
  look(socket: SocketRegistration, isHidden: boolean): Promise<void>;
  /** In the order of `userIds`. */
  statusesOf(userIds: readonly UserId[]): Promise<readonly PresenceStatus[]>;

  /**
   * Keeps a gateway's sockets registered for `leaseMs` from now. False where no lease of it was alive, or some of
   * its sockets were lost: the gateway registers all of them again (R1). A gateway renews through one registry.
   */
  renewLease(gatewayId: string, leaseMs: number): Promise<boolean>;
  /** Takes out the sockets of gateways whose lease ran out; answers the people whose last socket that was. */
  reap(): Promise<readonly Presence[]>;

  /**
   * Writes places in rooms. MUST ignore a change whose `seq` is lower than the entry's; a removal is remembered
   * with its `seq`, so that an older "set" that comes late does not bring the entry back. Of one person's removals the
   * last `rememberedRemovals` are remembered, and no more: who stays for days leaves thousands of rooms.
   */
  changeMemberships(changes: readonly MembershipChange[]): Promise<void>;
  membershipsOf(userId: UserId): Promise<readonly RoomMembership[]>;

  /**
   * Who watches a room, as places with the role `spectator` say: those who are counted, and those who have been gone
   * for too long to be, but may come back.
   */
  spectatorsOf(roomId: RoomId): Promise<Spectators>;
  /** How many are counted, in the order of `roomIds`. */
  spectatorCounts(roomIds: readonly RoomId[]): Promise<readonly number[]>;
  /** Counts people no more, or again; answers for how many that was a change. Only of those who watch the room. */
  countSpectators(roomId: RoomId, userIds: readonly UserId[], isCounted: boolean): Promise<number>;
  /** The rooms that somebody watches. */
  watchedRooms(): Promise<readonly RoomId[]>;

  /**
   * Whether the places of all rooms are here: false in a registry that is new, came back empty or may have lost
   * some, until somebody has written them all and says so.
   */
  membershipsAreComplete(): Promise<boolean>;
  /**
   * All places have been written since this registry last answered that they were not complete. Without effect
   * where the registry may have lost some in the meantime.
   */
  declareMembershipsComplete(): Promise<void>;

  close(): Promise<void>;
}
