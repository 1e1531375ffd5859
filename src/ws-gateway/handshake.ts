/**
 * From a token to a live socket (H1, H3, R3). The socket is in the index before its rooms are read, so that nothing
 * which the log says meanwhile is missed; it subscribes and goes live in one turn.
 */
import { isoTime, type CommandId, type Registry } from "../protocol/index.ts";
import type { PresenceRegistry, RoomMembership } from "../presence/port.ts";
import type { Attendance } from "./attendance.ts";
import type { Refuse } from "./command-appender.ts";
import type { Connection, ConnectionState } from "./connection.ts";
import { ownFrame } from "./frame.ts";
import type { AddressLimits, GatewayLimits } from "./limits.ts";
import type { SeenPositions } from "./positions.ts";
import type { GatewayObserver } from "./observer.ts";
import { readFrame } from "./read-frame.ts";
import type { Resume, ResumeRequest } from "./resume.ts";
import type { SessionChanges } from "./session-changes.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { GatewayClock, GatewayLogger } from "./surroundings.ts";
import type { Session, TokenVerifier } from "./token-verifier.ts";

export interface HandshakeParts {
  readonly registry: Registry;
  readonly limits: GatewayLimits;
  readonly clock: GatewayClock;
  readonly logger: GatewayLogger;
  readonly observer: GatewayObserver;
  readonly verifier: TokenVerifier;
  readonly presence: PresenceRegistry;
  readonly attendance: Attendance;
  readonly subscriptions: Subscriptions;
  readonly positions: SeenPositions;
  readonly sessionChanges: SessionChanges;
  readonly addresses: AddressLimits;
  readonly resume: Resume;
  readonly refuse: Refuse;
}

type Awaiting = Extract<ConnectionState, { name: "awaiting_authentication" }>;
type Authenticating = Extract<ConnectionState, { name: "authenticating" }>;

export class Handshake {
  readonly #parts: HandshakeParts;

  constructor(parts: HandshakeParts) {
    this.#parts = parts;
  }

  /** The one message that may come before authentication (H1). */
  begin(connection: Connection, { address, deadline }: Awaiting, frame: string | Uint8Array): void {
    const reading = readFrame(frame, this.#parts.limits.maxFirstFrameBytes);
    const isValid =
      reading.kind === "message" &&
      reading.type === "system.authenticate" &&
      this.#parts.registry.commands.get(reading.type)?.refuse(reading.payload) === null;
    if (!isValid) return this.refuseEarly(connection, reading.commandId);
    const state: Authenticating = { name: "authenticating", address, deadline, session: null, passed: [] };
    connection.state = state;
    // Both validated by their declaration.
    const { token, resume } = reading.payload as { token: string; resume?: ResumeRequest };
    this.#authenticate(connection, state, token, resume ?? null).catch((error: unknown) =>
      this.#fail(connection, error),
    );
  }

  /** Anything but a valid system.authenticate. */
  refuseEarly(connection: Connection, commandId: CommandId | null = null): void {
    this.#parts.refuse(connection, { code: "AUTH_REQUIRED" }, commandId);
    connection.close("PROTOCOL_ERROR");
  }

  /** H4: a new token on a socket that is authenticated. */
  renew(connection: Connection, token: string): void {
    this.#renew(connection, token).catch((error: unknown) => this.#fail(connection, error));
  }

  async #authenticate(
    connection: Connection,
    state: Authenticating,
    token: string,
    asked: ResumeRequest | null,
  ): Promise<void> {
    const { subscriptions, attendance, presence, resume } = this.#parts;
    const session = await this.#verify(connection, token);
    if (session === null || connection.state !== state) return;
    const { userId } = session;
    const { scale, maxSocketsPerUser } = this.#parts.limits;
    if (subscriptions.socketsOf(userId) >= maxSocketsPerUser * scale)
      return connection.close("TOO_MANY_CONNECTIONS");
    state.session = session;
    subscriptions.register(connection, session); // R3: before its rooms are read
    await attendance.enter(userId, connection.id);
    const memberships = await presence.membershipsOf(userId);
    const request = asked !== null && (await resume.isOfThisLog(asked.cursor)) ? asked : null;
    if (asked !== null && request === null) this.#parts.observer.resumed("other_log");
    // The socket may be gone by now; then whoever closed it has cleaned up.
    if (connection.state === state) this.#goLive(connection, state, session, memberships, request);
  }

  /** One synchronous turn: no event comes between what was missed, the subscription and the cursor. */
  #goLive(
    connection: Connection,
    { address, passed }: Authenticating,
    verified: Session,
    memberships: readonly RoomMembership[],
    request: ResumeRequest | null,
  ): void {
    const { subscriptions, addresses, clock, observer, sessionChanges, resume } = this.#parts;
    const session = sessionChanges.applyTo(verified);
    if (session === null) return connection.close("SESSION_REVOKED");
    addresses.leave(address);
    const lastHeartbeatAt = clock.now();
    connection.state = { name: "authenticated", session, lastHeartbeatAt, toldOfExpiry: false };
    const { userId } = session;
    subscriptions.goLive(connection, memberships, passed);
    const replay = request && resume.replay(connection, userId, request, memberships, passed);
    observer.authenticated();
    if (request !== null) observer.resumed(replay === null ? "out_of_reach" : "replayed");
    if (replay !== null) subscriptions.openAgain(connection, replay.channels);
    this.#greet(connection, session, memberships, replay !== null);
    for (const frame of replay?.frames ?? []) connection.send(frame);
  }

  async #renew(connection: Connection, token: string): Promise<void> {
    const session = await this.#verify(connection, token);
    if (session === null || connection.state.name !== "authenticated") return;
    const { userId, sid } = connection.state.session;
    if (session.userId !== userId || session.sid !== sid) return this.#refuseToken(connection);
    connection.state = { ...connection.state, session, toldOfExpiry: false };
    // Nothing was missed: this socket has been live all the time.
    this.#greet(connection, session, await this.#parts.presence.membershipsOf(userId), true);
  }

  #greet(
    connection: Connection,
    { userId, username, roles }: Session,
    memberships: readonly RoomMembership[],
    resumed: boolean,
  ): void {
    const rooms = memberships
      .filter(({ roomId }) => connection.isIn(`room:${roomId}`))
      .map(({ roomId, gameType, role }) => ({ roomId, gameType, role }));
    const timestamp = isoTime(this.#parts.clock.now());
    const fields = { userId, username, roles, timestamp, resumed, rooms };
    connection.send(ownFrame("system.authenticated", fields, this.#parts.positions.json()));
  }

  /** Null where the token is not good; then the socket is closed. */
  async #verify(connection: Connection, token: string): Promise<Session | null> {
    const verification = await this.#parts.verifier(token);
    if (verification.kind === "invalid") {
      this.#refuseToken(connection);
      return null;
    }
    const session = this.#parts.sessionChanges.applyTo(verification.session);
    if (session !== null) return session;
    connection.close("SESSION_REVOKED");
    return null;
  }

  #refuseToken(connection: Connection): void {
    this.#parts.refuse(connection, { code: "AUTH_FAILED" }, null);
    connection.close("AUTH_FAILED");
  }

  /** Presence is away, most likely: the client comes again. */
  #fail(connection: Connection, error: unknown): void {
    this.#parts.logger.error({ error, connectionId: connection.id }, "a socket could not be authenticated");
    this.#parts.refuse(connection, { code: "UNAVAILABLE" }, null);
    if (connection.state.name === "authenticating") connection.close("AUTH_TIMEOUT");
  }
}
