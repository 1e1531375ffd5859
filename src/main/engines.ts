/** How a program of a cluster stands to its engines: it waits for them, watches them, and says how they are. */
import type { Logger } from "./logger.ts";
import { EngineProblem, type EngineName } from "../engines/engine.ts";

export interface Engine {
  readonly name: EngineName;
  /** Rejects with an EngineProblem where it cannot be used now. */
  check(): Promise<void>;
}

/** "up", or in words why not. */
export type EngineStates = Readonly<Partial<Record<EngineName, string>>>;

export interface EngineWatchOptions {
  readonly everyMs?: number;
  /** So long an engine may fail before it is called away: a blip changes nothing (F45). */
  readonly graceMs?: number;
  readonly now?: () => number;
}

const up = "up";
const retryMs = 1_000;
const checkLimitMs = 3_000;

/** Knows the state of every engine that a program uses. */
export class EngineWatch {
  readonly #logger: Logger;
  readonly #everyMs: number;
  readonly #graceMs: number;
  readonly #now: () => number;
  readonly #states = new Map<EngineName, string>();
  readonly #failingSince = new Map<EngineName, number>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #stopped = false;

  constructor(logger: Logger, { everyMs = 1_000, graceMs = 5_000, now = Date.now }: EngineWatchOptions = {}) {
    this.#logger = logger;
    this.#everyMs = everyMs;
    this.#graceMs = graceMs;
    this.#now = now;
  }

  states(): EngineStates {
    return Object.fromEntries(this.#states) as EngineStates; // the keys are engines' names
  }

  /** What keeps the program from serving, in words; empty where nothing does. */
  reasons(): readonly string[] {
    return [...this.#states].flatMap(([name, state]) => (state === up ? [] : [`${name}: ${state}`]));
  }

  /**
   * Opens an engine, again and again while it is away, saying so in one line when it begins.
   *
   * @throws EngineProblem `refused`, where waiting would not help
   */
  async open<Opened>(name: EngineName, open: () => Promise<Opened>): Promise<Opened> {
    this.#states.set(name, "not connected yet");
    for (;;) {
      try {
        const opened = await open();
        this.#become(name, up);
        return opened;
      } catch (error) {
        if (!(error instanceof EngineProblem) || error.kind === "refused" || this.#stopped) throw error;
        this.#become(name, reasonOf(error, name));
        await new Promise<void>((resolve) => this.#later(retryMs, resolve));
      }
    }
  }

  /** Looks at an opened engine from now on. */
  watch(engine: Engine): void {
    this.#later(this.#everyMs, () => {
      void this.#look(engine).then(() => {
        if (!this.#stopped) this.watch(engine);
      });
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #look(engine: Engine): Promise<void> {
    const { name } = engine;
    try {
      await within(checkLimitMs, engine.check());
      this.#failingSince.delete(name);
      this.#become(name, up);
    } catch (error) {
      const since = this.#failingSince.get(name) ?? this.#now();
      this.#failingSince.set(name, since);
      if (this.#now() - since >= this.#graceMs) this.#become(name, reasonOf(error, name));
    }
  }

  #become(name: EngineName, state: string): void {
    const before = this.#states.get(name);
    this.#states.set(name, state);
    if (state === before || this.#stopped) return;
    if (state === up) this.#logger.info({ engine: name }, `${name} is up`);
    else this.#logger.error({ engine: name }, `${name}: ${state}; it is tried again`);
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }
}

function reasonOf(error: unknown, name: EngineName): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(`${name}: `, "").split("\n", 1)[0] ?? "it cannot be used";
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  try {
    await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
