/** Every program of the platform: how it is started, and which settings it has. */
import type { SettingKey } from "./settings.ts";

/** What each program must be given, and what else it reads. */
export const programs = {
  embedded: {
    command: "npm start",
    needs: [],
    reads: [
      "port",
      "host",
      "dataDir",
      "databaseLimitMb",
      "jwtPublicKeys",
      "allowedOrigins",
      "trustedProxies",
      "httpLimitScale",
      "turnClockMs",
      "reconnectMs",
      "archiveAfterMs",
      "limitScale",
      "metricsPort",
      "metricsHost",
      "otlpEndpoint",
      "tracedShare",
      "logLevel",
    ],
  },
  wsGateway: {
    command: "npm run ws-gateway",
    needs: ["kafkaBrokers", "redisUrl", "allowedOrigins", "jwtPublicKeys"],
    reads: [
      "gatewayPort",
      "host",
      "kafkaTopicPrefix",
      "kafkaUsername",
      "kafkaPassword",
      "kafkaMechanism",
      "kafkaTls",
      "redisKeyPrefix",
      "trustedProxies",
      "limitScale",
      "metricsPort",
      "metricsHost",
      "otlpEndpoint",
      "tracedShare",
      "logLevel",
    ],
  },
  blazingSun: {
    command: "npm run blazing-sun",
    needs: ["kafkaBrokers", "redisUrl", "mongodbUrl", "databaseUrl", "jwtPrivateKey", "socketUrl"],
    reads: [
      "port",
      "host",
      "kafkaTopicPrefix",
      "kafkaUsername",
      "kafkaPassword",
      "kafkaMechanism",
      "kafkaTls",
      "redisKeyPrefix",
      "allowedOrigins",
      "trustedProxies",
      "httpLimitScale",
      "turnClockMs",
      "reconnectMs",
      "archiveAfterMs",
      "metricsPort",
      "metricsHost",
      "otlpEndpoint",
      "tracedShare",
      "logLevel",
    ],
  },
  admin: {
    command: "npm run admin",
    needs: [],
    reads: ["dataDir", "databaseUrl"],
  },
  backup: {
    command: "npm run backup",
    needs: [],
    reads: ["dataDir"],
  },
} as const satisfies Record<
  string,
  {
    readonly command: string;
    readonly needs: readonly SettingKey[];
    readonly reads: readonly SettingKey[];
  }
>;

export type ProgramName = keyof typeof programs;
