/**
 * Spans by OpenTelemetry's own SDK. A command's id is the id of its trace, and half of it that of its first span: so
 * every program knows where its spans belong, and nothing has to travel for it through the log.
 */
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Tracer,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor, type IdGenerator } from "@opentelemetry/sdk-trace-base";
import { isUuid } from "../../protocol/index.ts";

export interface SpanOfCommand {
  readonly commandId: string;
  readonly name: string;
  readonly kind: "first" | "inside" | "to_log" | "from_log";
  /** As of `performance.now()`. */
  readonly from: number;
  readonly to: number;
  readonly attributes: Attributes;
  /** What went wrong with it; null where nothing did. */
  readonly problem: string | null;
}

const kinds = {
  first: SpanKind.SERVER,
  inside: SpanKind.INTERNAL,
  to_log: SpanKind.PRODUCER,
  from_log: SpanKind.CONSUMER,
} as const;

/** A collector that does not answer must not keep a program from ending. */
const lastSpansMs = 2_000;

export class Spans {
  readonly #ids = new CommandIds();
  readonly #provider: BasicTracerProvider;
  readonly #tracer: Tracer;
  /** Of 2^32: those whose id begins below it are traced. */
  readonly #share: number;

  /** @param share of all commands, from 0 to 1 */
  constructor(endpoint: string, service: string, share: number) {
    // Headers, timeouts and the size of batches are the SDK's own settings (OTEL_…).
    const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, "")}/v1/traces` });
    this.#provider = new BasicTracerProvider({
      resource: resourceFromAttributes({
        "service.name": service,
        "service.namespace": "blazing-sun",
        "service.instance.id": crypto.randomUUID(),
      }),
      idGenerator: this.#ids,
      spanProcessors: [new BatchSpanProcessor(exporter)],
    });
    this.#tracer = this.#provider.getTracer("blazing-sun");
    this.#share = share * 2 ** 32;
  }

  /** Every program says the same of a command. What the platform tells itself has no id of this kind. */
  isTraced(commandId: string | undefined): commandId is string {
    return (
      commandId !== undefined && isUuid(commandId) && Number.parseInt(commandId.slice(0, 8), 16) < this.#share
    );
  }

  add({ commandId, name, kind, from, to, attributes, problem }: SpanOfCommand): void {
    const traceId = commandId.replaceAll("-", "");
    const firstId = traceId.slice(16);
    this.#ids.next = { traceId, spanId: kind === "first" ? firstId : null };
    const first = { traceId, spanId: firstId, traceFlags: 1, isRemote: true };
    const context = kind === "first" ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, first);
    const options = { kind: kinds[kind], startTime: performance.timeOrigin + from, attributes };
    const span = this.#tracer.startSpan(name, options, context);
    if (problem !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: problem });
    span.end(performance.timeOrigin + to);
  }

  /** Sends what is left. */
  async stop(): Promise<void> {
    const { promise: tooLate, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, lastSpansMs);
    // What the collector does not take is lost: nobody's command waits for it.
    await Promise.race([this.#provider.shutdown().catch(() => undefined), tooLate]);
    clearTimeout(timer);
  }
}

class CommandIds implements IdGenerator {
  /** For the span that is started next, in the same turn. */
  next: { readonly traceId: string; readonly spanId: string | null } = { traceId: "", spanId: null };

  generateTraceId(): string {
    return this.next.traceId;
  }

  generateSpanId(): string {
    return this.next.spanId ?? Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString("hex");
  }
}
