import { describe, expect, it } from "bun:test";
import { ConfigError, exampleEnvironment, readConfig } from "./config.ts";
import { programs } from "./programs.ts";
import { settings, type Setting } from "./settings.ts";

const cluster = {
  KAFKA_BROKERS: "one:9092, two:9092",
  REDIS_URL: "redis://redis:6379",
  MONGODB_URL: "mongodb://mongo:27017/blazing_sun",
  DATABASE_URL: "postgres://blazing:secret@postgres:5432/blazing_sun",
  JWT_PRIVATE_KEY: "keys/jwt_private.pem",
  JWT_PUBLIC_KEYS: "keys",
  ALLOWED_ORIGINS: "https://play.example.org",
  SOCKET_URL: "wss://play.example.org/ws",
};

function complaint(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "";
}

describe("the embedded program", () => {
  it("needs nothing", () => {
    expect(readConfig("embedded", {})).toMatchObject({ port: 8080, host: "127.0.0.1", dataDir: "data" });
  });

  it("refuses to start beside engines that it would not use", () => {
    expect(complaint(() => readConfig("embedded", { REDIS_URL: cluster.REDIS_URL }))).toBe(
      "REDIS_URL is set, but npm start runs without engines: unset it.",
    );
  });
});

describe("the programs of a cluster", () => {
  it("read what they are given", () => {
    expect(readConfig("wsGateway", cluster).kafkaBrokers).toEqual(["one:9092", "two:9092"]);
    expect(readConfig("blazingSun", cluster).socketUrl).toBe("wss://play.example.org/ws");
  });

  it("say everything that is missing at the same time", () => {
    const lines = complaint(() => readConfig("wsGateway", {})).split("\n");
    expect(lines).toHaveLength(4);
    for (const name of ["KAFKA_BROKERS", "REDIS_URL", "ALLOWED_ORIGINS", "JWT_PUBLIC_KEYS"]) {
      expect(
        lines.some((line) => line.startsWith(`${name} is missing, which npm run ws-gateway needs`)),
      ).toBe(true);
    }
  });

  it("say what a right value looks like, and keep passwords to themselves", () => {
    const wrong = { ...cluster, DATABASE_URL: "mysql://blazing:secret@host/db", KAFKA_BROKERS: "http://one" };
    const said = complaint(() => readConfig("blazingSun", wrong));
    expect(said).toContain(
      'DATABASE_URL is "mysql://blazing:***@host/db", but should be a URL such as postgres:',
    );
    expect(said).toContain("KAFKA_BROKERS is ");
    expect(said).not.toContain("secret");
  });
});

describe("the proxies that are believed", () => {
  it.each(["10.0.0.7", "127.0.0.1, ::1", "10.0.0.0/8", "fd00::/64"])("may be %p", (text) => {
    expect(settings.trustedProxies.parse(text)).toEqual(text.split(", "));
  });

  it.each(["proxy", "10.0.0.0/33", "10.0.0", "::1/129", "10.0.0.1/"])("cannot be %p", (text) => {
    expect(settings.trustedProxies.parse(text)).toBeUndefined();
  });
});

describe("the settings", () => {
  it("have examples that are right values", () => {
    for (const setting of Object.values(settings) as readonly Setting<unknown>[]) {
      expect([setting.name, setting.parse(setting.example)]).not.toEqual([setting.name, undefined]);
    }
  });

  it("are each read by a program, and stand in .env.example", () => {
    const read = Object.values(programs).flatMap(({ needs, reads }): readonly string[] => [
      ...needs,
      ...reads,
    ]);
    expect(new Set(read)).toEqual(new Set(Object.keys(settings)));
    for (const { name } of Object.values(settings)) expect(exampleEnvironment()).toContain(`# ${name}=`);
  });
});
