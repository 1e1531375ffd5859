/** One trace for each command, from its frame to the frame of its outcome: loaded only where a collector is named. */
import { Spans, type SpanOfCommand } from "./spans.ts";
import { outcomeOf } from "../observation/outcome.ts";
import type { LogRecord, NewRecord } from "../../event-log/port.ts";
import type { Unit, UnitResult } from "../../games/store/port.ts";
import type { CommandEnvelope, CommandId, ErrorCode, EventEnvelope } from "../../protocol/index.ts";
import type { Observer, StoreName } from "../observation/observer.ts";

/** A command without an outcome after this has its trace ended. */
const patienceMs = 60_000;
const mostUnderWay = 20_000;
const sweepMs = 10_000;

interface UnderWay {
  readonly type: string;
  readonly from: number;
}

export class Tracing implements Partial<Observer> {
  readonly #spans: Spans;
  /** By the command's id, the oldest first. */
  readonly #underWay = new Map<string, UnderWay>();
  readonly #sweep = setInterval(() => this.#forgetTheOld(), sweepMs);

  /** @param share of all commands, from 0 to 1 */
  constructor(endpoint: string, service: string, share: number) {
    this.#spans = new Spans(endpoint, service, share);
  }

  accepted({ correlationId: id, eventType: type }: CommandEnvelope): void {
    if (!this.#spans.isTraced(id) || this.#underWay.has(id) || this.#underWay.size >= mostUnderWay) return;
    this.#underWay.set(id, { type, from: performance.now() });
  }

  refused(type: string | null, code: ErrorCode, commandId: CommandId | null): void {
    if (type === null && commandId !== null) this.#end(commandId, code);
  }

  delivered(
    { topic, partition, offset, appendedAt }: LogRecord,
    event: EventEnvelope,
    sockets: number,
  ): void {
    const { correlationId: id, eventType } = event;
    if (!this.#spans.isTraced(id) || (sockets === 0 && !this.#underWay.has(id))) return;
    const attributes = { "event.type": eventType, sockets, at: `${topic}/${partition}/${offset}` };
    this.#add(id, "deliver", "from_log", fromEpoch(appendedAt), { attributes });
    this.#end(id, outcomeOf(event));
  }

  appended(records: readonly NewRecord[], begunAt: number, wasTaken: boolean): void {
    const problem = wasTaken ? null : "the log did not take it";
    const seen = new Set<string>();
    for (const { topic, value } of records) {
      const id = value.correlationId;
      if (!this.#spans.isTraced(id) || seen.has(id)) continue;
      seen.add(id);
      const attributes = { topic, "batch.records": records.length };
      this.#add(id, `append ${topic}`, "to_log", begunAt, { attributes, problem });
    }
  }

  handled(reader: string, batch: readonly LogRecord[], begunAt: number, wasHandled: boolean): void {
    const problem = wasHandled ? null : "it comes again";
    for (const { topic, value, appendedAt } of batch) {
      const id = value.correlationId;
      if (value.kind !== "command" || !this.#spans.isTraced(id)) continue;
      const attributes = { topic, reader, "batch.records": batch.length };
      this.#add(id, `wait ${topic}`, "from_log", fromEpoch(appendedAt), { to: begunAt, attributes });
      this.#add(id, `handle ${reader}`, "inside", begunAt, { attributes, problem });
    }
  }

  decided(
    { correlationId: id, eventType }: CommandEnvelope,
    begunAt: number,
    refusal: ErrorCode | null,
  ): void {
    if (!this.#spans.isTraced(id)) return;
    const attributes = { "command.type": eventType, outcome: refusal ?? "ok" };
    this.#add(id, "decide", "inside", begunAt, { attributes });
  }

  roomsCommitted(units: readonly Unit[], results: readonly UnitResult[] | null, begunAt: number): void {
    const attributes = { "batch.units": units.length };
    for (const [index, { writes }] of units.entries()) {
      const result = results?.[index]?.kind ?? "no answer";
      const ids = new Set(writes.flatMap(({ document }) => document.tail.map(({ commandId }) => commandId)));
      for (const id of ids) {
        if (!this.#spans.isTraced(id)) continue;
        const problem = result === "saved" ? null : result;
        this.#add(id, "commit rooms", "inside", begunAt, { attributes, problem });
      }
    }
  }

  chatStored(store: StoreName, ids: readonly CommandId[], wasStored: boolean, begunAt: number): void {
    const problem = wasStored ? null : "it was not stored";
    const attributes = { "batch.messages": ids.length };
    for (const id of ids)
      if (this.#spans.isTraced(id))
        this.#add(id, `commit ${store}`, "inside", begunAt, { attributes, problem });
  }

  stop(): Promise<void> {
    clearInterval(this.#sweep);
    return this.#spans.stop();
  }

  #end(commandId: string, outcome: string): void {
    const begun = this.#underWay.get(commandId);
    if (begun === undefined) return;
    this.#underWay.delete(commandId);
    const attributes = { "command.id": commandId, "command.type": begun.type, outcome };
    const problem = outcome === "INTERNAL" || outcome === "unanswered" ? outcome : null;
    this.#add(commandId, begun.type, "first", begun.from, { attributes, problem });
  }

  #add(
    commandId: string,
    name: string,
    kind: SpanOfCommand["kind"],
    from: number,
    rest: Pick<SpanOfCommand, "attributes"> & Partial<Pick<SpanOfCommand, "to" | "problem">>,
  ): void {
    const to = rest.to ?? performance.now();
    // A log's clock may be another machine's.
    this.#spans.add({ problem: null, ...rest, commandId, name, kind, to, from: Math.min(from, to) });
  }

  #forgetTheOld(): void {
    const before = performance.now() - patienceMs;
    for (const [commandId, { from }] of this.#underWay) {
      if (from > before) return;
      this.#end(commandId, "unanswered");
    }
  }
}

/** From milliseconds since 1970 to what `performance.now()` said then. */
function fromEpoch(at: number): number {
  return at - performance.timeOrigin;
}
