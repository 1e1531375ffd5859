/** The services and the pages, on whatever stores, log and presence they are given (design §2). */
import { randomBytes } from "node:crypto";
import type { Hono } from "hono";
import { games } from "./games.ts";
import type { Logger } from "./logger.ts";
import {
  createAccounts,
  createFriendPresence,
  createFriends,
  createOutbox,
  createPasswordHasher,
  type AccountDirectory,
  type AccountsStore,
  type FriendsStore,
  type Relations,
  type SigningKey,
} from "../accounts/index.ts";
import {
  createChatService,
  createLobbyChat,
  createPrivateChat,
  type LobbyStore,
  type PrivateStore,
} from "../chat/index.ts";
import type { EventLog } from "../event-log/port.ts";
import {
  Away,
  createGamesFace,
  createGamesService,
  gameTypeOf,
  rememberCatalogue,
  standardTimes,
  systemSeeds,
  type GamesObserver,
  type RoomTimes,
} from "../games/index.ts";
import type { CatalogueStore } from "../games/catalogue.ts";
import type { RoomStore } from "../games/store/port.ts";
import type { PresenceRegistry } from "../presence/port.ts";
import type { UserId } from "../protocol/index.ts";
import { buildAssets, createWebApp, type HttpObserver, type WebAppSettings } from "../web/index.ts";

/** Who people are and what lies between them, as chat and games ask it. */
export interface People {
  readonly directory: AccountDirectory;
  readonly relations: Relations;
}

export interface PlatformParts {
  readonly log: EventLog;
  readonly presence: PresenceRegistry;
  readonly roomStore: RoomStore;
  readonly accountsStore: AccountsStore;
  readonly friendsStore: FriendsStore;
  readonly catalogue: CatalogueStore;
  readonly lobbyStore: LobbyStore;
  readonly privateStore: PrivateStore;
  readonly signingKey: SigningKey;
  /** Those of another application, which then answers for everybody; else the accounts and friends of this one. */
  readonly people?: People;
  /** Whether an error says only that a store cannot be reached now, or takes no more: what was asked waits for it. */
  isStoreAway(error: unknown): boolean;
  readonly web: WebAppSettings;
  readonly times: Pick<RoomTimes, "turnClockMs" | "reconnectMs" | "archiveAfterMs">;
  readonly logger: Logger;
  readonly observer: GamesObserver;
  /** null where requests are not counted. */
  readonly httpObserver: HttpObserver | null;
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
  const { log, presence, roomStore, accountsStore, friendsStore, catalogue, logger } = parts;
  const { turnClockMs, reconnectMs, archiveAfterMs } = parts.times;
  const isAway = (error: unknown) => error instanceof Away || parts.isStoreAway(error);
  await catalogue.seed(games.map(gameTypeOf));
  const outbox = createOutbox({ store: accountsStore, log, now: Date.now, logger });
  // At once; where that fails the outbox tells it as soon as it can.
  const tell = () => outbox.publish().catch(() => undefined);
  const statusesOf = (userIds: readonly UserId[]) => presence.statusesOf(userIds);
  const accounts = createAccounts({
    store: accountsStore,
    signingKey: parts.signingKey,
    passwords: createPasswordHasher(),
    events: { sessionRevoked: tell },
    now: Date.now,
    randomBytes,
  });
  const friends = createFriends({
    accounts: accountsStore,
    store: friendsStore,
    statusesOf,
    unreadOf: (userId) => privateChat.unreadByPerson(userId),
    tell,
    now: Date.now,
  });
  const { directory, relations } = parts.people ?? { directory: accounts.directory, relations: friends };
  const friendPresence = createFriendPresence({
    log,
    store: friendsStore,
    statusesOf,
    now: Date.now,
    logger,
  });
  const gamesService = createGamesService({
    store: roomStore,
    log,
    presence,
    games,
    times: { ...standardTimes, turnClockMs, reconnectMs, archiveAfterMs },
    seeds: systemSeeds,
    people: {
      unreadOf: (userId) => privateChat.unreadOf(userId),
      areApart: async (one, other) => (await relations.relationOf(one, other)).isBlocked,
    },
    now: Date.now,
    logger,
    observer: parts.observer,
  });
  const privateChat = createPrivateChat({
    store: parts.privateStore,
    log,
    directory,
    relations,
    now: Date.now,
  });
  const lobbyChat = createLobbyChat({
    store: parts.lobbyStore,
    log,
    directory,
    lobbies: new Set(["main", ...games.map(({ slug }) => `games:${slug}`)]),
    now: Date.now,
  });
  const chatService = createChatService(log, [lobbyChat, privateChat], { isAway, logger });
  const web = createWebApp({
    accounts,
    friends,
    chat: { ...lobbyChat.face, ...privateChat.face },
    games: createGamesFace(gamesService, rememberCatalogue(catalogue, Date.now)),
    assets: await buildAssets(),
    settings: parts.web,
    isAway,
    observer: parts.httpObserver,
    log: logger,
  });
  let sweep: ReturnType<typeof setInterval> | undefined;

  return {
    web,
    async start() {
      await Promise.all([gamesService.start(), chatService.start(), friendPresence.start()]);
      outbox.start();
      sweep = setInterval(() => {
        accounts
          .sweep()
          .catch((error: unknown) => logger.error({ error }, "old sessions could not be swept"));
      }, sweepMs);
    },
    async stop() {
      clearInterval(sweep);
      await Promise.all([gamesService.stop(), chatService.stop(), friendPresence.stop(), outbox.stop()]);
    },
  };
}
