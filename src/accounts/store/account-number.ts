import type { UserId } from "../../protocol/index.ts";

/** The key in SQL of an account's id (an INTEGER of PostgreSQL); null for a visitor's, and for what is no id. */
export function accountNumber(userId: UserId): number | null {
  const number = /^[1-9][0-9]{0,9}$/.test(userId) ? Number(userId) : Number.NaN;
  return number <= 0x7fff_ffff ? number : null;
}
