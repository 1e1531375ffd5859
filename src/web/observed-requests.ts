/** Tells an observer of each request by the pattern of its route, so that nothing a stranger sends becomes a name. */
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { HttpObserver } from "./observer.ts";

/** It stands before all others: what these refuse is told as well, with the route that it was meant for. */
export function observedRequests(observer: HttpObserver): MiddlewareHandler {
  return async (c, next) => {
    const begunAt = performance.now();
    await next();
    observer.served(routeOf(c), c.req.method, c.res.status, begunAt);
  };
}

/** Hono says ALL of what stands before routes, and of routes the method. */
function routeOf(c: Context): string | null {
  return matchedRoutes(c).findLast(({ method }) => method !== "ALL")?.path ?? null;
}
