/** From the log to the sockets: directives, audience, frame, publish (plan §2.6, G2, L3, L4). */
import type { LogRecord } from "../event-log/port.ts";
import {
  audienceOf,
  fromIsoTime,
  partitionName,
  userOf,
  type AudienceName,
  type EventEnvelope,
  type SessionId,
  type SubscriptionDirective,
  type UserId,
} from "../protocol/index.ts";
import type { AccountChange } from "./account-changes.ts";
import type { Connection, GatewayServer } from "./connection.ts";
import { seqOf, type SeenEvents } from "./duplicates.ts";
import { eventFrame } from "./frame.ts";
import type { GatewayObserver } from "./observer.ts";
import type { SeenPositions } from "./positions.ts";
import type { ReplayWindow } from "./replay-window.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { GatewayLogger } from "./surroundings.ts";

export interface OutboundParts {
  readonly server: Pick<GatewayServer, "publish">;
  readonly subscriptions: Subscriptions;
  readonly positions: SeenPositions;
  readonly seen: SeenEvents;
  readonly window: ReplayWindow;
  readonly logger: GatewayLogger;
  readonly observer: GatewayObserver;
  /** Whether an event is for those alone who are here when it comes (R6). */
  isLiveOnly(eventType: string): boolean;
  now(): number;
  /** H4. */
  onRevoked(sid: SessionId, userId: UserId, at: number): void;
  onAccountChanged(change: AccountChange, at: number): void;
  /** H6: one of these sockets has more to read than it takes. */
  onBackpressure(connections: Iterable<Connection>): void;
}

/** What is only for those who are here is no news after this (R6). */
const liveMs = 5_000;

/** From so many sockets on, the last of an audience waits noticeably longer than the first. */
const crowd = 64;

/** What an event of these types says is for the gateway itself (H4). */
const forGateways: ReadonlySet<string> = new Set([
  "system.event.session_revoked",
  "system.event.account_changed",
]);

/** It needs not even be remembered: ten thousand who arrive together are as many of these. */
function isForServicesAlone({ audience, subscribe, unsubscribe, eventType }: EventEnvelope): boolean {
  return (
    audience === undefined &&
    subscribe === undefined &&
    unsubscribe === undefined &&
    !forGateways.has(eventType)
  );
}

/** A socket that has just been put into an audience. */
interface Entrance {
  readonly connection: Connection;
  readonly directive: SubscriptionDirective;
}

const nobody: readonly Entrance[] = [];

export class Outbound {
  readonly #parts: OutboundParts;

  constructor(parts: OutboundParts) {
    this.#parts = parts;
  }

  /** Never throws: the next record has its own readers. */
  deliver(record: LogRecord): void {
    const { positions, window, seen } = this.#parts;
    const partition = partitionName(record.topic, record.partition);
    positions.advance(partition, record.offset);
    window.advance(partition, record.offset);
    const { value: envelope } = record;
    if (envelope.kind !== "event" || isForServicesAlone(envelope)) return;
    try {
      const seq = seqOf(envelope);
      if (seen.isRepeated(envelope, seq)) return this.#answerAgain(record, envelope, seq);
      const entered = this.#obey(envelope);
      this.#send(record, envelope, seq);
      for (const each of entered) this.#catchUp(each);
    } catch (error) {
      this.#parts.logger.error(
        { error, partition, offset: record.offset },
        "an event could not be delivered",
      );
    }
  }

  /**
   * Chat is kept by no room: a command that is sent again says the same event again, which everybody has but perhaps
   * its sender, who waits for it. Her client drops it where she has it.
   */
  #answerAgain(record: LogRecord, envelope: EventEnvelope, seq: number | null): void {
    const { actor, audience, correlationId } = envelope;
    if (actor.kind !== "person" || audience === undefined || correlationId === undefined) return;
    if (seq !== null) return;
    const connection = this.#parts.subscriptions.connection(actor.connectionId);
    if (connection?.state.name !== "authenticated") return;
    if (!connection.send(eventFrame(record, envelope))) this.#parts.onBackpressure([connection]);
    this.#parts.observer.delivered(record, envelope, 1);
  }

  /** What an event tells the gateway itself, before anybody gets it. Answers who is in an audience from now on. */
  #obey({ eventType, unsubscribe, subscribe, payload, timestamp }: EventEnvelope): readonly Entrance[] {
    if (subscribe === undefined && unsubscribe === undefined && !forGateways.has(eventType)) return nobody;
    const { subscriptions, onRevoked, onAccountChanged } = this.#parts;
    for (const directive of unsubscribe ?? []) subscriptions.apply("unsubscribe", directive);
    const entered: Entrance[] = [];
    for (const directive of subscribe ?? []) {
      for (const connection of subscriptions.apply("subscribe", directive))
        entered.push({ connection, directive });
    }
    if (eventType === "system.event.account_changed") {
      onAccountChanged(payload as AccountChange, fromIsoTime(timestamp)); // as its declaration says
    } else if (eventType === "system.event.session_revoked") {
      const { sid, userId } = payload as { sid: SessionId; userId: UserId }; // as its declaration says
      onRevoked(sid, userId, fromIsoTime(timestamp));
    }
    return entered;
  }

  /** A snapshot under another key than its room's may come after events that are later than it (L1). */
  #catchUp({ connection, directive: { audience, seq } }: Entrance): void {
    if (seq === undefined) return;
    for (const frame of this.#parts.window.since(audience, seq)) {
      if (!connection.send(frame)) this.#parts.onBackpressure([connection]);
    }
  }

  #send(record: LogRecord, envelope: EventEnvelope, seq: number | null): void {
    const { audience } = envelope;
    switch (audience?.type) {
      case undefined:
        return;
      case "user":
        return this.#publish(record, envelope, audience.userIds.map(audienceOf.user), seq);
      case "room":
        return this.#publish(record, envelope, [audience.roomId], seq);
      case "connection": {
        const connection = this.#parts.subscriptions.connection(audience.connectionId);
        const isHere = connection?.state.name === "authenticated";
        if (isHere && !connection.send(eventFrame(record, envelope)))
          this.#parts.onBackpressure([connection]);
        this.#parts.observer.delivered(record, envelope, isHere ? 1 : 0);
      }
    }
  }

  /** Encoded once, also where nobody here is in the audience: somebody may come back and ask for it (R2). */
  #publish(
    record: LogRecord,
    envelope: EventEnvelope,
    audiences: readonly AudienceName[],
    seq: number | null,
  ): void {
    const { window, isLiveOnly, now } = this.#parts;
    const { topic, partition, offset, appendedAt } = record;
    const frame = eventFrame(record, envelope);
    if (isLiveOnly(envelope.eventType)) {
      if (appendedAt < now() - liveMs) return;
    } else {
      window.add({ audiences, partition: partitionName(topic, partition), offset, appendedAt, frame, seq });
    }
    let sockets = 0;
    for (const audience of audiences) {
      const userId = userOf(audience);
      sockets += userId === null ? this.#tellAll(audience, frame) : this.#tellPerson(userId, frame);
    }
    this.#parts.observer.delivered(record, envelope, sockets);
  }

  /** How many sockets of hers there were. A topic of her own would cost each of them more than these writes. */
  #tellPerson(userId: UserId, frame: string): number {
    const live = this.#parts.subscriptions
      .ofUser(userId)
      .filter(({ state: { name } }) => name === "authenticated");
    this.#tellEach(live, frame);
    return live.length;
  }

  /** How many they are. */
  #tellAll(audience: AudienceName, frame: string): number {
    const members = this.#parts.subscriptions.inAudience(audience);
    if (members.size === 0) return 0;
    const { playersAudience, size } = members;
    const playersHere = playersAudience === null ? 0 : this.#tellFirst(playersAudience, frame, size > crowd);
    if (members.size > playersHere) this.#tell(audience, frame);
    return members.size;
  }

  /** How many there were. Before a crowd: one write each, and none of them waits for those to the crowd. */
  #tellFirst(players: AudienceName, frame: string, isBeforeCrowd: boolean): number {
    const members = this.#parts.subscriptions.inAudience(players);
    if (!isBeforeCrowd) {
      if (members.size > 0) this.#tell(players, frame);
      return members.size;
    }
    this.#tellEach(members, frame);
    return members.size;
  }

  #tellEach(connections: Iterable<Connection>, frame: string): void {
    for (const connection of connections) {
      if (!connection.send(frame)) this.#parts.onBackpressure([connection]);
    }
  }

  #tell(topic: AudienceName, frame: string): void {
    // H6: -1 says that at least one of them is behind.
    if (this.#parts.server.publish(topic, frame) === -1) {
      this.#parts.onBackpressure(this.#parts.subscriptions.inAudience(topic));
    }
  }
}
