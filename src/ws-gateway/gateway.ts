/** The composition of the gateway: what each part is given, and what Bun calls. */
import type { EventLog, Subscription } from "../event-log/port.ts";
import type { PresenceRegistry } from "../presence/port.ts";
import {
  asConnectionId,
  closeCodes,
  eventTopics,
  isoTime,
  type CommandId,
  type Registry,
  type Rejection,
  type UserId,
} from "../protocol/index.ts";
import { Attendance, type DepartureReason } from "./attendance.ts";
import { CommandAppender, type Refuse } from "./command-appender.ts";
import {
  Connection,
  type Arrival,
  type GatewayServer,
  type OpenState,
  type Socket,
  type SocketData,
} from "./connection.ts";
import { SeenEvents } from "./duplicates.ts";
import { defaultDrainPace, drain, type DrainPace } from "./drain.ts";
import { errorFrame, ownFrame } from "./frame.ts";
import { Handshake } from "./handshake.ts";
import { Inbound } from "./inbound.ts";
import { authenticationDeadlineMs, heartbeatMs, heartbeatTimeoutMs } from "./lifetime.ts";
import { AddressLimits, Allowances, defaultLimits, type GatewayLimits } from "./limits.ts";
import { checkOrigin } from "./origin.ts";
import { unobserved, type GatewayObserver } from "./observer.ts";
import { Outbound } from "./outbound.ts";
import { SeenPositions } from "./positions.ts";
import { defaultReplayBounds, ReplayWindow, type ReplayBounds } from "./replay-window.ts";
import { Resume } from "./resume.ts";
import { revocationLifeMs } from "./revocations.ts";
import { SessionChanges } from "./session-changes.ts";
import { SlowReaders } from "./slow-readers.ts";
import { Subscriptions } from "./subscriptions.ts";
import { Sweep } from "./sweep.ts";
import { systemClock, type GatewayClock, type GatewayLogger } from "./surroundings.ts";
import type { TokenVerifier } from "./token-verifier.ts";

export interface GatewayParts {
  readonly registry: Registry;
  readonly log: EventLog;
  readonly presence: PresenceRegistry;
  readonly verifier: TokenVerifier;
  /** Names this process among all gateways, and no earlier run of it: a UUID. */
  readonly gatewayId: string;
  /** The origins whose pages may open a socket, exactly as browsers send them (H2). */
  allowedOrigins(request: Request, server: GatewayServer): readonly string[];
  /** To whom limits for each address are counted, as whoever knows about proxies and networks says it (H7). */
  addressOf(request: Request, server: GatewayServer): string;
  readonly logger: GatewayLogger;
  readonly observer?: GatewayObserver;
  readonly clock?: GatewayClock;
  readonly limits?: Partial<GatewayLimits>;
  readonly replay?: Partial<ReplayBounds>;
  readonly drainPace?: Partial<DrainPace>;
  /** From 0 to 1, for the time after which clients come back. */
  readonly random?: () => number;
}

/** What a readiness check and the metrics ask for. */
export interface GatewayState {
  /** It has reached the ends that it read at its start (L3), and does not stop. */
  readonly ready: boolean;
  readonly draining: boolean;
  /** Open sockets. */
  readonly sockets: number;
  /** Sockets that have said who they are. */
  readonly authenticated: number;
  /** People with at least one of them. */
  readonly users: number;
}

export interface Gateway {
  /** For a request to the socket's path: undefined where it became a socket, else the answer. */
  upgrade(request: Request, server: GatewayServer): Response | undefined;
  readonly websocket: Bun.WebSocketHandler<SocketData>;
  /** Follows the log with `server` to publish on. Resolves when the gateway has caught up and takes sockets. */
  start(server: GatewayServer): Promise<void>;
  state(): GatewayState;
  /** Readiness off, clients told and let go, what is under way finished (H8): within 30 s. */
  stop(): Promise<void>;
}

export function createGateway(parts: GatewayParts): Gateway {
  return new RunningGateway(parts);
}

/** Past this Bun itself closes the socket (1009); between 16 KiB and this the client is told (W1, F01). */
const nativeMaxFrameBytes = 64 * 1024;
const nativeBackpressureLimit = 1024 * 1024;
/** Longer than the heartbeat's timeout, which is the one that counts. */
const nativeIdleTimeoutSeconds = 120;
/** How long the departures and the commands under way may take at the end. */
const lastWordsMs = 8_000;

class RunningGateway implements Gateway {
  readonly #parts: GatewayParts;
  readonly #clock: GatewayClock;
  readonly #observer: GatewayObserver;
  readonly #limits: GatewayLimits;
  readonly #subscriptions = new Subscriptions();
  readonly #sessionChanges = new SessionChanges(this.#subscriptions);
  readonly #allowances: Allowances<UserId>;
  readonly #addresses: AddressLimits;
  readonly #slowReaders: SlowReaders;
  readonly #attendance: Attendance;
  readonly #appender: CommandAppender;
  #phase: Phase = { name: "starting" };
  #stopping: Promise<void> | null = null;

  constructor(parts: GatewayParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#observer = parts.observer ?? unobserved;
    this.#limits = { ...defaultLimits, ...parts.limits };
    this.#allowances = new Allowances(this.#limits);
    this.#addresses = new AddressLimits(this.#limits);
    this.#slowReaders = new SlowReaders(this.#subscriptions, this.#clock);
    this.#attendance = new Attendance({ ...parts, clock: this.#clock, here: this.#subscriptions });
    this.#appender = new CommandAppender(parts.log, this.#refuseAccepted, parts.logger);
  }

  readonly websocket: Bun.WebSocketHandler<SocketData> = {
    maxPayloadLength: nativeMaxFrameBytes,
    backpressureLimit: nativeBackpressureLimit,
    closeOnBackpressureLimit: true,
    idleTimeout: nativeIdleTimeoutSeconds,
    perMessageDeflate: false,
    open: (socket) => this.#open(socket),
    message: (socket, frame) => this.#receive(socket, frame),
    close: (socket) => this.#closed(socket),
  };

  upgrade(request: Request, server: GatewayServer): Response | undefined {
    if (this.#phase.name !== "live")
      return refusal(503, "The server is starting or stopping: try again soon.");
    const verdict = checkOrigin(request, () => this.#parts.allowedOrigins(request, server));
    if (verdict.kind === "refused") {
      const { origin, allowed } = verdict;
      this.#parts.logger.warn(
        { origin: origin.slice(0, 200), allowed },
        "a page of this origin is not in ALLOWED_ORIGINS",
      );
      return refusal(403, "Pages of this origin may not open a socket here: see ALLOWED_ORIGINS.");
    }
    const data: Arrival = { address: this.#parts.addressOf(request, server) };
    if (server.upgrade(request, { data })) return undefined;
    return refusal(426, "This is the address of a WebSocket: connect with one.");
  }

  async start(server: GatewayServer): Promise<void> {
    const { log, logger } = this.#parts;
    const ends = await log.ends(eventTopics);
    const positions = new SeenPositions(log.epoch, ends);
    const window = new ReplayWindow(ends, { ...defaultReplayBounds, ...this.#parts.replay });
    const seen = new SeenEvents();
    const outbound = new Outbound({
      server,
      positions,
      seen,
      window,
      logger,
      observer: this.#observer,
      subscriptions: this.#subscriptions,
      isLiveOnly: (eventType) => this.#parts.registry.events.get(eventType)?.isLiveOnly === true,
      now: () => this.#clock.now(),
      onRevoked: (sid, userId, at) => this.#sessionChanges.revoke(sid, userId, at),
      onAccountChanged: (change, at) => this.#sessionChanges.changeAccount(change, at),
      onBackpressure: (connections) => this.#slowReaders.check(connections),
    });
    await this.#attendance.start();
    // Sessions that ended while no gateway, or not this one, was here are in the log still.
    const since = this.#clock.now() - revocationLifeMs;
    const following = await log.follow({
      topics: eventTopics,
      since,
      onRecord: (record) => outbound.deliver(record),
    });
    if (this.#stopping !== null) return following.stop();
    this.#phase = this.#live(positions, window, new Resume({ log, positions, window, seen }), following);
  }

  state(): GatewayState {
    return {
      ready: this.#phase.name === "live",
      draining: this.#phase.name === "stopped",
      sockets: this.#subscriptions.openCount,
      authenticated: this.#subscriptions.connectionCount,
      users: this.#subscriptions.userCount,
    };
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const phase = this.#phase;
    this.#phase = { name: "stopped" };
    if (phase.name === "live") phase.sweep.stop();
    const pace = { ...defaultDrainPace, ...this.#parts.drainPace };
    await drain([...this.#subscriptions.open()], pace, this.#clock, this.#parts.random ?? Math.random);
    const lastWords = Promise.all([this.#appender.idle(), this.#attendance.stop()]);
    await this.#atMost(lastWordsMs, lastWords, "some departures or commands were not told before the end");
    if (phase.name === "live") await phase.following.stop();
  }

  async #atMost(ms: number, work: Promise<unknown>, otherwise: string): Promise<void> {
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(ms, () => {
      this.#parts.logger.warn({}, otherwise);
      resolve();
    });
    await Promise.race([work, tooLate]);
    cancel();
  }

  #live(positions: SeenPositions, window: ReplayWindow, resume: Resume, following: Subscription): Phase {
    const shared = {
      ...this.#parts,
      clock: this.#clock,
      observer: this.#observer,
      limits: this.#limits,
      allowances: this.#allowances,
      positions,
      refuse: this.#refuse,
    };
    const handshake = new Handshake({
      ...shared,
      resume,
      attendance: this.#attendance,
      subscriptions: this.#subscriptions,
      sessionChanges: this.#sessionChanges,
      addresses: this.#addresses,
    });
    const inbound = new Inbound({
      ...shared,
      appender: this.#appender,
      renew: (connection, token) => handshake.renew(connection, token),
      isNews: (connection, isHidden) => this.#attendance.isNews(connection.id, isHidden),
      look: (userId, connectionId, isHidden) => this.#attendance.look(userId, connectionId, isHidden),
    });
    const sweep = new Sweep({
      clock: this.#clock,
      subscriptions: this.#subscriptions,
      slowReaders: this.#slowReaders,
      window,
      allowances: this.#allowances,
      addresses: this.#addresses,
      sessionChanges: this.#sessionChanges,
    });
    return { name: "live", following, sweep, handshake, inbound };
  }

  #open(socket: Socket): void {
    const now = this.#clock.now();
    const { data: arrival } = socket;
    if (arrival instanceof Connection) throw new Error("A socket opens once.");
    if (this.#phase.name !== "live") return this.#turnAway(socket, "DRAINING");
    if (!this.#addresses.enter(arrival.address, now)) return this.#turnAway(socket, "TOO_MANY_CONNECTIONS");
    const id = asConnectionId(crypto.randomUUID());
    const deadline = now + authenticationDeadlineMs;
    const connection = new Connection(id, socket, this.#allowances, arrival, deadline);
    socket.data = connection;
    this.#subscriptions.add(connection);
    connection.send(
      ownFrame("system.welcome", {
        connectionId: id,
        timestamp: isoTime(now),
        heartbeatMs,
        timeoutMs: heartbeatTimeoutMs,
        authDeadlineMs: authenticationDeadlineMs,
        maxFrameBytes: this.#limits.maxFrameBytes,
      }),
    );
  }

  #receive(socket: Socket, frame: string | Uint8Array): void {
    const { data: connection } = socket;
    if (!(connection instanceof Connection) || this.#phase.name !== "live") return;
    const { handshake, inbound } = this.#phase;
    const { state } = connection;
    try {
      switch (state.name) {
        case "awaiting_authentication":
          return handshake.begin(connection, state, frame);
        case "authenticating":
          return handshake.refuseEarly(connection);
        case "authenticated":
          return inbound.receive(connection, state, frame);
        case "closing":
      }
    } catch (error) {
      this.#parts.logger.error({ error, connectionId: connection.id }, "a message could not be handled");
      this.#refuse(connection, { code: "INTERNAL" }, null);
    }
  }

  /** Also called from inside `connection.close`. */
  #closed(socket: Socket): void {
    const { data: connection } = socket;
    if (!(connection instanceof Connection) || !this.#subscriptions.remove(connection)) return;
    const { state, session } = connection;
    const last: OpenState = state.name === "closing" ? state.last : state;
    const why = state.name === "closing" ? state.why : "closed_by_client";
    connection.state = { name: "closing", why, last };
    this.#observer.closed(why, last.name === "authenticated");
    if (last.name !== "authenticated") this.#addresses.leave(last.address);
    if (session !== null)
      this.#attendance.leave(session.userId, connection.id, departureReasons[why] ?? "closed");
  }

  readonly #refuse = (connection: Connection, rejection: Rejection, commandId: CommandId | null): void => {
    if (!connection.send(errorFrame(rejection, commandId))) this.#slowReaders.check([connection]);
  };

  readonly #refuseAccepted: Refuse = (connection, rejection, commandId) => {
    this.#observer.refused(null, rejection.code, commandId);
    this.#refuse(connection, rejection, commandId);
  };

  #turnAway(socket: Socket, why: "DRAINING" | "TOO_MANY_CONNECTIONS"): void {
    this.#observer.closed(why, false);
    const { code, reason } = closeCodes[why];
    socket.close(code, reason);
  }
}

type Phase =
  | { readonly name: "starting" }
  | {
      readonly name: "live";
      readonly following: Subscription;
      readonly sweep: Sweep;
      readonly handshake: Handshake;
      readonly inbound: Inbound;
    }
  | { readonly name: "stopped" };

const departureReasons: Partial<Record<string, DepartureReason>> = {
  HEARTBEAT_TIMEOUT: "timeout",
  DRAINING: "drain",
};

function refusal(status: number, detail: string): Response {
  return Response.json(
    { status, detail },
    { status, headers: { "content-type": "application/problem+json" } },
  );
}
