/** What the document and the page say of a described route in the same way. */
import { errorTable, type ErrorCode } from "../../src/protocol/index.ts";
import type { RouteDescription, SessionUse } from "../../src/web/index.ts";

/** `/api/games/{slug}/rooms` */
export function pathOf({ path }: RouteDescription): string {
  return path.replaceAll(/:(\w+)/g, "{$1}");
}

/** Its refusals, by status in rising order. */
export function refusalsByStatus({ refusals }: RouteDescription): ReadonlyMap<number, readonly ErrorCode[]> {
  const statuses = new Map<number, ErrorCode[]>();
  for (const code of [...refusals].sort((a, b) => errorTable[a].status - errorTable[b].status)) {
    const { status } = errorTable[code];
    statuses.set(status, [...(statuses.get(status) ?? []), code]);
  }
  return statuses;
}

const sessions: Readonly<Record<SessionUse, string>> = {
  none: "everybody",
  optional: "everybody, with or without a session",
  any: "who is signed in, guests too",
  member: "members, no guests",
};

export function sessionInWords({ session }: RouteDescription): string {
  return sessions[session];
}
