/**
 * Which pages may open a socket (H2). Browsers always send `Origin`; who sends none is no browser, and since the
 * token comes in a message and not in a cookie, no page can act for somebody by opening a socket.
 */
export type OriginVerdict =
  | { readonly kind: "allowed" }
  | { readonly kind: "refused"; readonly origin: string; readonly allowed: readonly string[] };

export function checkOrigin(request: Request, allowed: readonly string[]): OriginVerdict {
  const origin = request.headers.get("origin");
  if (origin === null || allowed.includes(origin)) return { kind: "allowed" };
  return { kind: "refused", origin, allowed };
}
