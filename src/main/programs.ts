/** Every program of the platform: how it is started, and which settings it has. */
import type { SettingKey } from "./settings.ts";

/** Of every program that runs on. */
const observed = ["metricsPort", "metricsHost", "otlpEndpoint", "tracedShare", "logLevel"] as const;

/** Of those that work with others. */
const onLogAndPresence = [
  "kafkaTopicPrefix",
  "kafkaUsername",
  "kafkaPassword",
  "kafkaMechanism",
  "kafkaTls",
  "redisKeyPrefix",
] as const;

const times = ["turnClockMs", "reconnectMs", "archiveAfterMs"] as const;

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
      ...times,
      "limitScale",
      ...observed,
    ],
  },
  wsGateway: {
    command: "npm run ws-gateway",
    needs: ["kafkaBrokers", "redisUrl", "allowedOrigins", "jwtPublicKeys"],
    reads: ["gatewayPort", "host", ...onLogAndPresence, "trustedProxies", "limitScale", ...observed],
  },
  blazingSun: {
    command: "npm run blazing-sun",
    needs: ["kafkaBrokers", "redisUrl", "mongodbUrl", "databaseUrl", "jwtPrivateKey", "socketUrl"],
    reads: [
      "port",
      "host",
      ...onLogAndPresence,
      "allowedOrigins",
      "trustedProxies",
      "httpLimitScale",
      ...times,
      ...observed,
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
