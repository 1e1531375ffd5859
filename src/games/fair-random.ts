/**
 * The room's verifiable randomness (G6): draws derived from a server seed that was committed to by its hash before
 * any client seed was known, and from the players' seeds.
 */
import { createHash } from "node:crypto";
import type { FairRandom } from "./game.ts";

/** The commitment that is shown before the first roll: lower-case hex SHA-256 of the seed's bytes. */
export function hashSeed(serverSeed: string): string {
  return createHash("sha256").update(Uint8Array.fromHex(serverSeed)).digest("hex");
}

/**
 * Draw n: for block b = 0, 1, … HMAC-SHA-256 with the server seed's bytes as key over
 * `{client seeds joined by ":"}:{n}:{b}`; its bytes in order, the first below the largest multiple of `sides`
 * gives byte mod sides + 1. Rejection keeps every side equally likely.
 *
 * @param serverSeed 32 bytes as lower-case hex
 * @param clientSeeds in the order of the players; none has a colon
 */
export function fairRandom(serverSeed: string, clientSeeds: readonly string[]): FairRandom {
  return {
    roll(n, sides) {
      const key = Uint8Array.fromHex(serverSeed);
      const prefix = clientSeeds.join(":");
      const limit = 256 - (256 % sides);
      for (let block = 0; ; block += 1) {
        const bytes = new Bun.CryptoHasher("sha256", key).update(`${prefix}:${n}:${block}`).digest();
        for (const byte of bytes) if (byte < limit) return (byte % sides) + 1;
      }
    },
  };
}
