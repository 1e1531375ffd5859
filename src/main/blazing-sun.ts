/** The platform of a cluster (design §2), as many as are needed: services and pages, on Kafka and the stores. */
import type { ConfigOf } from "./config.ts";
import { EngineWatch } from "./engines.ts";
import { openEntrance } from "./entrance.ts";
import { signingKeyOfNow, watchKeys } from "./key-watch.ts";
import { games } from "./games.ts";
import { logAddress } from "./log-address.ts";
import type { Logger } from "./logger.ts";
import { postgresMigrations } from "./migrations.ts";
import { openObservation } from "./observation/observation.ts";
import { ownNames } from "./own-names.ts";
import { createPlatform } from "./platform.ts";
import { runUntilSignal, type Running } from "./run.ts";
import { loadSigningKey } from "../accounts/index.ts";
import { openPostgresFriendsStore } from "../accounts/store/friends/postgres.ts";
import { openPostgresAccountsStore } from "../accounts/store/postgres.ts";
import { openPostgresLobbyStore } from "../chat/store/lobby/postgres.ts";
import { openMongoPrivateStore } from "../chat/store/private/mongo.ts";
import { isEngineAway } from "../engines/away.ts";
import { connectMongo } from "../engines/mongo.ts";
import { migratePostgres } from "../engines/postgres-migrations.ts";
import { connectPostgres } from "../engines/postgres.ts";
import { connectRedis } from "../engines/redis.ts";
import { connectKafkaLog } from "../event-log/kafka.ts";
import { openPostgresCatalogue } from "../games/store/postgres-catalogue.ts";
import { openMongoRoomStore } from "../games/store/mongo.ts";
import { roomRules } from "../games/rooms/room-rules.ts";
import { createRedisPresence } from "../presence/redis.ts";

async function startPlatform(config: ConfigOf<"blazingSun">, logger: Logger): Promise<Running> {
  const load = () => loadSigningKey(config.jwtPrivateKey);
  const keys = await watchKeys({ load, kids: ({ kid }) => [kid], logger });
  const observation = await openObservation("blazing-sun", config, logger);
  const engines = new EngineWatch(logger);
  let phase: "starting" | "serving" | "stopping" = "starting";
  const readiness = () => {
    const reasons = [...engines.reasons(), ...(phase === "serving" ? [] : [`it is ${phase}`])];
    return { ready: reasons.length === 0, reasons, engines: engines.states() };
  };
  const entrance = openEntrance({
    ...config,
    readiness,
    isOwnName: ownNames(config),
    observer: observation.http,
  });

  const postgres = await engines.open("PostgreSQL", () => connectPostgres(config.databaseUrl));
  await migratePostgres(postgres.sql, postgresMigrations);
  const mongo = await engines.open("MongoDB", () => connectMongo(config.mongodbUrl));
  const redis = await engines.open("Redis", () => connectRedis(config.redisUrl));
  const kafka = await engines.open("Kafka", () => connectKafkaLog({ ...logAddress(config), logger }));
  engines.watch({ name: "PostgreSQL", check: postgres.check });
  engines.watch({ name: "MongoDB", check: mongo.check });
  engines.watch({ name: "Redis", check: () => redis.check() });
  engines.watch({ name: "Kafka", check: () => kafka.check() });

  const log = observation.log(kafka);
  const roomStore = await openMongoRoomStore(mongo.db, roomRules(games));
  const presence = createRedisPresence(redis, { keyPrefix: config.redisKeyPrefix });
  const { trustedProxies, socketUrl } = config;
  const platform = await createPlatform({
    log,
    presence,
    roomStore: observation.roomStore(roomStore),
    accountsStore: openPostgresAccountsStore(postgres.sql),
    friendsStore: openPostgresFriendsStore(postgres.sql),
    catalogue: openPostgresCatalogue(postgres.sql),
    lobbyStore: observation.lobbyStore(openPostgresLobbyStore(postgres.sql)),
    privateStore: observation.privateStore(await openMongoPrivateStore(mongo.db)),
    signingKey: signingKeyOfNow(keys.now),
    isStoreAway: isEngineAway,
    web: {
      allowedOrigins: config.allowedOrigins ?? [],
      trustedProxies,
      socketUrl,
      limitScale: config.httpLimitScale,
    },
    times: config,
    logger,
    observer: observation.games,
    httpObserver: observation.http,
  });
  observation.expose({ readiness, log, roomStore });
  await platform.start();
  entrance.letIn({ fetch: (request, server) => platform.web.fetch(request, server) });
  phase = "serving";

  return {
    url: entrance.url,
    async stop() {
      phase = "stopping";
      await platform.stop();
      keys.stop();
      await observation.stop();
      await log.close();
      engines.stop();
      await entrance.close();
      await Promise.all([presence.close(), mongo.close(), postgres.close()]);
    },
  };
}

await runUntilSignal("blazingSun", startPlatform);
