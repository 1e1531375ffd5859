/** Engines for the tests that need them: those that are up are used, else they are started here and stopped again. */
import { join } from "node:path";
import {
  areEnginesUp,
  canStartEngines,
  prepareToAbandonEngines,
  startEngines,
  stopEngines,
  wereEnginesStarted,
} from "../engines/control.ts";
import { root } from "../repository.ts";

export async function withEngines(files: readonly string[], run: () => Promise<void>): Promise<void> {
  if (!(await needEngines(files)) || (await areEnginesUp()) || !(await canStartEngines())) return run();
  const areSomebodys = wereEnginesStarted();
  const abandon = await prepareToAbandonEngines();
  if (!areSomebodys) process.once("exit", abandon);
  console.log("\n== engines ==");
  await startEngines({ report: console.log });
  if (areSomebodys) return run();
  try {
    await run();
  } finally {
    await stopEngines();
    process.off("exit", abandon);
  }
}

/** Tests get the engines' addresses from one place. */
async function needEngines(files: readonly string[]): Promise<boolean> {
  const texts = await Promise.all(files.map((file) => Bun.file(join(root, file)).text()));
  return texts.some((text) => /\/engines\.ts"|cluster\.ts"/.test(text) && text.includes("runningEngines"));
}
