/** The same engines from compose.yaml, where a Docker engine runs. */
import { join } from "node:path";
import { ports } from "./places.ts";
import { EngineError, type EngineKey } from "./service.ts";
import { runProgram, type ProgramEnd } from "../program.ts";
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

/** What the engines hold stays. */
export async function down(): Promise<void> {
  await compose(limitMs, "stop", ...Object.values(names));
}

/** Stops the engines and deletes what they hold. */
export async function wipe(): Promise<void> {
  await compose(limitMs, "down", "--volumes");
}

export async function start(key: EngineKey): Promise<void> {
  await compose(limitMs, "unpause", names[key]).catch(() => undefined); // it was not frozen
  await compose(limitMs, "up", "--detach", "--wait", names[key]);
}

/** @param name none: it ends in order, in its image's own way */
export async function signal(key: EngineKey, name?: NodeJS.Signals): Promise<void> {
  if (name === undefined || name === "SIGTERM") return compose(limitMs, "stop", names[key]);
  if (name === "SIGSTOP") return compose(limitMs, "pause", names[key]);
  if (name === "SIGCONT") return compose(limitMs, "unpause", names[key]);
  return compose(limitMs, "kill", "--signal", name, names[key]);
}

export async function isHealthy(key: EngineKey): Promise<boolean> {
  const words = ["ps", "--format", "{{.State}} {{.Health}}", names[key]];
  return (await askCompose(limitMs, words)).output.trim() === "running healthy";
}

/** Asks them to end without waiting: for a program that is at its own end. */
export function abandon(): void {
  const command = composeCommand(["stop", ...Object.values(names)]);
  const env = { ...process.env, ...environment };
  Bun.spawn(command, { env, stdio: ["ignore", "ignore", "ignore"], detached: true }).unref();
}

async function compose(timeLimitMs: number, ...words: readonly string[]): Promise<void> {
  const end = await askCompose(timeLimitMs, words);
  if (!end.succeeded)
    throw new EngineError(`docker compose ${words.join(" ")}: ${end.how}\n${end.output.slice(-2000)}`);
}

function askCompose(timeLimitMs: number, words: readonly string[]): Promise<ProgramEnd> {
  return runProgram(composeCommand(words), { output: "capture", timeLimitMs, env: environment });
}

function composeCommand(words: readonly string[]): string[] {
  const files = ["compose.yaml", "compose.engines.yaml"].flatMap((name) => ["--file", join(root, name)]);
  return ["docker", "compose", "--project-name", "blazing-sun-engines", ...files, ...words];
}
