import type { Declaration } from "../../src/protocol/index.ts";

/** False for what stays between programs: the declaration's own sentence says so. */
export function reachesSockets({ kind, summary }: Declaration): boolean {
  return kind === "command" || !/^For (services|gateways)\b/.test(summary);
}
