/**
 * What compose.yaml must say. Where there is no Docker its shape cannot be tried: this holds it to the plan (service,
 * address, port), to the settings that the programs read, and to what a start in order takes.
 */
import { describe, expect, it } from "bun:test";
import { join } from "node:path";
import { programs } from "../../src/main/programs.ts";
import { settings, type SettingKey } from "../../src/main/settings.ts";
import { runProgram } from "../../tools/program.ts";

interface Service {
  readonly image: string;
  readonly command?: readonly string[] | string;
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly networks: Readonly<Record<string, { readonly ipv4_address: string }>>;
}

const root = join(import.meta.dir, "../..");
const file = await Bun.file(join(root, "compose.yaml")).text();
const { services } = Bun.YAML.parse(file) as { services: Readonly<Record<string, Service>> };
const gateway = services["ws_gateway"];
const platform = services["blazing_sun"];

/** Read by OpenTelemetry itself (docs/monitoring.md). */
const ofOpenTelemetry: readonly string[] = ["OTEL_EXPORTER_OTLP_HEADERS"];
/** What follows from the containers, and what only benchmarks change. */
const decidedHere = new Set<SettingKey>(["port", "gatewayPort", "host", "metricsHost", "limitScale"]);
/** For engines that others use too; those of this file are its own. */
const ofOtherEngines = new Set<SettingKey>([
  "kafkaTopicPrefix",
  "kafkaUsername",
  "kafkaPassword",
  "kafkaMechanism",
  "kafkaTls",
  "redisKeyPrefix",
]);

describe("compose.yaml", () => {
  it("has the gateway at the address and port of the plan, after the engines that it waits for", () => {
    expect(gateway?.networks["blazing"]).toEqual({ ipv4_address: "172.28.0.23" });
    expect(gateway?.ports).toEqual(["9998:9998"]);
    for (const engine of ["kafka", "redis", "postgres"]) {
      expect(gateway?.depends_on?.[engine]).toEqual({ condition: "service_healthy" });
    }
    for (const engine of ["kafka", "redis", "postgres", "mongodb"]) {
      expect(platform?.depends_on?.[engine]).toEqual({ condition: "service_healthy" });
    }
  });

  it("gives each program what it needs, and nothing that it does not read", () => {
    const pairs = [
      [gateway, programs.wsGateway],
      [platform, programs.blazingSun],
    ] as const;
    for (const [service, { needs, reads }] of pairs) {
      const given = Object.keys(service?.environment ?? {});
      const known = [...needs, ...reads].map((key): string => settings[key].name);
      expect(given.filter((name) => !known.includes(name) && !ofOpenTelemetry.includes(name))).toEqual([]);
      expect(needs.map((key) => settings[key].name).filter((name) => !given.includes(name))).toEqual([]);
      expect(reads.map((key): string => settings[key].name)).toContain("HOST");
    }
  });

  it("hands on whatever else a program reads, and has it unset where the operator has not set it", () => {
    for (const [service, { reads }] of [
      [gateway, programs.wsGateway],
      [platform, programs.blazingSun],
    ] as const) {
      const names = (reads as readonly SettingKey[])
        .filter((key) => !decidedHere.has(key) && !ofOtherEngines.has(key))
        .map((key): string => settings[key].name);
      const given = [...names, ...ofOpenTelemetry].map((name) => [name, service?.environment?.[name]]);
      const handedOn = given.filter(([name]) => name !== "ALLOWED_ORIGINS");
      expect(handedOn).toEqual(handedOn.map(([name]) => [name, `\${${String(name)}:-}`]));
    }
  });

  it("lets /metrics be reached by what is in its network, and by nobody else", () => {
    for (const service of [gateway, platform]) {
      expect(service?.environment?.["METRICS_HOST"]).toBe("0.0.0.0");
      expect(service?.ports).toHaveLength(1);
    }
  });

  it("names every image with its version, and knows of each lasting service whether it is well", () => {
    for (const [name, { image, healthcheck }] of Object.entries(services)) {
      if (image !== "blazing-sun") expect([name, /:\d[\w.-]+$/.test(image)]).toEqual([name, true]);
      if (name !== "keys") expect([name, healthcheck?.test.length ?? 0]).not.toEqual([name, 0]);
    }
  });

  it("holds no password", () => {
    expect(file).not.toMatch(/PASSWORD: (?!\$\{POSTGRES_PASSWORD:\?)/);
  });

  it("is accepted by docker compose, where that is", async () => {
    const ask = (...words: readonly string[]) =>
      runProgram(["docker", "compose", ...words], {
        cwd: root,
        output: "capture",
        timeLimitMs: 30_000,
        env: { POSTGRES_PASSWORD: "x" },
      });
    if (Bun.which("docker") === null || !(await ask("version")).succeeded) return;
    expect((await ask("config", "--quiet")).output).toBe("");
  });
});
