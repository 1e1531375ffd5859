/** Engines for the tests that need them: those that are up are used, else they are started here and stopped again. */
import { join } from "node:path";
import {
  abandonEngines,
  areEnginesUp,
  canStartEngines,
  startEngines,
  stopEngines,
} from "../engines/control.ts";
import { root } from "../repository.ts";

export async function withEngines(files: readonly string[], run: () => Promise<void>): Promise<void> {
  if (!(await needEngines(files)) || (await areEnginesUp()) || !(await canStartEngines())) return run();
  console.log("\n== engines: starting Kafka, MongoDB, PostgreSQL and Redis ==");
  process.once("exit", abandonEngines);
  await startEngines({ fresh: true });
  try {
    await run();
  } finally {
    await stopEngines();
    process.off("exit", abandonEngines);
  }
}

/** Tests get the engines' addresses from one place. */
async function needEngines(files: readonly string[]): Promise<boolean> {
  const texts = await Promise.all(files.map((file) => Bun.file(join(root, file)).text()));
  return texts.some((text) => /\/engines\.ts"|cluster\.ts"/.test(text) && text.includes("runningEngines"));
}
