/** Where /metrics is: a door of its own, which is not that of the public. */
import type { Exposition } from "./exposition.ts";

export interface MetricsListener {
  readonly url: string;
  close(): Promise<void>;
}

/** Throws where the address cannot be listened on. */
export function listenForScrapes(host: string, port: number, exposition: Exposition): MetricsListener {
  const server = Bun.serve({
    hostname: host,
    port,
    development: false,
    async fetch(request) {
      if (URL.parse(request.url)?.pathname !== "/metrics")
        return new Response("The metrics are at /metrics.\n", { status: 404 });
      const text = await exposition.text();
      return new Response(text, {
        headers: { "Content-Type": exposition.contentType, "Cache-Control": "no-store" },
      });
    },
  });
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${server.port ?? port}/metrics`,
    close: () => server.stop(true),
  };
}
