/** Presence of the embedded default: in this process, where nothing happens between two lines of a method. */
import type { ConnectionId, RoomId, UserId } from "../protocol/index.ts";
import {
  rememberedRemovals,
  type MembershipChange,
  type Presence,
  type PresenceChange,
  type PresenceRegistry,
  type PresenceStatus,
  type RoomMembership,
  type SocketRegistration,
  type Spectators,
} from "./port.ts";

export interface MemoryPresenceOptions {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** What is known of somebody who is gone and in no room is kept so long; nobody asks after it later. */
const forgetAfterMs = 60 * 60_000;

export function createMemoryPresence({
  now = () => Date.now(),
}: MemoryPresenceOptions = {}): PresenceRegistry {
  return new MemoryPresence(now);
}

/** Nearly everybody has one: a list through the entries costs them nothing, where a Map costs five times the entry. */
interface PresentSocket {
  readonly connectionId: ConnectionId;
  readonly gatewayId: string;
  /** Nobody looks at its page. */
  isHidden: boolean;
  /** The person's next one. */
  next: PresentSocket | null;
}

interface Person {
  /** The first of them; null while she is not here. */
  sockets: PresentSocket | null;
  /** The stamp of the last change; 0 before the first. */
  stamp: number;
  /** null while she is in none. */
  rooms: Map<RoomId, RoomMembership> | null;
  /**
   * The rooms from which she was taken out last, the oldest first, each with the `seq` of it: an older entry that comes
   * late does not bring the room back. null before the first.
   */
  left: Map<RoomId, number> | null;
  /** Milliseconds since 1970. */
  touchedAt: number;
}

interface Watchers {
  readonly counted: Set<UserId>;
  readonly gone: Set<UserId>;
}

class MemoryPresence implements PresenceRegistry {
  readonly #now: () => number;
  readonly #people = new Map<UserId, Person>();
  readonly #watchers = new Map<RoomId, Watchers>();
  /** When each gateway's lease ends. */
  readonly #leases = new Map<string, number>();
  #forgottenAt: number;
  #isComplete = false;

  constructor(now: () => number) {
    this.#now = now;
    this.#forgottenAt = now();
  }

  add({ userId, connectionId, gatewayId }: SocketRegistration): Promise<PresenceChange> {
    const person = this.#personFor(userId);
    const changed = person.sockets === null;
    if (find(person, connectionId) === null)
      person.sockets = { connectionId, gatewayId, isHidden: false, next: person.sockets };
    if (changed) this.#stamp(person);
    return Promise.resolve({ changed, stamp: person.stamp });
  }

  remove({ userId, connectionId }: SocketRegistration): Promise<PresenceChange> {
    const person = this.#people.get(userId);
    const changed =
      person !== undefined &&
      takeOut(person, (socket) => socket.connectionId === connectionId) &&
      person.sockets === null;
    if (changed) this.#stamp(person);
    return Promise.resolve({ changed, stamp: person?.stamp ?? 0 });
  }

  presenceOf(userIds: readonly UserId[]): Promise<readonly Presence[]> {
    return Promise.resolve(userIds.map((userId) => this.#presence(userId)));
  }

  look({ userId, connectionId }: SocketRegistration, isHidden: boolean): Promise<void> {
    const person = this.#people.get(userId);
    const socket = person === undefined ? null : find(person, connectionId);
    if (socket !== null) socket.isHidden = isHidden;
    return Promise.resolve();
  }

  statusesOf(userIds: readonly UserId[]): Promise<readonly PresenceStatus[]> {
    return Promise.resolve(
      userIds.map((userId) => {
        const person = this.#people.get(userId);
        return person === undefined ? "offline" : statusOf(person);
      }),
    );
  }

  renewLease(gatewayId: string, leaseMs: number): Promise<boolean> {
    const now = this.#now();
    const wasAlive = this.#isAlive(gatewayId);
    this.#leases.set(gatewayId, now + leaseMs);
    return Promise.resolve(wasAlive);
  }

  reap(): Promise<readonly Presence[]> {
    const gone: Presence[] = [];
    for (const [userId, person] of this.#people) {
      const hasLost = takeOut(person, ({ gatewayId }) => !this.#isAlive(gatewayId));
      if (!hasLost || person.sockets !== null) continue;
      this.#stamp(person);
      gone.push(this.#presence(userId));
    }
    this.#forgetTheGone();
    return Promise.resolve(gone);
  }

  changeMemberships(changes: readonly MembershipChange[]): Promise<void> {
    for (const change of changes) {
      const person = this.#personFor(change.userId);
      const { roomId, seq } = change.kind === "set" ? change.membership : change;
      if (seq < (person.rooms?.get(roomId)?.seq ?? person.left?.get(roomId) ?? seq)) continue;
      if (change.kind === "set") placeIn(person, change.membership);
      else takeOutOf(person, roomId, seq);
      const isSpectator = change.kind === "set" && change.membership.role === "spectator";
      this.#unwatch(roomId, change.userId);
      if (isSpectator) this.#watchersFor(roomId).counted.add(change.userId);
    }
    return Promise.resolve();
  }

  membershipsOf(userId: UserId): Promise<readonly RoomMembership[]> {
    return Promise.resolve([...(this.#people.get(userId)?.rooms?.values() ?? [])]);
  }

  spectatorsOf(roomId: RoomId): Promise<Spectators> {
    const watchers = this.#watchers.get(roomId);
    return Promise.resolve({ counted: [...(watchers?.counted ?? [])], gone: [...(watchers?.gone ?? [])] });
  }

  spectatorCounts(roomIds: readonly RoomId[]): Promise<readonly number[]> {
    return Promise.resolve(roomIds.map((roomId) => this.#watchers.get(roomId)?.counted.size ?? 0));
  }

  countSpectators(roomId: RoomId, userIds: readonly UserId[], isCounted: boolean): Promise<number> {
    const watchers = this.#watchers.get(roomId);
    if (watchers === undefined) return Promise.resolve(0);
    const [from, to] = isCounted ? [watchers.gone, watchers.counted] : [watchers.counted, watchers.gone];
    const moved = userIds.filter((userId) => from.delete(userId));
    for (const userId of moved) to.add(userId);
    return Promise.resolve(moved.length);
  }

  watchedRooms(): Promise<readonly RoomId[]> {
    return Promise.resolve([...this.#watchers.keys()]);
  }

  membershipsAreComplete(): Promise<boolean> {
    return Promise.resolve(this.#isComplete);
  }

  declareMembershipsComplete(): Promise<void> {
    this.#isComplete = true;
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#people.clear();
    this.#leases.clear();
    return Promise.resolve();
  }

  #watchersFor(roomId: RoomId): Watchers {
    const known = this.#watchers.get(roomId);
    if (known !== undefined) return known;
    const watchers = { counted: new Set<UserId>(), gone: new Set<UserId>() };
    this.#watchers.set(roomId, watchers);
    return watchers;
  }

  #unwatch(roomId: RoomId, userId: UserId): void {
    const watchers = this.#watchers.get(roomId);
    if (watchers === undefined) return;
    watchers.counted.delete(userId);
    watchers.gone.delete(userId);
    if (watchers.counted.size + watchers.gone.size === 0) this.#watchers.delete(roomId);
  }

  #isAlive(gatewayId: string): boolean {
    return (this.#leases.get(gatewayId) ?? Number.NEGATIVE_INFINITY) > this.#now();
  }

  #presence(userId: UserId): Presence {
    const person = this.#people.get(userId);
    return { userId, present: isPresent(person), stamp: person?.stamp ?? 0 };
  }

  #personFor(userId: UserId): Person {
    let person = this.#people.get(userId);
    if (person === undefined) {
      person = { sockets: null, stamp: 0, rooms: null, left: null, touchedAt: this.#now() };
      this.#people.set(userId, person);
    }
    person.touchedAt = this.#now();
    return person;
  }

  /** R1: a stamp is the time in µs, but always later than the one before. */
  #stamp(person: Person): void {
    person.stamp = Math.max(person.stamp + 1, this.#now() * 1000);
    person.touchedAt = this.#now();
  }

  #forgetTheGone(): void {
    const before = this.#now() - forgetAfterMs;
    if (this.#forgottenAt > before) return;
    this.#forgottenAt = this.#now();
    for (const [userId, person] of this.#people) {
      if (person.touchedAt > before || isPresent(person)) continue;
      person.left = null;
      if (person.rooms === null) this.#people.delete(userId);
    }
    for (const [gatewayId, endsAt] of this.#leases) if (endsAt < before) this.#leases.delete(gatewayId);
  }
}

function isPresent(person: Person | undefined): boolean {
  return person !== undefined && person.sockets !== null;
}

function find({ sockets }: Person, connectionId: ConnectionId): PresentSocket | null {
  for (let socket = sockets; socket !== null; socket = socket.next)
    if (socket.connectionId === connectionId) return socket;
  return null;
}

/** @returns whether there was one to be taken out */
function takeOut(person: Person, goes: (socket: PresentSocket) => boolean): boolean {
  let hasGone = false;
  let before: PresentSocket | null = null;
  for (let socket = person.sockets; socket !== null; socket = socket.next) {
    if (!goes(socket)) before = socket;
    else {
      hasGone = true;
      if (before === null) person.sockets = socket.next;
      else before.next = socket.next;
    }
  }
  return hasGone;
}

function placeIn(person: Person, membership: RoomMembership): void {
  person.left?.delete(membership.roomId);
  person.rooms ??= new Map();
  person.rooms.set(membership.roomId, membership);
}

function takeOutOf(person: Person, roomId: RoomId, seq: number): void {
  person.rooms?.delete(roomId);
  if (person.rooms?.size === 0) person.rooms = null;
  person.left ??= new Map();
  person.left.delete(roomId); // so that it is the last one
  person.left.set(roomId, seq);
  if (person.left.size <= rememberedRemovals) return;
  const [oldest] = person.left.keys();
  if (oldest !== undefined) person.left.delete(oldest);
}

function statusOf({ sockets }: Person): PresenceStatus {
  if (sockets === null) return "offline";
  for (let socket: PresentSocket | null = sockets; socket !== null; socket = socket.next)
    if (!socket.isHidden) return "online";
  return "away";
}
