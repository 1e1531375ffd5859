/** What a trial is played on: the real programs, and everything of them that can be broken. */
import type { Door } from "./workload.ts";
import { readCluster, readEmbedded, type Stored } from "./stored.ts";
import { startFaultProxy, type FaultProxy } from "../proxy.ts";
import { startCluster } from "../../cluster/cluster.ts";
import type { EngineUrls } from "../../cluster/engines.ts";
import { startPlatform } from "../../platform.ts";

export interface Program {
  readonly pid: number;
  /** At once, as a crash does. */
  kill(): Promise<void>;
  /** In order. */
  stop(): Promise<unknown>;
  restart(environment?: Readonly<Record<string, string>>): Promise<void>;
}

export interface Stage {
  readonly mode: "embedded" | "cluster";
  readonly gateways: readonly Program[];
  readonly platforms: readonly Program[];
  /** Ways between people and gateways. */
  readonly ways: readonly FaultProxy[];
  /** Ways between the programs and their engines, by the engine's protocol. */
  readonly engineWays: ReadonlyMap<string, FaultProxy>;
  readonly doors: readonly [Door, Door];
  /** The file whose content shifts the programs' clock (libfaketime); null where there is no such library. */
  readonly clockFile: string | null;
  /** Ends all programs, and reads what they left in the stores. */
  stopAndRead(): Promise<Stored>;
  cleanUp(): Promise<void>;
}

const calm = { WS_GATEWAY_LIMIT_SCALE: "100", LOG_LEVEL: "fatal" };

/** @param clock what makes the program's clock a file's (see clock.ts), or null */
export async function openEmbeddedStage(
  environment: Readonly<Record<string, string>>,
  clock: { readonly file: string; readonly environment: Readonly<Record<string, string>> } | null,
): Promise<Stage> {
  const platform = await startPlatform({ ...calm, ...clock?.environment, ...environment });
  const socket = `${platform.url.replace("http", "ws")}/ws`;
  const ways = [startFaultProxy(socket), startFaultProxy(socket)] as const;
  return {
    mode: "embedded",
    gateways: [platform],
    platforms: [platform],
    ways,
    engineWays: new Map(),
    doors: [
      { pages: platform.url, socket: ways[0].url },
      { pages: platform.url, socket: ways[1].url },
    ],
    clockFile: clock?.file ?? null,
    async stopAndRead() {
      await platform.stop();
      return readEmbedded(platform.dataDir);
    },
    async cleanUp() {
      for (const way of ways) way.close();
      await platform.cleanUp();
    },
  };
}

export async function openClusterStage(engines: EngineUrls): Promise<Stage> {
  const engineWays = new Map<string, FaultProxy>();
  const by = (url: string): string => {
    // Told of its replica set, the driver would go straight to the members.
    const way = startFaultProxy(url.replace(/replicaSet=[^&]*/, "directConnection=true"));
    engineWays.set(url.slice(0, url.indexOf(":")), way);
    return way.url;
  };
  const cluster = await startCluster(engines, { environment: calm, by });
  const sockets = cluster.gateways.map(({ url }) => startFaultProxy(url));
  const door = (index: 0 | 1): Door => ({
    pages: cluster.platforms[index]?.url ?? "",
    socket: sockets[index]?.url ?? "",
  });
  return {
    mode: "cluster",
    gateways: cluster.gateways,
    platforms: cluster.platforms,
    ways: sockets,
    engineWays,
    doors: [door(0), door(1)],
    clockFile: null,
    async stopAndRead() {
      await Promise.all([...cluster.gateways, ...cluster.platforms].map((member) => member.stop()));
      return readCluster(
        cluster.mongodbUrl,
        cluster.databaseUrl,
        engines.kafkaBrokers.split(","),
        cluster.topicPrefix,
      );
    },
    async cleanUp() {
      for (const way of [...sockets, ...engineWays.values()]) way.close();
      await cluster.cleanUp();
    },
  };
}
