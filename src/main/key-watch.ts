/**
 * Keys as they are in their files now. They may change under a program that runs (`npm run keys`), so that a rotation
 * costs nobody a connection; files that cannot be used change nothing, and are told of.
 */
import type { Logger } from "./logger.ts";
import type { PublicKey, SigningKey } from "../accounts/index.ts";

export interface WatchedKeys<Keys> {
  now(): Keys;
  stop(): void;
}

export interface KeyWatchOptions<Keys> {
  /** Rejects where a file cannot be used. */
  load(): Promise<Keys>;
  /** By these it is seen that something has changed. */
  kids(keys: Keys): readonly string[];
  readonly logger: Logger;
  readonly everyMs?: number;
}

/** Rejects where the first look fails: a program does not start without keys. */
export async function watchKeys<Keys>(options: KeyWatchOptions<Keys>): Promise<WatchedKeys<Keys>> {
  const { load, kids, logger, everyMs = 2_000 } = options;
  let current = await load();
  let complaint: string | null = null;
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout>;

  async function look(): Promise<void> {
    try {
      const found = await load();
      if (kids(found).join() !== kids(current).join()) {
        current = found;
        logger.info({ kids: kids(found) }, "the keys have changed");
      }
      complaint = null;
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      if (said !== complaint) logger.error({ error }, "the keys cannot be read: those of before go on");
      complaint = said;
    }
    if (!isStopped) later();
  }

  function later(): void {
    timer = setTimeout(() => void look(), everyMs);
  }

  later();
  return {
    now: () => current,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

export const kidsOf = (keys: readonly PublicKey[]): readonly string[] => keys.map(({ kid }) => kid);

/** A signing key that is always the one of now. */
export function signingKeyOfNow(now: () => SigningKey): SigningKey {
  return {
    get kid() {
      return now().kid;
    },
    get algorithm() {
      return now().algorithm;
    },
    get privateKey() {
      return now().privateKey;
    },
  };
}
