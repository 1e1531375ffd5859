/** For whoever watches over the process: is it alive, and can it serve? */
import { Hono } from "hono";

export type Readiness =
  | { readonly ready: true }
  /** What is missing, in words: "the log has not been read to its end". */
  | { readonly ready: false; readonly reasons: readonly string[] };

export function healthRoutes(readiness: () => Readiness | Promise<Readiness>): Hono {
  const routes = new Hono();
  routes.get("/health", (c) => c.json({ status: "ok" }, 200, { "Cache-Control": "no-store" }));
  routes.get("/ready", async (c) => {
    const answer = await readiness();
    return c.json(answer, answer.ready ? 200 : 503, { "Cache-Control": "no-store" });
  });
  return routes;
}
