/** The metrics of one program: loaded only where METRICS_PORT is set. */
import { metrics } from "./declarations.ts";
import { Exposition } from "./exposition.ts";
import { GatewayMetrics } from "./gateway-metrics.ts";
import { HttpMetrics } from "./http-metrics.ts";
import { listenForScrapes } from "./listener.ts";
import { PortMetrics } from "./port-metrics.ts";
import { games } from "../games.ts";
import type { Logger } from "../logger.ts";
import { registry } from "../messages.ts";
import type { Observed, Observer } from "../observation/observer.ts";

export interface Metrics {
  readonly observers: readonly Partial<Observer>[];
  readonly url: string;
  /** What a program has is shown from now on. */
  expose(program: Observed): void;
  stop(): Promise<void>;
}

const sweepMs = 10_000;

export function startMetrics(host: string, port: number, logger: Logger): Metrics {
  const gateway = new GatewayMetrics(registry);
  const http = new HttpMetrics();
  const ports = new PortMetrics(games.map(({ slug }) => slug));
  const exposition = new Exposition((error, metric) =>
    logger.warn({ error, metric }, "a metric could not be read and was left out"),
  );
  const listener = listenForScrapes(host, port, exposition);
  const sweep = setInterval(() => gateway.forgetTheOld(), sweepMs);
  return {
    observers: [gateway, http, ports],
    url: listener.url,
    expose({ readiness, gateway: running, log, roomStore }) {
      exposition.add(metrics.ready, () => [{ labels: {}, value: readiness().ready ? 1 : 0 }]);
      if (readiness().engines !== undefined)
        exposition.add(metrics.engineUp, () =>
          Object.entries(readiness().engines ?? {}).map(([engine, state]) => ({
            labels: { engine },
            value: state === "up" ? 1 : 0,
          })),
        );
      http.expose(exposition);
      ports.exposeLog(exposition, log);
      if (running !== undefined) gateway.expose(exposition, () => running.state());
      if (roomStore !== undefined) ports.exposeServices(exposition, roomStore);
    },
    async stop() {
      clearInterval(sweep);
      await listener.close();
    },
  };
}
