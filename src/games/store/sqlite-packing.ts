/** JSON as SQLite keeps it: packed, since every byte is written twice, to the log of the database and to the database. */

/** More would cost more than it brings. */
const packing = { level: 1 } as const;

export function packed(value: unknown): Uint8Array {
  return Bun.zstdCompressSync(JSON.stringify(value), packing);
}

/** @returns what was packed */
export function unpacked(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(Bun.zstdDecompressSync(bytes)));
}
