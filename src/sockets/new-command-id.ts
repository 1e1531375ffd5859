import type { CommandId } from "../protocol/index.ts";

/**
 * A new UUID (version 4) in the form that the protocol asks for. Browsers have `randomUUID` only on pages that came over
 * https or from the machine itself; friends in one room come over http.
 */
export function newCommandId(source: Pick<Crypto, "getRandomValues"> & Partial<Crypto> = crypto): CommandId {
  if (source.randomUUID !== undefined) return source.randomUUID() as string as CommandId;
  const bytes = source.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return parts.join("-") as CommandId;
}
