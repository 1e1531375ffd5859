/**
 * Tells presence which sockets are here, and services who came first and who left last (R1). What presence could
 * not be told is told again at the next beat.
 */
import type { EventLog, NewRecord } from "../event-log/port.ts";
import type { PresenceRegistry, SocketRegistration } from "../presence/port.ts";
import {
  isoTime,
  systemActor,
  type ConnectionId,
  type EventEnvelope,
  type UserId,
} from "../protocol/index.ts";
import type { GatewayClock, GatewayLogger } from "./surroundings.ts";

export type DepartureReason = "closed" | "timeout" | "gateway_lost" | "drain";

/** The sockets that are somebody's now. */
export interface SocketsHere {
  has(connectionId: ConnectionId): boolean;
  registered(): readonly (readonly [UserId, ConnectionId])[];
}

export interface AttendanceParts {
  readonly here: SocketsHere;
  readonly log: EventLog;
  readonly presence: PresenceRegistry;
  readonly gatewayId: string;
  readonly clock: GatewayClock;
  readonly logger: GatewayLogger;
}

/** A gateway that is silent for so long has died, and the others clear its sockets. */
const leaseMs = 20_000;
const beatMs = 5_000;

const eventIds = "b4c4a7f6-60d1-5c1e-8a57-2a1f8f0c9d35";

interface Departure {
  readonly registration: SocketRegistration;
  readonly reason: DepartureReason;
}

export class Attendance {
  readonly #parts: AttendanceParts;
  /** Sockets at whose page nobody looks. */
  readonly #hidden = new Set<ConnectionId>();
  /** Those whose arrival is being told: their departure waits for it. */
  readonly #arriving = new Map<ConnectionId, Promise<void>>();
  /** Gone, but presence does not know it yet. */
  readonly #departed = new Map<ConnectionId, Departure>();
  readonly #underWay = new Set<Promise<void>>();
  /** Not in the log yet, in the order of what they say. */
  readonly #hints: NewRecord[] = [];
  /** The lease was gone, or may have been, and not all sockets have been registered again since. */
  #mustRegister = false;
  #beating: Promise<void> | null = null;
  #cancelBeat: () => void = () => undefined;

  constructor(parts: AttendanceParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    await this.#parts.presence.renewLease(this.#parts.gatewayId, leaseMs);
    this.#beatLater();
  }

  /** Of a socket that is here. Rejects where presence cannot be reached; wants its `leave`, also then. */
  enter(userId: UserId, connectionId: ConnectionId): Promise<void> {
    const arrival = this.#arrive(this.#registration(userId, connectionId)).finally(() =>
      this.#arriving.delete(connectionId),
    );
    this.#arriving.set(connectionId, arrival);
    return arrival;
  }

  isNews(connectionId: ConnectionId, isHidden: boolean): boolean {
    return this.#hidden.has(connectionId) !== isHidden;
  }

  /** Somebody looks at the page of a socket, or nobody does. Presence that is away hears of it at the next change. */
  look(userId: UserId, connectionId: ConnectionId, isHidden: boolean): void {
    if (!this.#parts.here.has(connectionId) || !this.isNews(connectionId, isHidden)) return;
    if (isHidden) this.#hidden.add(connectionId);
    else this.#hidden.delete(connectionId);
    const registration = this.#registration(userId, connectionId);
    const arrived = this.#arriving.get(connectionId) ?? Promise.resolve();
    const telling = arrived
      .then(() => this.#parts.presence.look(registration, isHidden))
      .then(() => this.#sayAttention(registration))
      .catch((error: unknown) =>
        this.#parts.logger.warn({ error, connectionId }, "presence did not hear who looks at a page"),
      )
      .finally(() => this.#underWay.delete(telling));
    this.#underWay.add(telling);
  }

  /** Of a socket that had entered and is here no more. */
  leave(userId: UserId, connectionId: ConnectionId, reason: DepartureReason): void {
    this.#hidden.delete(connectionId);
    this.#departed.set(connectionId, { registration: this.#registration(userId, connectionId), reason });
    const arrived = this.#arriving.get(connectionId) ?? Promise.resolve();
    const leaving = arrived
      .catch(() => undefined) // whoever awaits `enter` hears of it; what may have been added is taken out
      .then(() => this.#depart(connectionId))
      .finally(() => this.#underWay.delete(leaving));
    this.#underWay.add(leaving);
  }

  /** All that was begun has been told, or has failed. */
  async settled(): Promise<void> {
    await this.#beating;
    await Promise.allSettled([...this.#underWay, ...this.#arriving.values()]);
    // The last of what was said above.
    await Promise.allSettled(this.#underWay);
  }

  async stop(): Promise<void> {
    this.#cancelBeat();
    await this.settled();
  }

  #registration(userId: UserId, connectionId: ConnectionId): SocketRegistration {
    return { userId, connectionId, gatewayId: this.#parts.gatewayId };
  }

  async #arrive(registration: SocketRegistration): Promise<void> {
    const { changed, stamp } = await this.#parts.presence.add(registration);
    if (changed) this.#say("user_connected", registration.userId, stamp);
    else this.#sayAttention(registration);
    // Registered again.
    if (this.#hidden.has(registration.connectionId)) await this.#parts.presence.look(registration, true);
  }

  async #depart(connectionId: ConnectionId): Promise<void> {
    const departure = this.#departed.get(connectionId);
    if (departure === undefined) return;
    const { registration, reason } = departure;
    try {
      const { changed, stamp } = await this.#parts.presence.remove(registration);
      this.#departed.delete(connectionId);
      if (changed) this.#say("user_disconnected", registration.userId, stamp, reason);
      else this.#sayAttention(registration);
    } catch (error) {
      this.#parts.logger.warn(
        { error, connectionId },
        "presence did not hear of a departure; it is told again",
      );
    }
  }

  /** A hint for services (R4): they also compare with presence themselves. */
  #say(
    what: "user_connected" | "user_disconnected",
    userId: UserId,
    stamp: number,
    reason?: DepartureReason,
  ): void {
    const eventId = Bun.randomUUIDv5(`${what}\n${userId}\n${stamp}`, eventIds);
    this.#append(what, eventId, userId, reason === undefined ? { stamp } : { stamp, reason });
  }

  /** Not who is there has changed, but perhaps whether they look. */
  #sayAttention({ userId }: SocketRegistration): void {
    this.#append("user_attention_changed", crypto.randomUUID(), userId);
  }

  #append(what: string, eventId: string, userId: UserId, fields: object = {}): void {
    const value: EventEnvelope = {
      kind: "event",
      eventId,
      eventType: `system.event.${what}`,
      timestamp: isoTime(this.#parts.clock.now()),
      producer: "ws_gateway",
      actor: systemActor,
      payload: { userId, ...fields },
    };
    if (this.#hints.push({ topic: "system.events", key: userId, value }) > 1) return;
    const saying = this.#sayHints().finally(() => this.#underWay.delete(saying));
    this.#underWay.add(saying);
  }

  /** All of a turn together: where thousands come back at once, each append costs as much as the rest of an arrival. */
  async #sayHints(): Promise<void> {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    const hints = this.#hints.splice(0);
    try {
      await this.#parts.log.append(hints);
    } catch (error) {
      this.#parts.logger.warn({ error, hints: hints.length }, "presence hints were lost");
    }
  }

  #beatLater(): void {
    this.#cancelBeat = this.#parts.clock.after(beatMs, () => {
      this.#beatLater();
      this.#beating ??= this.#beat().finally(() => (this.#beating = null));
    });
  }

  async #beat(): Promise<void> {
    const { presence, gatewayId, logger } = this.#parts;
    try {
      const mustRegister = this.#mustRegister;
      this.#mustRegister = true; // also where the answer does not come: it may have said so
      if (!(await presence.renewLease(gatewayId, leaseMs)) || mustRegister) await this.#registerAgain();
      this.#mustRegister = false;
      for (const connectionId of this.#departed.keys()) await this.#depart(connectionId);
      for (const { userId, stamp } of await presence.reap()) {
        this.#say("user_disconnected", userId, stamp, "gateway_lost");
      }
    } catch (error) {
      logger.warn({ error }, "presence cannot be reached; it is tried again");
    }
  }

  /** R1: the lease was gone, and with it perhaps the sockets. */
  async #registerAgain(): Promise<void> {
    const { here } = this.#parts;
    const registered = here.registered();
    this.#parts.logger.warn(
      { sockets: registered.length },
      "presence may have let this gateway's sockets go; all are registered again",
    );
    for (const [userId, connectionId] of registered) {
      const registration = this.#registration(userId, connectionId);
      if (here.has(connectionId)) await this.#arrive(registration);
      // It left while this was told.
      if (!here.has(connectionId)) await this.#parts.presence.remove(registration);
    }
  }
}
