/**
 * The embedded default (design §2): everything in one process, on SQLite and an in-process log. The one place
 * that knows which adapters it runs on.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, readEmbeddedConfig, type Config } from "./config.ts";
import { games } from "./games.ts";
import { createLogger, type Logger } from "./logger.ts";
import { registry } from "./messages.ts";
import { createAccounts, createPasswordHasher, ensureKeyPair, loadPublicKeys } from "../accounts/index.ts";
import { openSqliteAccountsStore } from "../accounts/store/sqlite.ts";
import { createMemoryLog } from "../event-log/memory.ts";
import { createGamesFace, createGamesService, gameTypeOf, standardTimes, systemSeeds } from "../games/index.ts";
import { openSqliteCatalogue } from "../games/store/catalogue-sqlite.ts";
import { openSqliteRoomStore } from "../games/store/sqlite.ts";
import { createMemoryPresence } from "../presence/memory.ts";
import { buildAssets } from "../web/assets.ts";
import { createWebApp } from "../web/index.ts";
import { createRequestOrigin } from "../web/request-origin.ts";
import { createGateway } from "../ws-gateway/index.ts";

export interface RunningPlatform {
  /** Where people open it. */
  readonly url: string;
  /** Lets everyone go in order: clients are told to reconnect, what was taken in is finished. */
  stop(): Promise<void>;
}

export async function startEmbedded(config: Config, logger: Logger): Promise<RunningPlatform> {
  mkdirSync(config.dataDir, { recursive: true });
  const keysFolder = join(config.dataDir, "keys");
  const signingKey = await ensureKeyPair(keysFolder);

  const log = createMemoryLog({
    onHandlerFailure: (failure) => logger.error({ ...failure }, "A batch was not handled: it is tried again."),
  });
  const presence = createMemoryPresence();
  const accountsStore = openSqliteAccountsStore(join(config.dataDir, "accounts.sqlite"));
  const catalogue = openSqliteCatalogue(join(config.dataDir, "catalogue.sqlite"));
  const roomStore = openSqliteRoomStore(join(config.dataDir, "games.sqlite"));
  await catalogue.seed(games.map(gameTypeOf));

  const requestOrigin = createRequestOrigin({ trustedProxies: config.trustedProxies, socketUrl: null });
  const gateway = createGateway({
    registry,
    log,
    presence,
    publicKeys: await loadPublicKeys(keysFolder),
    gatewayId: crypto.randomUUID(),
    ownOrigin: requestOrigin.origin,
    allowedOrigins: config.allowedOrigins ?? [],
    addressOf: requestOrigin.address,
    limitScale: config.limitScale,
    logger,
  });
  const accounts = createAccounts({
    store: accountsStore,
    signingKey,
    passwords: createPasswordHasher(),
    events: { sessionRevoked: (sid, userId) => publishRevocation(sid, userId) },
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
  const web = createWebApp({
    accounts,
    games: createGamesFace(gamesService.context, catalogue),
    assets: await buildAssets(),
    settings: {
      allowedOrigins: config.allowedOrigins ?? [],
      trustedProxies: config.trustedProxies,
      socketUrl: null,
    },
    readiness: () => gateway.readiness(),
    log: logger,
  });
}
