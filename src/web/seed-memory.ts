/**
 * What this tab knows of a room's dice from before the end: the hash that it was shown, and the seed that it
 * brought. Kept for the tab's life, in memory alone where storage is refused (F32).
 */

export interface DiceMemory {
  readonly serverSeedHash: string | null;
  readonly clientSeed: string | null;
}

const kept = new Map<string, string>();

/** A fresh seed to bring to a game: 128 random bits in hex. */
export function newClientSeed(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** To be called by whoever created or joined `roomId` with this seed. */
export function rememberClientSeed(roomId: string, clientSeed: string): void {
  keep(key(roomId, "seed"), clientSeed);
}

/** The first hash that was seen stays: a later one cannot take its place. */
export function rememberHash(roomId: string, serverSeedHash: string): void {
  if (recallOne(key(roomId, "hash")) === null) keep(key(roomId, "hash"), serverSeedHash);
}

export function recall(roomId: string): DiceMemory {
  return {
    serverSeedHash: recallOne(key(roomId, "hash")),
    clientSeed: recallOne(key(roomId, "seed")),
  };
}

function key(roomId: string, what: "hash" | "seed"): string {
  return `blazing-sun:dice:${what}:${roomId}`;
}

function keep(name: string, value: string): void {
  kept.set(name, value);
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // Storage is refused or full: the map has it, until the page is left.
  }
}

function recallOne(name: string): string | null {
  try {
    return kept.get(name) ?? sessionStorage.getItem(name);
  } catch {
    return kept.get(name) ?? null;
  }
}
