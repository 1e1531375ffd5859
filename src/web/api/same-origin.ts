/**
 * Every change over HTTP must come from one of our own pages: browsers send the session cookie with whatever page
 * asks, so the cookie alone proves nothing.
 */
import type { Context, MiddlewareHandler } from "hono";
import { problem } from "./problem.ts";

export interface SameOriginOptions {
  /** `ALLOWED_ORIGINS`: exact, as browsers send them (`https://play.example.org:8443`). */
  readonly allowedOrigins: readonly string[];
  /** The platform's own address, as this request came to it. */
  readonly ownOrigin: (c: Context) => string;
  readonly log: { warn(details: object, message: string): void };
}

const harmlessMethods = new Set(["GET", "HEAD", "OPTIONS"]);

export function sameOrigin({ allowedOrigins, ownOrigin, log }: SameOriginOptions): MiddlewareHandler {
  const allowed = new Set(allowedOrigins);

  return async (c, next) => {
    if (harmlessMethods.has(c.req.method)) return next();
    const origin = c.req.header("Origin");
    if (origin === undefined || origin === "null") {
      // A page with `Referrer-Policy: no-referrer` posts its forms with "null".
      if (c.req.header("Sec-Fetch-Site") === "same-origin") return next();
    } else if (allowed.has(origin) || origin === ownOrigin(c)) {
      return next();
    }
    const own = ownOrigin(c);
    const sent = (origin ?? "(none)").slice(0, 200);
    log.warn(
      { path: c.req.path, origin: sent, ownOrigin: own, allowedOrigins },
      "refused a change from another origin; ALLOWED_ORIGINS names those that may",
    );
    return problem(c, { code: "FORBIDDEN", message: explain(sent, [own, ...allowedOrigins]) });
  };
}

function explain(sent: string, accepted: readonly string[]): string {
  return (
    `Changes are taken from this platform's own pages only. Origin: ${sent}; ` +
    `accepted: ${accepted.join(", ")}. Behind a proxy, set ALLOWED_ORIGINS to the address in the browser.`
  );
}
