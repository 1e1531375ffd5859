/** From an authenticated client to the log: read, look up, permission, rate, validate, wrap, append (plan §2.6). */
import {
  isoTime,
  type CommandDeclaration,
  type CommandEnvelope,
  type CommandId,
  type CommandTopic,
  type ConnectionId,
  type Registry,
  type Rejection,
  type UserId,
} from "../protocol/index.ts";
import type { CommandAppender, Refuse } from "./command-appender.ts";
import type { Connection, ConnectionState } from "./connection.ts";
import { heartbeatFrame } from "./frame.ts";
import type { Allowances, GatewayLimits, MeteredClass } from "./limits.ts";
import type { GatewayObserver } from "./observer.ts";
import { readFrame } from "./read-frame.ts";
import type { SeenPositions } from "./positions.ts";
import type { GatewayClock } from "./surroundings.ts";

export interface InboundParts {
  readonly registry: Registry;
  readonly limits: GatewayLimits;
  readonly clock: GatewayClock;
  readonly allowances: Allowances<UserId>;
  readonly positions: SeenPositions;
  readonly appender: CommandAppender;
  readonly observer: GatewayObserver;
  readonly refuse: Refuse;
  /** Whether a socket's heartbeat says otherwise than the one before, of whether anybody looks at its page. */
  isNews(connection: Connection, isHidden: boolean): boolean;
  /** Whether anybody looks at the page of this socket, as its heartbeats say. */
  look(userId: UserId, connectionId: ConnectionId, isHidden: boolean): void;
  /** H4: a new token on a socket that is authenticated. */
  renew(connection: Connection, token: string): void;
}

type Authenticated = Extract<ConnectionState, { name: "authenticated" }>;

interface Message {
  readonly connection: Connection;
  readonly state: Authenticated;
  readonly declaration: CommandDeclaration;
  readonly commandId: CommandId | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

export class Inbound {
  readonly #parts: InboundParts;

  constructor(parts: InboundParts) {
    this.#parts = parts;
  }

  receive(connection: Connection, state: Authenticated, frame: string | Uint8Array): void {
    const reading = readFrame(frame, this.#parts.limits.maxFrameBytes);
    const { commandId } = reading;
    if (reading.kind === "refused")
      return this.#refuseEarly(connection, state, null, reading.rejection, commandId);
    const command = this.#parts.registry.commands.get(reading.type);
    if (command === undefined)
      return this.#refuseEarly(connection, state, null, this.#unknown(reading.type), commandId);
    const { type, permission, rateClass } = command.declaration;
    if (permission !== null && !state.session.permissions.has(permission)) {
      return this.#refuseEarly(connection, state, type, { code: "FORBIDDEN" }, commandId);
    }
    if (!this.#mayPass(connection, state, type, rateClass, commandId)) return;
    const rejection = command.refuse(reading.payload);
    if (rejection !== null) return this.#refuse(connection, type, rejection, commandId);
    this.#accept({
      connection,
      state,
      declaration: command.declaration,
      commandId,
      payload: reading.payload,
    });
  }

  #accept(message: Message): void {
    const { topic } = message.declaration;
    if (topic === "gateway") this.#answer(message);
    else this.#forward(message, topic);
  }

  /** The few commands that the gateway answers itself. */
  #answer({ connection, state, declaration, payload }: Message): void {
    this.#parts.observer.answered(declaration.type);
    if (declaration.type === "system.heartbeat") {
      state.lastHeartbeatAt = this.#parts.clock.now();
      connection.send(heartbeatFrame(state.lastHeartbeatAt, this.#parts.positions.json()));
      // Heartbeats have no limit (H5); what is told of them to others has. The next one says how it is then.
      const isHidden = payload["hidden"] === true;
      if (!this.#parts.isNews(connection, isHidden)) return;
      const verdict = connection.allowance.take("attention", state.lastHeartbeatAt);
      if (verdict.kind === "allowed") this.#parts.look(state.session.userId, connection.id, isHidden);
    } else if (declaration.type === "system.authenticate") {
      this.#parts.renew(connection, payload["token"] as string); // validated by its declaration
    } else {
      throw new Error(`Nothing here answers ${declaration.type}.`);
    }
  }

  #forward({ connection, state, declaration, commandId, payload }: Message, topic: CommandTopic): void {
    const now = isoTime(this.#parts.clock.now());
    const { userId, username, roles } = state.session;
    const correlationId = commandId ?? crypto.randomUUID();
    const value: CommandEnvelope = {
      kind: "command",
      // A repetition has the same one (W3); nobody tells commands of different people apart by it.
      eventId: correlationId,
      eventType: declaration.type,
      timestamp: now,
      correlationId,
      producer: "ws_gateway",
      actor: { kind: "person", userId, username, roles, connectionId: connection.id },
      receivedAt: now,
      payload,
    };
    // The declaration's own check has just accepted the payload.
    const key = declaration.key(payload, userId);
    this.#parts.observer.accepted(value);
    this.#parts.appender.add({ record: { topic, key, value }, connection, commandId });
  }

  #unknown(type: string): Rejection {
    if (!this.#parts.registry.events.has(type)) return { code: "UNKNOWN_TYPE" };
    return { code: "UNKNOWN_TYPE", message: `Only the server says ${type}: send a command.` };
  }

  #refuseEarly(
    connection: Connection,
    state: Authenticated,
    type: string | null,
    rejection: Rejection,
    commandId: CommandId | null,
  ): void {
    if (this.#mayPass(connection, state, type, "refusal", commandId))
      this.#refuse(connection, type, rejection, commandId);
  }

  /** @param type null where there is no such type */
  #refuse(
    connection: Connection,
    type: string | null,
    rejection: Rejection,
    commandId: CommandId | null,
  ): void {
    this.#parts.observer.refused(type, rejection.code, commandId);
    this.#parts.refuse(connection, rejection, commandId);
  }

  /** H7. False where the message has been refused, or the socket closed. */
  #mayPass(
    connection: Connection,
    state: Authenticated,
    type: string | null,
    kind: MeteredClass,
    commandId: CommandId | null,
  ): boolean {
    const { allowances, clock } = this.#parts;
    // Heartbeats have none (H5), and are all that most sockets ever say.
    if (!allowances.isLimited(kind)) return true;
    const now = clock.now();
    let verdict = connection.allowance.take(kind, now);
    if (verdict.kind === "allowed") verdict = allowances.forPerson(state.session.userId).take(kind, now);
    if (verdict.kind === "allowed") return true;
    this.#parts.observer.rateLimited(kind);
    if (verdict.kind === "flooding") connection.close("FLOODING");
    else {
      const { retryAfterMs } = verdict;
      this.#refuse(connection, type, { code: "RATE_LIMITED", retryAfterMs }, commandId);
    }
    return false;
  }
}
