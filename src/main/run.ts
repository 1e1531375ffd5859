/** Runs a program until it is told to stop, and says in one line each what kept it from starting. */
import { ConfigError, readConfig, type ConfigOf } from "./config.ts";
import { createLogger, type Logger } from "./logger.ts";
import type { ProgramName } from "./programs.ts";
import { KeyFileError } from "../accounts/index.ts";
import { EngineProblem } from "../engines/engine.ts";
import { StoreInUse } from "../games/store/port.ts";

export interface Running {
  /** Where people, or their sockets, find it. */
  readonly url: string;
  /** Lets everyone go in order: clients are told to reconnect, what was taken in is finished. */
  stop(): Promise<void>;
}

export async function runUntilSignal<Program extends ProgramName>(
  program: Program,
  start: (config: ConfigOf<Program>, logger: Logger) => Promise<Running>,
): Promise<void> {
  const toldToStop = nextSignal();
  // A signal ends a program that still waits for its engines at once: it holds nothing yet.
  const running = await Promise.race([started(program, start), toldToStop.then(() => null)]);
  if (running === null) process.exit(0);
  console.log(`Blazing Sun is ready: ${running.url}`);
  const signal = await toldToStop;
  console.log(`Stopping (${signal}): players are told to come back, games stay as they are.`);
  // A second signal ends it at once.
  for (const each of ["SIGINT", "SIGTERM"] as const) process.once(each, () => process.exit(1));
  await running.stop();
  process.exit(0);
}

async function started<Program extends ProgramName>(
  program: Program,
  start: (config: ConfigOf<Program>, logger: Logger) => Promise<Running>,
): Promise<Running> {
  try {
    const config = readConfig(program, process.env);
    return await start(config, createLogger((config as ConfigOf<ProgramName>).logLevel));
  } catch (error) {
    console.error(explain(error));
    process.exit(1);
  }
}

function explain(error: unknown): string {
  const isSelfExplaining =
    error instanceof ConfigError || error instanceof KeyFileError || error instanceof EngineProblem;
  if (isSelfExplaining) return error.message;
  if (error instanceof StoreInUse)
    return `${error.message} Is Blazing Sun running already? Choose another DATA_DIR.`;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE") return "The port is in use by another program: choose another one.";
  if (code === "EACCES") return `A folder or the port may not be used by this user: ${String(error)}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function nextSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(signal));
  });
}
