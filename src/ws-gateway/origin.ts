/**
 * Which pages may open a socket (H2). Browsers always send `Origin`; who sends none is no browser, and since the
 * token comes in a message and not in a cookie, no page can act for somebody by opening a socket.
 */
export type OriginVerdict =
  | { readonly kind: "allowed" }
  | { readonly kind: "refused"; readonly origin: string; readonly allowed: readonly string[] };

/** @param allowedNow asked only where an origin is sent: what it takes to answer is spared for all others */
export function checkOrigin(request: Request, allowedNow: () => readonly string[]): OriginVerdict {
  const origin = request.headers.get("origin");
  if (origin === null) return { kind: "allowed" };
  const allowed = allowedNow();
  if (allowed.includes(origin)) return { kind: "allowed" };
  return { kind: "refused", origin, allowed };
}
