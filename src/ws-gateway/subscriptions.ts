/**
 * Who is on this gateway and which audiences each socket is in: the index by person and by connection, and one of
 * Bun's topics for each audience that several people share; a person's own sockets are told one by one (decision 033).
 * A room's players are not in the topic of the whole room, only in their own: what everybody gets is said to them
 * first, however many watch (decision 025).
 */
import { Connection, type DirectiveKind } from "./connection.ts";
import { SmallSet, type Members } from "./small-set.ts";
import type { Session } from "./token-verifier.ts";
import type { RoomMembership } from "../presence/port.ts";
import {
  audiencesOfRole,
  playersAmong,
  roomOfPlayers,
  type AudienceName,
  type ConnectionId,
  type SubscriptionDirective,
  type UserId,
} from "../protocol/index.ts";

/** The sockets that are in an audience. */
export interface SocketsOfAudience extends Members<Connection> {
  /** The audience of the players among them; null where it is not a whole room's. */
  readonly playersAudience: AudienceName | null;
}

class Sockets extends SmallSet<Connection> implements SocketsOfAudience {
  /** Written once, since every event of a room asks for it. */
  readonly playersAudience: AudienceName | null;

  constructor(audience: AudienceName) {
    super();
    this.playersAudience = playersAmong(audience);
  }
}

const nobody: SocketsOfAudience = Object.assign(new SmallSet<Connection>(), { playersAudience: null });

export class Subscriptions {
  /** Open, and nobody's yet. */
  readonly #unknown = new Set<Connection>();
  readonly #byId = new Map<ConnectionId, Connection>();
  /** Nearly everybody has one socket: it stands for itself, without a list of one. */
  readonly #byUser = new Map<UserId, Connection | readonly Connection[]>();
  /** Nearly all are of a room's two players; a lobby's are of everybody. */
  readonly #byAudience = new Map<AudienceName, Sockets>();

  get openCount(): number {
    return this.#unknown.size + this.#byId.size;
  }

  /** Sockets that are somebody's. */
  get connectionCount(): number {
    return this.#byId.size;
  }

  get userCount(): number {
    return this.#byUser.size;
  }

  /** How many sockets this person has here. */
  socketsOf(userId: UserId): number {
    return this.ofUser(userId).length;
  }

  has(id: ConnectionId): boolean {
    return this.#byId.has(id);
  }

  registered(): readonly (readonly [UserId, ConnectionId])[] {
    return this.#byId
      .values()
      .toArray()
      .flatMap(({ session, id }) => (session === null ? [] : [[session.userId, id] as const]));
  }

  /** Every open socket. One that ends meanwhile may be left out. */
  *open(): Generator<Connection> {
    yield* this.#unknown;
    yield* this.#byId.values();
  }

  add(connection: Connection): void {
    this.#unknown.add(connection);
  }

  /** From now on directives for this person or this connection reach it: before its rooms are read (R3). */
  register(connection: Connection, { userId }: Session): void {
    this.#unknown.delete(connection);
    this.#byId.set(connection.id, connection);
    const others = this.#byUser.get(userId);
    this.#byUser.set(userId, others === undefined ? connection : [...listOf(others), connection]);
  }

  /** @returns whether it was here */
  remove(connection: Connection): boolean {
    if (this.#unknown.delete(connection)) return true;
    const { session } = connection;
    if (session === null || !this.#byId.delete(connection.id)) return false;
    const { userId } = session;
    const [first, ...more] = this.ofUser(userId).filter((each) => each !== connection);
    if (first === undefined) this.#byUser.delete(userId);
    else this.#byUser.set(userId, more.length === 0 ? first : [first, ...more]);
    this.leaveAll(connection);
    return true;
  }

  /** The rooms as they were read, then what passed meanwhile, by `seq` (R3). Call it in the turn that goes live. */
  goLive(
    connection: Connection,
    memberships: readonly RoomMembership[],
    passed: readonly { readonly kind: DirectiveKind; readonly directive: SubscriptionDirective }[],
  ): void {
    for (const { roomId, role, seq } of memberships) {
      const other = role === "player" ? "spectator" : "player";
      // First what it is not in: both lists have the audience of the whole room.
      for (const audience of audiencesOfRole(roomId, other)) connection.leave(audience, seq);
      for (const audience of audiencesOfRole(roomId, role)) {
        connection.enter(audience, seq);
        this.#enter(connection, audience);
      }
    }
    for (const { kind, directive } of passed) this.#move(connection, kind, directive);
  }

  /** Puts a socket that is live into audiences that it had open before (R3). */
  openAgain(connection: Connection, audiences: readonly AudienceName[]): void {
    for (const audience of audiences) {
      connection.enter(audience, -1);
      this.#enter(connection, audience);
    }
  }

  /** @returns the live sockets that were not in the audience before, and are now */
  apply(kind: DirectiveKind, directive: SubscriptionDirective): readonly Connection[] {
    const entered: Connection[] = [];
    for (const connection of this.#targets(directive)) {
      const { state } = connection;
      if (state.name === "authenticating") state.passed.push({ kind, directive });
      if (state.name === "authenticated" && this.#move(connection, kind, directive)) entered.push(connection);
    }
    return entered;
  }

  connection(id: ConnectionId): Connection | undefined {
    return this.#byId.get(id);
  }

  ofUser(userId: UserId): readonly Connection[] {
    const sockets = this.#byUser.get(userId);
    return sockets === undefined ? [] : listOf(sockets);
  }

  /** Of a room, a lobby or a list; a person's sockets are `ofUser`. */
  inAudience(audience: AudienceName): SocketsOfAudience {
    return this.#byAudience.get(audience) ?? nobody;
  }

  /** Out of every audience, for a socket that is at its end. */
  leaveAll(connection: Connection): void {
    for (const audience of connection.audiences) this.#leave(connection, audience);
    connection.forgetPlaces();
  }

  #targets(directive: SubscriptionDirective): Iterable<Connection> {
    if ("userId" in directive) return this.ofUser(directive.userId);
    const connection = this.#byId.get(directive.connectionId);
    return connection === undefined ? nobody : [connection];
  }

  /** A directive that is older than what is known of this place changes nothing. True where it lets the socket in. */
  #move(connection: Connection, kind: DirectiveKind, { audience, seq }: SubscriptionDirective): boolean {
    const known = connection.placedAt(audience);
    if (seq !== undefined && known !== undefined && known > seq) return false;
    const from = seq ?? known ?? -1;
    if (kind === "unsubscribe") {
      connection.leave(audience, from);
      this.#leave(connection, audience);
      return false;
    }
    const isNew = !connection.isIn(audience);
    connection.enter(audience, from);
    this.#enter(connection, audience);
    return isNew;
  }

  #enter(connection: Connection, audience: AudienceName): void {
    const members = this.#byAudience.get(audience) ?? new Sockets(audience);
    if (members.size === 0) this.#byAudience.set(audience, members);
    members.add(connection);
    if (!this.#isAmongPlayers(connection, audience)) connection.socket.subscribe(audience);
    const room = roomOfPlayers(audience);
    if (room !== null) connection.socket.unsubscribe(room);
  }

  #leave(connection: Connection, audience: AudienceName): void {
    const members = this.#byAudience.get(audience);
    if (members?.delete(connection) === true && members.size === 0) this.#byAudience.delete(audience);
    connection.socket.unsubscribe(audience);
    const room = roomOfPlayers(audience);
    if (room !== null && this.inAudience(room).has(connection)) connection.socket.subscribe(room);
  }

  #isAmongPlayers(connection: Connection, audience: AudienceName): boolean {
    const players = playersAmong(audience);
    return players !== null && this.inAudience(players).has(connection);
  }
}

function listOf(sockets: Connection | readonly Connection[]): readonly Connection[] {
  return sockets instanceof Connection ? [sockets] : sockets;
}
