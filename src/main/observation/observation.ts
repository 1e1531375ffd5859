/**
 * How a program is watched: metrics, traces and the log of commands, each only where a setting asks for it. Where none
 * does, nothing of it is loaded, and the log and the stores are used as they are.
 */
import {
  observedLobbyStore,
  observedLog,
  observedPrivateStore,
  observedRoomStore,
} from "./observed-ports.ts";
import { commandLog } from "./command-log.ts";
import { combined, type Observed, type Observer } from "./observer.ts";
import type { ConfigOf } from "../config.ts";
import type { Logger } from "../logger.ts";
import type { LobbyStore, PrivateStore } from "../../chat/index.ts";
import type { EventLog } from "../../event-log/port.ts";
import { unobservedGames, type GamesObserver } from "../../games/index.ts";
import type { RoomStore } from "../../games/store/port.ts";
import type { HttpObserver } from "../../web/index.ts";
import { unobserved, type GatewayObserver } from "../../ws-gateway/index.ts";

export interface Observation {
  readonly gateway: GatewayObserver;
  readonly games: GamesObserver;
  /** null where requests are not counted. */
  readonly http: HttpObserver | null;
  log(log: EventLog): EventLog;
  roomStore(store: RoomStore): RoomStore;
  lobbyStore(store: LobbyStore): LobbyStore;
  privateStore(store: PrivateStore): PrivateStore;
  expose(program: Observed): void;
  stop(): Promise<void>;
}

type Settings = Pick<ConfigOf<"embedded">, "metricsPort" | "metricsHost" | "otlpEndpoint" | "tracedShare">;

/** @param service what traces call this program */
export async function openObservation(
  service: string,
  { metricsPort, metricsHost, otlpEndpoint, tracedShare }: Settings,
  logger: Logger,
): Promise<Observation> {
  const observers: Partial<Observer>[] = [];
  const metrics =
    metricsPort === null
      ? null
      : (await import("../metrics/metrics.ts")).startMetrics(metricsHost, metricsPort, logger);
  if (metrics !== null) {
    observers.push(...metrics.observers);
    logger.info({ url: metrics.url }, "metrics are served");
  }
  const tracing =
    otlpEndpoint === null
      ? null
      : new (await import("../tracing/tracing.ts")).Tracing(otlpEndpoint, service, tracedShare);
  if (tracing !== null) observers.push(tracing);
  if (logger.isLevelEnabled("debug")) observers.push(commandLog(logger));
  const observer = combined(observers);
  const watched =
    <Port>(watch: (port: Port, observer: Observer) => Port) =>
    (port: Port): Port =>
      observer === null ? port : watch(port, observer);
  return {
    gateway: observer ?? unobserved,
    games: observer ?? unobservedGames,
    http: metrics === null ? null : observer,
    log: watched(observedLog),
    roomStore: watched(observedRoomStore),
    lobbyStore: watched(observedLobbyStore),
    privateStore: watched(observedPrivateStore),
    expose: (program) => metrics?.expose(program),
    async stop() {
      await Promise.all([metrics?.stop(), tracing?.stop()]);
    },
  };
}
