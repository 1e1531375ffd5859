/** A collector of OpenTelemetry on loopback that only keeps what it is sent. */

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly service: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface OtlpReceiver {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  readonly requests: number;
  /** Resolves with those that are wanted, when there is one. */
  seen(isWanted: (span: ReceivedSpan) => boolean): Promise<readonly ReceivedSpan[]>;
  /** Resolves when all of these names are among the spans of the trace. */
  traced(traceId: string, names: readonly string[]): Promise<readonly ReceivedSpan[]>;
  close(): Promise<void>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** As OTLP over HTTP in JSON has it. */
interface Body {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<ReceivedSpan, "service" | "attributes"> & {
        readonly attributes: readonly Attribute[];
      })[];
    }[];
  }[];
}

export function startOtlpReceiver(): OtlpReceiver {
  const spans: ReceivedSpan[] = [];
  let requests = 0;
  let arrived = Promise.withResolvers<void>();
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      requests += 1;
      if (new URL(request.url).pathname !== "/v1/traces") return new Response(null, { status: 404 });
      const { resourceSpans } = (await request.json()) as Body;
      for (const { resource, scopeSpans } of resourceSpans) {
        const service = String(valuesOf(resource.attributes)["service.name"]);
        for (const span of scopeSpans.flatMap((scope) => scope.spans))
          spans.push({ ...span, service, attributes: valuesOf(span.attributes) });
      }
      arrived.resolve();
      arrived = Promise.withResolvers();
      return Response.json({});
    },
  });
  return {
    url: `http://127.0.0.1:${server.port ?? 0}`,
    spans,
    get requests() {
      return requests;
    },
    async seen(isWanted) {
      for (;;) {
        const found = spans.filter(isWanted);
        if (found.length > 0) return found;
        await arrived.promise;
      }
    },
    async traced(traceId, names) {
      for (;;) {
        const found = spans.filter((span) => span.traceId === traceId);
        if (names.every((name) => found.some((span) => span.name === name))) return found;
        await arrived.promise;
      }
    },
    close: () => server.stop(true),
  };
}

function valuesOf(attributes: readonly Attribute[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
