/**
 * The embedded default (design §2): everything in one process, on SQLite and an in-process log. The one place
 * that knows which adapters it runs on.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "./config.ts";
import { games } from "./games.ts";
import type { Logger } from "./logger.ts";
import { registry } from "./messages.ts";
import { runUntilSignal } from "./run.ts";
import { announceByLog } from "../accounts/announcements.ts";
import { createAccounts, createPasswordHasher, ensureKeyPair, loadPublicKeys } from "../accounts/index.ts";
import { openSqliteAccountsStore } from "../accounts/store/sqlite.ts";
import { createMemoryLog } from "../event-log/memory.ts";
import {
  createGamesFace,
  createGamesService,
  gameTypeOf,
  standardTimes,
  systemSeeds,
} from "../games/index.ts";
import { openSqliteCatalogue } from "../games/store/catalogue-sqlite.ts";
import { openSqliteRoomStore } from "../games/store/sqlite.ts";
import { createMemoryPresence } from "../presence/memory.ts";
import { buildAssets, createRequestOrigin, createWebApp } from "../web/index.ts";
import { createGateway, createTokenVerifier, type SocketData } from "../ws-gateway/index.ts";

const sweepMs = 60 * 60_000;

export interface RunningPlatform {
  /** Where people open it. */
  readonly url: string;
  /** Lets everyone go in order: clients are told to reconnect, what was taken in is finished. */
  stop(): Promise<void>;
}

export async function startEmbedded(config: Config, logger: Logger): Promise<RunningPlatform> {
  const { dataDir } = config;
  mkdirSync(dataDir, { recursive: true });
  const keysFolder = join(dataDir, "keys");
  const signingKey = await ensureKeyPair(keysFolder);
  const roomStore = openSqliteRoomStore(join(dataDir, "games.sqlite"));
  const accountsStore = openSqliteAccountsStore(join(dataDir, "accounts.sqlite"));
  const catalogue = openSqliteCatalogue(join(dataDir, "catalogue.sqlite"));
  await catalogue.seed(games.map(gameTypeOf));

  const log = createMemoryLog({
    onHandlerFailure: (failure) => logger.error(failure, "a batch could not be handled: it comes again"),
  });
  const presence = createMemoryPresence();
  const accounts = createAccounts({
    store: accountsStore,
    signingKey,
    passwords: createPasswordHasher(),
    events: announceByLog(log, Date.now),
    now: Date.now,
    randomBytes,
  });
  const gamesService = createGamesService({
    store: roomStore,
    log,
    presence,
    games,
    times: { ...standardTimes, turnClockMs: config.turnClockMs, archiveAfterMs: config.archiveAfterMs },
    seeds: systemSeeds,
    now: Date.now,
    logger,
  });

  const allowedOrigins = config.allowedOrigins ?? [];
  const origins = { trustedProxies: config.trustedProxies, socketUrl: null };
  const requestOrigin = createRequestOrigin(origins);
  const gateway = createGateway({
    registry,
    log,
    presence,
    verifier: createTokenVerifier(await loadPublicKeys(keysFolder), Date.now),
    gatewayId: crypto.randomUUID(),
    allowedOrigins: (request, server) => [requestOrigin.origin(request, server), ...allowedOrigins],
    addressOf: requestOrigin.address,
    logger,
    limits: { scale: config.limitScale },
  });
  const web = createWebApp({
    accounts,
    games: createGamesFace(gamesService.context, catalogue),
    assets: await buildAssets(),
    settings: { allowedOrigins, ...origins },
    readiness: () =>
      gateway.state().ready ? { ready: true } : { ready: false, reasons: ["the gateway has not caught up"] },
    log: logger,
  });

  // S2: what was saved but not said is said before anyone can ask.
  await gamesService.start();
  const server = Bun.serve<SocketData>({
    hostname: config.host,
    port: config.port,
    fetch: (request, bun) =>
      new URL(request.url).pathname === "/ws" ? gateway.upgrade(request, bun) : web.fetch(request, bun),
    websocket: gateway.websocket,
  });
  await gateway.start(server);
  const sweep = setInterval(() => {
    accounts.sweep().catch((error: unknown) => logger.error({ error }, "old sessions could not be swept"));
  }, sweepMs);

  return {
    url: `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${server.port ?? config.port}`,
    async stop() {
      clearInterval(sweep);
      await gateway.stop();
      await gamesService.stop();
      await server.stop(true);
      await log.close();
      await Promise.all([roomStore.close(), accountsStore.close(), catalogue.close(), presence.close()]);
    },
  };
}

if (import.meta.main) await runUntilSignal(startEmbedded);
