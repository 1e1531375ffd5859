/**
 * Every environment variable that a program reads, declared once: what it means, its default, and how its text
 * becomes a value. Which program reads which: programs.ts. `.env.example` is generated from both.
 */
import { isIP } from "node:net";
import { factor, host, list, milliseconds, path, port, url } from "./setting-kinds.ts";

export interface Setting<Value> {
  readonly name: string;
  /** One sentence, as it stands in `.env.example`. */
  readonly meaning: string;
  /** As it would be written in the environment. */
  readonly example: string;
  /** What a right value looks like, for the error. */
  readonly shape: string;
  /** undefined: the text is not a right value. */
  parse(text: string): Value | undefined;
  /** What holds where the variable is unset; null for what a program must be given. */
  readonly fallback: Value;
}

const saslMechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] as const;
const usualMechanism: (typeof saslMechanisms)[number] = "PLAIN";

export const settings = {
  port: {
    name: "PORT",
    meaning: "The port of the pages and of the socket at /ws.",
    example: "8080",
    ...port,
    fallback: 8080,
  },
  gatewayPort: {
    name: "WS_GATEWAY_PORT",
    meaning: "The port of the gateway's socket at /ws.",
    example: "9998",
    ...port,
    fallback: 9998,
  },
  host: {
    name: "HOST",
    meaning: "The address to listen on; 0.0.0.0 for all of this machine's.",
    example: "127.0.0.1",
    ...host,
    fallback: "127.0.0.1",
  },
  dataDir: {
    name: "DATA_DIR",
    meaning: "The folder of the databases and keys; it is made at the first start.",
    example: "data",
    shape: "the path of a folder",
    ...path,
    fallback: "data",
  },
  allowedOrigins: {
    name: "ALLOWED_ORIGINS",
    meaning:
      "The addresses that browsers see, with a comma between them; unset: the address that the request came to.",
    example: "https://games.example.org",
    shape: "origins such as https://games.example.org, without a path, with a comma between them",
    parse: (text: string) => {
      const origins = list.parse(text);
      return origins.length > 0 && origins.every(isOrigin) ? origins : undefined;
    },
    fallback: null as readonly string[] | null,
  },
  trustedProxies: {
    name: "TRUSTED_PROXIES",
    meaning:
      "The addresses of reverse proxies whose X-Forwarded-For, -Host and -Proto are believed; unset: none.",
    example: "127.0.0.1",
    shape: "IP addresses, or networks such as 10.0.0.0/8, with a comma between them",
    parse: (text: string) => {
      const addresses = list.parse(text);
      return addresses.every(isNetwork) ? addresses : undefined;
    },
    fallback: [] as readonly string[],
  },
  kafkaBrokers: {
    name: "KAFKA_BROKERS",
    meaning: "Where the cluster's log is: one or more brokers of Kafka.",
    example: "127.0.0.1:29092",
    shape: "host:port, with a comma between several",
    parse: (text: string) => {
      const brokers = list.parse(text);
      const right = brokers.length > 0 && brokers.every((broker) => /^[\w.-]+:\d{1,5}$/.test(broker));
      return right ? brokers : undefined;
    },
    fallback: null as readonly string[] | null,
  },
  kafkaTopicPrefix: {
    name: "KAFKA_TOPIC_PREFIX",
    meaning: "Stands before the names of topics and groups, for several installations on one Kafka.",
    example: "staging.",
    shape: "letters, digits, dots, - and _, at most 60",
    parse: (text: string) => (/^[\w.-]{1,60}$/.test(text) ? text : undefined),
    fallback: "",
  },
  kafkaUsername: {
    name: "KAFKA_USERNAME",
    meaning: "Who signs in to Kafka; unset: nobody does.",
    example: "blazing_sun",
    shape: "a name, with KAFKA_PASSWORD beside it",
    parse: (text: string) => text,
    fallback: null as string | null,
  },
  kafkaPassword: {
    name: "KAFKA_PASSWORD",
    meaning: "The password of KAFKA_USERNAME.",
    example: "a password",
    shape: "a password",
    parse: (text: string) => text,
    fallback: "",
  },
  kafkaMechanism: {
    name: "KAFKA_MECHANISM",
    meaning: "How KAFKA_USERNAME signs in (SASL).",
    example: "SCRAM-SHA-512",
    shape: "one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512",
    parse: (text: string) => saslMechanisms.find((mechanism) => mechanism === text),
    fallback: usualMechanism,
  },
  kafkaTls: {
    name: "KAFKA_TLS",
    meaning: "Whether the way to Kafka is encrypted.",
    example: "true",
    shape: "true or false",
    parse: (text: string) => (/^(true|false)$/.test(text) ? text === "true" : undefined),
    fallback: false,
  },
  redisUrl: {
    name: "REDIS_URL",
    meaning: "Where the cluster keeps who is connected: Redis.",
    ...url(["redis:", "rediss:"], "redis://127.0.0.1:26379"),
  },
  redisKeyPrefix: {
    name: "REDIS_KEY_PREFIX",
    meaning: "Stands before every key, for several installations on one Redis.",
    example: "staging:",
    shape: "letters, digits, dots, :, - and _, at most 60",
    parse: (text: string) => (/^[\w.:-]{1,60}$/.test(text) ? text : undefined),
    fallback: "",
  },
  mongodbUrl: {
    name: "MONGODB_URL",
    meaning: "Where the cluster keeps rooms and private messages: MongoDB, with the database in the path.",
    ...url(["mongodb:", "mongodb+srv:"], "mongodb://127.0.0.1:27117/blazing_sun?replicaSet=rs0"),
  },
  databaseUrl: {
    name: "DATABASE_URL",
    meaning: "Where the cluster keeps accounts, lobby chat and the catalogue: PostgreSQL.",
    ...url(["postgres:", "postgresql:"], "postgres://postgres@127.0.0.1:25432/blazing_sun"),
  },
  jwtPublicKeys: {
    name: "JWT_PUBLIC_KEYS",
    meaning:
      "A folder with the public keys (.pem) by which gateways verify tokens; npm start knows its own key besides.",
    example: "keys",
    shape: "the path of a folder",
    ...path,
  },
  jwtPrivateKey: {
    name: "JWT_PRIVATE_KEY",
    meaning: "The file of the private key that signs tokens; `npm run keys -- make FOLDER` makes a pair.",
    example: "keys/jwt_private.pem",
    shape: "the path of a file",
    ...path,
  },
  socketUrl: {
    name: "SOCKET_URL",
    meaning: "Where browsers find a gateway, or the load balancer before the gateways.",
    ...url(["ws:", "wss:"], "wss://games.example.org/ws"),
  },
  turnClockMs: {
    name: "TURN_CLOCK_MS",
    meaning: "How long a player has for a turn.",
    example: "60000",
    ...milliseconds,
    fallback: 60_000,
  },
  reconnectMs: {
    name: "RECONNECT_WINDOW_MS",
    meaning: "How long a player who lost the connection may be away before the game is lost.",
    example: "300000",
    ...milliseconds,
    fallback: 5 * 60_000,
  },
  archiveAfterMs: {
    name: "ARCHIVE_AFTER_MS",
    meaning: "How long after its end a game is put into the archive.",
    example: "86400000",
    ...milliseconds,
    fallback: 24 * 60 * 60_000,
  },
  limitScale: {
    name: "WS_GATEWAY_LIMIT_SCALE",
    meaning:
      "Multiplies every limit on how much one person may send; only benchmarks need another value than 1.",
    ...factor,
  },
  httpLimitScale: {
    name: "HTTP_LIMIT_SCALE",
    meaning:
      "Multiplies how much one address may ask over HTTP; more than 1 where a proxy hides whose address it is.",
    ...factor,
  },
  databaseLimitMb: {
    name: "DATABASE_LIMIT_MB",
    meaning:
      "How large each database in DATA_DIR may become; what would need more is refused and changes nothing. Unset: as large as the disk.",
    example: "10000",
    shape: "a number of MiB, from 0.1 to 1000000",
    parse: (text: string) => {
      const size = Number(text);
      return size >= 0.1 && size <= 1_000_000 ? size : undefined;
    },
    fallback: null as number | null,
  },
  metricsPort: {
    name: "METRICS_PORT",
    meaning: "The port of /metrics, for Prometheus; unset: there are none.",
    example: "9464",
    ...port,
    fallback: null as number | null,
  },
  metricsHost: {
    name: "METRICS_HOST",
    meaning: "The address that /metrics listens on; it is nothing for the public.",
    example: "127.0.0.1",
    ...host,
    fallback: "127.0.0.1",
  },
  otlpEndpoint: {
    name: "OTEL_EXPORTER_OTLP_ENDPOINT",
    meaning:
      "Where traces of commands go: a collector of OpenTelemetry, by OTLP over HTTP; unset: there are none.",
    ...url(["http:", "https:"], "http://127.0.0.1:4318"),
  },
  tracedShare: {
    name: "OTEL_TRACES_SAMPLER_ARG",
    meaning: "Which share of all commands is traced.",
    example: "0.01",
    shape: "a number from 0 to 1",
    parse: (text: string) => {
      const share = Number(text);
      return text.trim() !== "" && share >= 0 && share <= 1 ? share : undefined;
    },
    fallback: 1,
  },
  logLevel: {
    name: "LOG_LEVEL",
    meaning: "How much is logged: fatal, error, warn, info, debug or trace.",
    example: "info",
    shape: "one of fatal, error, warn, info, debug, trace",
    parse: (text: string) => (/^(fatal|error|warn|info|debug|trace)$/.test(text) ? text : undefined),
    fallback: "info",
  },
} satisfies Record<string, Setting<unknown>>;

export type SettingKey = keyof typeof settings;

/** The variables that make a process part of a cluster; the embedded program must not have them (design §2). */
export const engineSettings = ["kafkaBrokers", "redisUrl", "mongodbUrl", "databaseUrl"] as const;

function isNetwork(text: string): boolean {
  const [, address = "", bits = "0"] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return Number(bits) <= most;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);
}
