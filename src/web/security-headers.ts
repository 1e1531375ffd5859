/** What browsers may do with our answers: nothing that our pages do not need. */
import type { Context, MiddlewareHandler } from "hono";

export interface SecurityHeaderOptions {
  /** Where sockets are besides this page's own host: `wss://socket.example.org`. */
  readonly socketOrigin: string | null;
  /** The host by which the browser reaches us, with its port. */
  readonly hostOf: (c: Context) => string;
}

const permissionsPolicy = [
  "camera=()",
  "microphone=()",
  "geolocation=()",
  "payment=()",
  "usb=()",
  "browsing-topics=()",
  "clipboard-write=(self)",
].join(", ");

export function securityHeaders({ socketOrigin, hostOf }: SecurityHeaderOptions): MiddlewareHandler {
  return async (c, next) => {
    await next();
    c.header("Content-Security-Policy", contentSecurityPolicy(hostOf(c), socketOrigin));
    c.header("X-Content-Type-Options", "nosniff");
    // Not "no-referrer": with that, browsers send the forms' Origin as "null".
    c.header("Referrer-Policy", "same-origin");
    c.header("Cross-Origin-Opener-Policy", "same-origin");
    c.header("Cross-Origin-Resource-Policy", "same-origin");
    c.header("Permissions-Policy", permissionsPolicy);
  };
}

function contentSecurityPolicy(host: string, socketOrigin: string | null): string {
  // Not every browser takes 'self' for the sockets of the same host, so both schemes are named.
  const sockets = hostPattern.test(host) ? [`ws://${host}`, `wss://${host}`] : [];
  const connect = ["'self'", ...sockets, ...(socketOrigin === null ? [] : [socketOrigin])];
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src ${connect.join(" ")}`,
    "worker-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    // `lit-html` makes the elements' templates; `default` lets the heartbeat's worker through (client.ts).
    "trusted-types lit-html default",
  ].join("; ");
}

const hostPattern = /^[a-z0-9.-]+(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/i;
