/** What is counted of a gateway. */
import { Counts, CountsByPair, Histograms, type Histogram } from "./counts.ts";
import { metrics } from "./declarations.ts";
import type { Exposition } from "./exposition.ts";
import { outcomeOf } from "../observation/outcome.ts";
import type { LogRecord } from "../../event-log/port.ts";
import {
  closeCodes,
  type CommandEnvelope,
  type CommandId,
  type ErrorCode,
  type EventEnvelope,
  type Registry,
} from "../../protocol/index.ts";
import type { GatewayObserver, GatewayState, ResumeOutcome, SocketEnd } from "../../ws-gateway/index.ts";

/** A command without an outcome after this is counted as unanswered: clients have sent it again by then. */
const patienceMs = 60_000;
/** With so many under way, further ones are only counted as forwarded. */
const mostInFlight = 100_000;

interface Flight {
  /** As of `performance.now()`. */
  readonly at: number;
  readonly outcomes: Counts;
  readonly seconds: Histogram;
}

export class GatewayMetrics implements GatewayObserver {
  readonly #authentications = new Counts(["ok", "AUTH_FAILED", "AUTH_TIMEOUT"]);
  readonly #closed = new Counts([...Object.keys(closeCodes), "closed_by_client"]);
  readonly #resumes = new Counts(["replayed", "out_of_reach", "other_log"]);
  readonly #rateLimited = new Counts();
  readonly #commands = new CountsByPair();
  readonly #seconds = new Histograms();
  readonly #events: Counts;
  readonly #frames: Counts;
  /** By command type: where it goes; absent for those that have no outcome. */
  readonly #topics = new Map<string, string>();
  /** By the command's id, the oldest first. */
  readonly #inFlight = new Map<string, Flight>();

  constructor(registry: Registry) {
    for (const [type, { declaration }] of registry.commands) {
      const { topic, rateClass } = declaration;
      this.#commands.row(type).add(rateClass === "typing" ? "forwarded" : "ok", 0);
      if (topic === "gateway" || rateClass === "typing") continue;
      this.#topics.set(type, topic);
      this.#seconds.of(topic);
    }
    const eventTypes = [...registry.events].flatMap(([type, { topic }]) =>
      topic === "gateway" ? [] : [type],
    );
    this.#events = new Counts(eventTypes);
    this.#frames = new Counts(eventTypes);
  }

  authenticated(): void {
    this.#authentications.add("ok");
  }

  closed(end: SocketEnd, wasAuthenticated: boolean): void {
    this.#closed.add(end);
    if (!wasAuthenticated) this.#authentications.add(end);
  }

  resumed(outcome: ResumeOutcome): void {
    this.#resumes.add(outcome);
  }

  rateLimited(rateClass: string): void {
    this.#rateLimited.add(rateClass);
  }

  accepted({ eventType, correlationId }: CommandEnvelope): void {
    const outcomes = this.#commands.row(eventType);
    const topic = this.#topics.get(eventType);
    if (topic === undefined || this.#inFlight.size >= mostInFlight) return outcomes.add("forwarded");
    // One that is sent again while it is under way waits since the first time.
    if (this.#inFlight.has(correlationId)) return;
    this.#inFlight.set(correlationId, { at: performance.now(), outcomes, seconds: this.#seconds.of(topic) });
  }

  answered(type: string): void {
    this.#commands.row(type).add("ok");
  }

  refused(type: string | null, code: ErrorCode, commandId: CommandId | null): void {
    if (type === null && commandId !== null && this.#settle(commandId, code)) return;
    this.#commands.row(type ?? "none").add(code);
  }

  delivered(_record: LogRecord, event: EventEnvelope, sockets: number): void {
    if (sockets > 0) {
      this.#events.add(event.eventType);
      this.#frames.add(event.eventType, sockets);
    }
    if (event.correlationId !== undefined) this.#settle(event.correlationId, outcomeOf(event));
  }

  /** Call it now and then: commands that nobody answers are let go. */
  forgetTheOld(): void {
    const before = performance.now() - patienceMs;
    for (const [commandId, { at, outcomes }] of this.#inFlight) {
      if (at > before) return;
      this.#inFlight.delete(commandId);
      outcomes.add("unanswered");
    }
  }

  expose(exposition: Exposition, state: () => GatewayState): void {
    const { add } = exposition;
    add(metrics.sockets, () => {
      const { sockets, authenticated } = state();
      return [
        { labels: { state: "authenticated" }, value: authenticated },
        { labels: { state: "unauthenticated" }, value: sockets - authenticated },
      ];
    });
    add(metrics.users, () => [{ labels: {}, value: state().users }]);
    add(metrics.authentications, () => this.#authentications.samples("outcome"));
    add(metrics.socketsClosed, () => this.#closed.samples("reason"));
    add(metrics.resumes, () => this.#resumes.samples("outcome"));
    add(metrics.rateLimited, () => this.#rateLimited.samples("rate_class"));
    add(metrics.commands, () => this.#commands.samples("type", "outcome"));
    add(metrics.commandSeconds, ({ name }) => this.#seconds.samples(name, "topic"));
    add(metrics.commandsInFlight, () => [{ labels: {}, value: this.#inFlight.size }]);
    add(metrics.events, () => this.#events.samples("type"));
    add(metrics.eventFrames, () => this.#frames.samples("type"));
  }

  /** False where no such command is under way here. */
  #settle(commandId: string, outcome: string): boolean {
    const flight = this.#inFlight.get(commandId);
    if (flight === undefined) return false;
    this.#inFlight.delete(commandId);
    flight.outcomes.add(outcome);
    flight.seconds.observe((performance.now() - flight.at) / 1000);
    return true;
  }
}
