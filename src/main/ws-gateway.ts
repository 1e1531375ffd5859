/** The gateway of a cluster (design §2), as many as are needed: sockets on one side, the log on the other. */
import type { ConfigOf } from "./config.ts";
import { EngineWatch } from "./engines.ts";
import { openEntrance } from "./entrance.ts";
import { kidsOf, watchKeys } from "./key-watch.ts";
import { logAddress } from "./log-address.ts";
import type { Logger } from "./logger.ts";
import { registry } from "./messages.ts";
import { openObservation } from "./observation/observation.ts";
import { runUntilSignal, type Running } from "./run.ts";
import { addressGroup, loadPublicKeys } from "../accounts/index.ts";
import { connectRedis } from "../engines/redis.ts";
import { connectKafkaLog } from "../event-log/kafka.ts";
import { createRedisPresence } from "../presence/redis.ts";
import { createRequestOrigin } from "../web/index.ts";
import { createGateway, createTokenVerifier, type Gateway } from "../ws-gateway/index.ts";

async function startGateway(config: ConfigOf<"wsGateway">, logger: Logger): Promise<Running> {
  const load = () => loadPublicKeys(config.jwtPublicKeys);
  const publicKeys = await watchKeys({ load, kids: kidsOf, logger });
  const observation = await openObservation("ws-gateway", config, logger);
  const engines = new EngineWatch(logger);
  let gateway: Gateway | null = null;
  const readiness = () => {
    const state = gateway?.state();
    const ownReason =
      state?.draining === true ? "it is stopping" : "the log has not been read to its end yet";
    const reasons = [...engines.reasons(), ...(state?.ready === true ? [] : [ownReason])];
    return { ready: reasons.length === 0, reasons, engines: engines.states() };
  };
  const entrance = openEntrance({
    host: config.host,
    port: config.gatewayPort,
    readiness,
    observer: observation.http,
  });

  const kafka = await engines.open("Kafka", () => connectKafkaLog({ ...logAddress(config), logger }));
  const redis = await engines.open("Redis", () => connectRedis(config.redisUrl));
  const log = observation.log(kafka);
  const presence = createRedisPresence(redis, { keyPrefix: config.redisKeyPrefix });
  engines.watch({ name: "Kafka", check: () => kafka.check() });
  engines.watch({ name: "Redis", check: () => redis.check() });

  const { address } = createRequestOrigin({ trustedProxies: config.trustedProxies, socketUrl: null });
  const opened = createGateway({
    registry,
    log,
    presence,
    verifier: createTokenVerifier(publicKeys.now, Date.now),
    gatewayId: crypto.randomUUID(),
    allowedOrigins: () => config.allowedOrigins,
    addressOf: (request, server) => addressGroup(address(request, server)),
    logger,
    observer: observation.gateway,
    limits: { scale: config.limitScale },
  });
  gateway = opened;
  observation.expose({ readiness, log, gateway: opened });
  entrance.letIn({
    upgrade: (request, server) => opened.upgrade(request, server),
    websocket: opened.websocket,
  });
  await opened.start(entrance.server);

  return {
    url: `${entrance.url.replace(/^http/, "ws")}/ws`,
    async stop() {
      await opened.stop();
      publicKeys.stop();
      await observation.stop();
      await log.close();
      engines.stop();
      await presence.close();
      await entrance.close();
    },
  };
}

await runUntilSignal("wsGateway", startGateway);
