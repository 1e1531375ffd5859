/** The services and the pages, on whatever stores, log and presence they are given (design §2). */
import { randomBytes } from "node:crypto";
import type { Hono } from "hono";
import { games } from "./games.ts";
import type { Logger } from "./logger.ts";
import {
  createAccounts,
  createOutbox,
  createPasswordHasher,
  type AccountsStore,
  type SigningKey,
} from "../accounts/index.ts";
import { createLobbyChat, type LobbyStore } from "../chat/index.ts";
import type { EventLog } from "../event-log/port.ts";
import { isEngineAway } from "../engines/away.ts";
import {
  Away,
  createGamesFace,
  createGamesService,
  gameTypeOf,
  rememberCatalogue,
  standardTimes,
  systemSeeds,
  type RoomTimes,
} from "../games/index.ts";
import type { CatalogueStore } from "../games/catalogue.ts";
import type { RoomStore } from "../games/store/port.ts";
import type { PresenceRegistry } from "../presence/port.ts";
import { buildAssets, createWebApp, type WebAppSettings } from "../web/index.ts";

export interface PlatformParts {
  readonly log: EventLog;
  readonly presence: PresenceRegistry;
  readonly roomStore: RoomStore;
  readonly accountsStore: AccountsStore;
  readonly catalogue: CatalogueStore;
  readonly lobbyStore: LobbyStore;
  readonly signingKey: SigningKey;
  readonly web: WebAppSettings;
  readonly times: Pick<RoomTimes, "turnClockMs" | "reconnectMs" | "archiveAfterMs">;
  readonly logger: Logger;
}

export interface Platform {
  readonly web: Hono;
  /** Takes commands. What was saved but not said is said before (S2). */
  start(): Promise<void>;
  /** Finishes what is under way. */
  stop(): Promise<void>;
}

const sweepMs = 60 * 60_000;

export async function createPlatform(parts: PlatformParts): Promise<Platform> {
  const { log, presence, roomStore, accountsStore, catalogue, logger } = parts;
  const { turnClockMs, reconnectMs, archiveAfterMs } = parts.times;
  await catalogue.seed(games.map(gameTypeOf));
  const outbox = createOutbox({ store: accountsStore, log, now: Date.now, logger });
  const accounts = createAccounts({
    store: accountsStore,
    signingKey: parts.signingKey,
    passwords: createPasswordHasher(),
    // At once; where that fails the outbox tells it as soon as it can.
    events: { sessionRevoked: () => outbox.publish().catch(() => undefined) },
    now: Date.now,
    randomBytes,
  });
  const gamesService = createGamesService({
    store: roomStore,
    log,
    presence,
    games,
    times: { ...standardTimes, turnClockMs, reconnectMs, archiveAfterMs },
    seeds: systemSeeds,
    now: Date.now,
    logger,
  });
  const lobbyChat = createLobbyChat({
    store: parts.lobbyStore,
    log,
    directory: accounts.directory,
    lobbies: new Set(["main", ...games.map(({ slug }) => `games:${slug}`)]),
    now: Date.now,
  });
  const web = createWebApp({
    accounts,
    chat: lobbyChat.face,
    games: createGamesFace(gamesService.context, rememberCatalogue(catalogue, Date.now)),
    assets: await buildAssets(),
    settings: parts.web,
    isAway: (error) => error instanceof Away || isEngineAway(error),
    log: logger,
  });
  let sweep: ReturnType<typeof setInterval> | undefined;

  return {
    web,
    async start() {
      await Promise.all([gamesService.start(), lobbyChat.start()]);
      outbox.start();
      sweep = setInterval(() => {
        accounts
          .sweep()
          .catch((error: unknown) => logger.error({ error }, "old sessions could not be swept"));
      }, sweepMs);
    },
    async stop() {
      clearInterval(sweep);
      await Promise.all([gamesService.stop(), lobbyChat.stop(), outbox.stop()]);
    },
  };
}
