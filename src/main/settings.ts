/**
 * Every environment variable that a program reads, declared once: what it means, its default, and how its text
 * becomes a value. `.env.example` is generated from these declarations.
 */

export interface Setting<Value> {
  readonly name: string;
  /** One sentence, as it stands in `.env.example`. */
  readonly meaning: string;
  /** As it would be written in the environment; where it is absent, unset means the fallback of `read`. */
  readonly example: string;
  /** What a right value looks like, for the error. */
  readonly shape: string;
  /** undefined: the text is not a right value. */
  parse(text: string): Value | undefined;
  readonly fallback: Value;
}

const milliseconds = {
  shape: "a whole number of milliseconds, from 1 to 31536000000",
  parse: (text: string) => wholeNumber(text, 1, 31_536_000_000),
};

const list = {
  parse: (text: string) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
};

export const settings = {
  port: {
    name: "PORT",
    meaning: "The port of the pages and of the socket at /ws.",
    example: "8080",
    shape: "a port number, from 0 (any free one) to 65535",
    parse: (text: string) => wholeNumber(text, 0, 65_535),
    fallback: 8080,
  },
  host: {
    name: "HOST",
    meaning: "The address to listen on; 0.0.0.0 for all of this machine's.",
    example: "127.0.0.1",
    shape: "an IP address or a host name",
    parse: (text: string) => (/^[\w.:-]+$/.test(text) ? text : undefined),
    fallback: "127.0.0.1",
  },
  dataDir: {
    name: "DATA_DIR",
    meaning: "The folder of the databases and keys; it is made at the first start.",
    example: "data",
    shape: "the path of a folder",
    parse: (text: string) => (text.trim() === "" ? undefined : text),
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
    meaning: "The addresses of reverse proxies whose X-Forwarded-For and -Proto are believed; unset: none.",
    example: "127.0.0.1",
    shape: "IP addresses with a comma between them",
    parse: (text: string) => {
      const addresses = list.parse(text);
      return addresses.every((address) => /^[0-9a-fA-F.:]+$/.test(address)) ? addresses : undefined;
    },
    fallback: [] as readonly string[],
  },
  turnClockMs: {
    name: "TURN_CLOCK_MS",
    meaning: "How long a player has for a turn.",
    example: "60000",
    ...milliseconds,
    fallback: 60_000,
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
    example: "1",
    shape: "a number above 0",
    parse: (text: string) => {
      const scale = Number(text);
      return Number.isFinite(scale) && scale > 0 ? scale : undefined;
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

/** The variables that make a process part of a cluster; the embedded program must not have them (design §2). */
export const engineVariables = ["KAFKA_BROKERS", "REDIS_URL", "MONGODB_URL", "DATABASE_URL"] as const;

function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,15}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text);
}
