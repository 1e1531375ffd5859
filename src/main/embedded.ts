/** The embedded default (design §2): everything in one process, on SQLite and an in-process log. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ConfigOf } from "./config.ts";
import { openEntrance } from "./entrance.ts";
import { kidsOf, signingKeyOfNow, watchKeys } from "./key-watch.ts";
import { games } from "./games.ts";
import type { Logger } from "./logger.ts";
import { registry } from "./messages.ts";
import { openObservation } from "./observation/observation.ts";
import { ownNames } from "./own-names.ts";
import { createPlatform, type People } from "./platform.ts";
import { runUntilSignal, type Running } from "./run.ts";
import { addressGroup, ensureKeyPair, loadPublicKeys, loadSigningKey } from "../accounts/index.ts";
import { openSqliteFriendsStore } from "../accounts/store/friends/sqlite.ts";
import { openAccountsDatabase, openSqliteAccountsStore } from "../accounts/store/sqlite.ts";
import { openSqliteLobbyStore } from "../chat/store/lobby/sqlite.ts";
import { openSqlitePrivateStore } from "../chat/store/private/sqlite.ts";
import { isDatabaseFull } from "../engines/sqlite.ts";
import { createMemoryLog } from "../event-log/memory.ts";
import { roomRules } from "../games/rooms/room-rules.ts";
import { openSqliteCatalogue } from "../games/store/sqlite-catalogue.ts";
import { openSqliteRoomStore } from "../games/store/sqlite.ts";
import { createMemoryPresence } from "../presence/memory.ts";
import { createRequestOrigin } from "../web/index.ts";
import { createGateway, createTokenVerifier } from "../ws-gateway/index.ts";

/** @param people who one's people are, where another application knows it (docs/integrating.md) */
export async function startEmbedded(
  config: ConfigOf<"embedded">,
  logger: Logger,
  people?: People,
): Promise<Running> {
  const { dataDir, trustedProxies, databaseLimitMb: limitMb } = config;
  mkdirSync(dataDir, { recursive: true });
  const observation = await openObservation("blazing-sun", config, logger);
  const keysFolder = join(dataDir, "keys");
  await ensureKeyPair(keysFolder);
  const foreignKeys = config.jwtPublicKeys === null ? [] : [config.jwtPublicKeys];
  const keys = await watchKeys({
    // In this order: a key that signs has its public half there already.
    async load() {
      const signing = await loadSigningKey(join(keysFolder, "jwt_private.pem"));
      const verifying = await Promise.all([keysFolder, ...foreignKeys].map(loadPublicKeys));
      return { signing, verifying: verifying.flat() };
    },
    kids: ({ signing, verifying }) => [signing.kid, ...kidsOf(verifying)],
    logger,
  });
  const roomStore = openSqliteRoomStore({
    path: join(dataDir, "games.sqlite"),
    rules: roomRules(games),
    limitMb,
  });
  const accountsDatabase = openAccountsDatabase(join(dataDir, "accounts.sqlite"), limitMb);
  const accountsStore = openSqliteAccountsStore(accountsDatabase);
  const catalogue = openSqliteCatalogue(join(dataDir, "catalogue.sqlite"));
  const lobbyStore = openSqliteLobbyStore(join(dataDir, "chat.sqlite"), limitMb);
  const privateStore = openSqlitePrivateStore(join(dataDir, "private-chat.sqlite"), limitMb);
  const memoryLog = createMemoryLog({
    onHandlerFailure: (failure) => logger.error(failure, "a batch could not be handled: it comes again"),
  });
  const log = observation.log(memoryLog);
  const presence = createMemoryPresence();

  const allowedOrigins = config.allowedOrigins ?? [];
  const web = { allowedOrigins, trustedProxies, socketUrl: null, limitScale: config.httpLimitScale };
  const requestOrigin = createRequestOrigin(web);
  const gateway = createGateway({
    registry,
    log,
    presence,
    verifier: createTokenVerifier(() => keys.now().verifying, Date.now),
    gatewayId: crypto.randomUUID(),
    allowedOrigins: (request, server) => [requestOrigin.origin(request, server), ...allowedOrigins],
    addressOf: (request, server) => addressGroup(requestOrigin.address(request, server)),
    logger,
    observer: observation.gateway,
    limits: { scale: config.limitScale },
  });
  const platform = await createPlatform({
    log,
    presence,
    roomStore: observation.roomStore(roomStore),
    accountsStore,
    friendsStore: openSqliteFriendsStore(accountsDatabase),
    catalogue,
    lobbyStore: observation.lobbyStore(lobbyStore),
    privateStore: observation.privateStore(privateStore),
    signingKey: signingKeyOfNow(() => keys.now().signing),
    isStoreAway: isDatabaseFull,
    ...(people === undefined ? {} : { people }),
    web,
    times: config,
    logger,
    observer: observation.games,
    httpObserver: observation.http,
  });

  // S2: what was saved but not said is said before anyone can ask.
  await platform.start();
  const readiness = () => {
    const { ready } = gateway.state();
    return { ready, reasons: ready ? [] : ["the gateway has not caught up"] };
  };
  const entrance = openEntrance({
    ...config,
    readiness,
    isOwnName: ownNames(config),
    observer: observation.http,
  });
  observation.expose({ readiness, log, gateway, roomStore });
  entrance.letIn({
    upgrade: (request, server) => gateway.upgrade(request, server),
    fetch: (request, server) => platform.web.fetch(request, server),
    websocket: gateway.websocket,
  });
  await gateway.start(entrance.server);
  // What the start left behind: until it is collected, the heap lets as much of everything else stay (decision 033).
  Bun.gc(true);

  return {
    url: entrance.url,
    async stop() {
      await gateway.stop();
      await platform.stop();
      keys.stop();
      await entrance.close();
      await observation.stop();
      await log.close();
      const stores = [roomStore, accountsStore, catalogue, lobbyStore, privateStore, presence];
      await Promise.all(stores.map((store) => store.close()));
      accountsDatabase.close();
    },
  };
}

if (import.meta.main) await runUntilSignal("embedded", (config, logger) => startEmbedded(config, logger));
