/** The same engines from compose.yaml, where a Docker engine runs. */
import { join } from "node:path";
import { ports } from "./places.ts";
import type { EngineKey } from "./service.ts";
import { runProgram } from "../program.ts";
import { root } from "../repository.ts";

const names: Readonly<Record<EngineKey, string>> = {
  kafka: "kafka",
  mongodb: "mongodb",
  postgresql: "postgres",
  redis: "redis",
};
const upLimitMs = 10 * 60_000;
const limitMs = 60_000;

/** Where the compose file lets the engines listen on loopback, and what it needs to be told. */
const environment = {
  // Only loopback reaches it, and it asks for none; the file insists on one.
  POSTGRES_PASSWORD: "unused",
  ENGINES_KAFKA_PORT: String(ports.kafka),
  ENGINES_MONGODB_PORT: String(ports.mongodb),
  ENGINES_POSTGRESQL_PORT: String(ports.postgresql),
  ENGINES_REDIS_PORT: String(ports.redis),
};

let found: Promise<boolean> | null = null;

export function isThere(): Promise<boolean> {
  found ??= look();
  return found;
}

async function look(): Promise<boolean> {
  if (Bun.which("docker") === null) return false;
  const answers = await Promise.all(
    [
      ["docker", "info"],
      ["docker", "compose", "version"],
    ].map((command) => runProgram(command, { output: "capture", timeLimitMs: 10_000 })),
  );
  return answers.every(({ succeeded }) => succeeded);
}

export async function up(): Promise<void> {
  await compose(upLimitMs, "up", "--detach", "--wait", ...Object.values(names));
}

export async function down(): Promise<void> {
  await compose(limitMs, "stop", ...Object.values(names));
}

export async function start(key: EngineKey): Promise<void> {
  await compose(limitMs, "up", "--detach", "--wait", names[key]);
}

export async function signal(key: EngineKey, name: NodeJS.Signals): Promise<void> {
  await compose(limitMs, "kill", "--signal", name, names[key]);
}

async function compose(timeLimitMs: number, ...words: readonly string[]): Promise<void> {
  const files = ["compose.yaml", "compose.engines.yaml"].flatMap((name) => ["--file", join(root, name)]);
  const end = await runProgram(
    ["docker", "compose", "--project-name", "blazing-sun-engines", ...files, ...words],
    {
      output: "capture",
      timeLimitMs,
      env: environment,
    },
  );
  if (!end.succeeded)
    throw new Error(`docker compose ${words.join(" ")}: ${end.how}\n${end.output.slice(-2000)}`);
}
