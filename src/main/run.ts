/** Runs a program until it is told to stop, and says in one line each what kept it from starting. */
import { ConfigError, readEmbeddedConfig, type Config } from "./config.ts";
import { createLogger, type Logger } from "./logger.ts";
import { KeyFileError } from "../accounts/index.ts";
import { StoreInUse } from "../games/store/port.ts";

interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

export async function runUntilSignal(
  start: (config: Config, logger: Logger) => Promise<Running>,
): Promise<void> {
  const running = await started(start);
  console.log(`Blazing Sun is ready: ${running.url}`);
  const signal = await nextSignal();
  console.log(`Stopping (${signal}): players are told to come back, games stay as they are.`);
  // A second signal ends it at once.
  for (const each of ["SIGINT", "SIGTERM"] as const) process.once(each, () => process.exit(1));
  await running.stop();
  process.exit(0);
}

async function started(start: (config: Config, logger: Logger) => Promise<Running>): Promise<Running> {
  try {
    const config = readEmbeddedConfig(process.env);
    return await start(config, createLogger(config.logLevel));
  } catch (error) {
    console.error(explain(error));
    process.exit(1);
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof KeyFileError) return error.message;
  if (error instanceof StoreInUse)
    return `${error.message} Is Blazing Sun running already? Choose another DATA_DIR.`;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return "The port is in use by another program: set PORT to another one.";
  if (code === "EACCES") return `DATA_DIR or PORT may not be used by this user: ${String(error)}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function nextSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(signal));
  });
}
