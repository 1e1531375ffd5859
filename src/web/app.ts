/** Everything over HTTP in one app: pages, /api and assets. */
import { Hono, type Context, type MiddlewareHandler } from "hono";
import type { Accounts, Friends } from "../accounts/index.ts";
import type { ChatFace } from "../chat/face.ts";
import type { GamesFace } from "../games/face.ts";
import { accountsApi } from "./api/accounts.ts";
import { chatApi } from "./api/chat.ts";
import { friendsApi } from "./api/friends.ts";
import { gamesApi } from "./api/games.ts";
import { unforeseen, type ErrorLog } from "./api/problem.ts";
import { requestLimit } from "./api/request-limit.ts";
import { sameOrigin } from "./api/same-origin.ts";
import { createSessionCookies } from "./api/session-cookie.ts";
import type { Assets } from "./assets.ts";
import { observedRequests } from "./observed-requests.ts";
import type { HttpObserver } from "./observer.ts";
import { createPages } from "./pages/routes.ts";
import { createRequestOrigin, type AddressSource } from "./request-origin.ts";
import { securityHeaders } from "./security-headers.ts";

export interface WebAppSettings {
  /** `ALLOWED_ORIGINS`: exact, besides the platform's own address. */
  readonly allowedOrigins: readonly string[];
  /** `TRUSTED_PROXIES`: addresses or networks whose X-Forwarded-* headers are believed. */
  readonly trustedProxies: readonly string[];
  /** `SOCKET_URL`; null: /ws on the page's own host. */
  readonly socketUrl: string | null;
  /** `HTTP_LIMIT_SCALE`: multiplies what one address may ask. */
  readonly limitScale: number;
}

export interface WebAppOptions {
  readonly accounts: Accounts;
  readonly friends: Friends;
  readonly games: GamesFace;
  readonly chat: ChatFace;
  /** From `buildAssets()`. */
  readonly assets: Assets;
  readonly settings: WebAppSettings;
  readonly log: ErrorLog & { warn(details: object, message: string): void };
  /** Whether an error says only that a store or the log is away now (503, to be tried again). */
  readonly isAway?: (error: unknown) => boolean;
  /** Who counts requests; absent or null: nobody. */
  readonly observer?: HttpObserver | null;
  readonly now?: () => number;
  readonly newUuid?: () => string;
}

/** Serve it with `app.fetch(request, server)`: Bun's server, as the second argument, knows the client's address. */
export function createWebApp(options: WebAppOptions): Hono {
  const { accounts, friends, games, chat, assets, settings, log } = options;
  const {
    isAway = () => false,
    observer = null,
    now = Date.now,
    newUuid = () => crypto.randomUUID(),
  } = options;
  const requestOrigin = createRequestOrigin(settings);
  // Hono hands the second argument of `fetch` on as `env`: Bun's server; in tests there is none.
  const asked =
    <Answer>(ask: (request: Request, server?: AddressSource) => Answer) =>
    (c: Context): Answer =>
      ask(c.req.raw, c.env as AddressSource | undefined);
  const cookies = createSessionCookies({ accounts, secure: asked(requestOrigin.secure), now, newUuid });
  const pages = createPages({ games, directory: accounts.directory, cookies, assets, now });

  const app = new Hono();
  if (observer !== null) app.use(observedRequests(observer));
  app.use(
    securityHeaders({
      hostOf: asked(requestOrigin.host),
      socketOrigin: settings.socketUrl === null ? null : new URL(settings.socketUrl).origin,
    }),
  );
  app.use(withoutSlashBehind);

  const fromOwnPages = sameOrigin({
    allowedOrigins: settings.allowedOrigins,
    ownOrigin: asked(requestOrigin.origin),
    log,
  });

  app.get("/assets/*", (c) => assets.serve(c.req.raw) ?? c.text("There is no such file.", 404));
  const { limitScale: scale } = settings;
  app.use(requestLimit({ addressOf: asked(requestOrigin.address), isForMachines, scale, now }));
  app.route(
    "/",
    accountsApi({
      accounts,
      cookies,
      sameOrigin: fromOwnPages,
      addressOf: asked(requestOrigin.address),
      socketUrl: asked(requestOrigin.socketUrl),
      onFormError: pages.showRefusedForm,
    }),
  );
  app.route("/", friendsApi({ friends, cookies, sameOrigin: fromOwnPages }));
  app.route("/", gamesApi(games));
  app.route("/", chatApi(chat, cookies));
  app.route("/", pages.routes);

  app.notFound((c) => (isForMachines(c) ? nothingHere(c) : pages.showNotFound(c)));
  const logAndExplain = unforeseen(log, isAway);
  app.onError(async (error, c) => {
    const problem = await logAndExplain(error, c);
    return isForMachines(c) ? problem : pages.showBroken(c, problem.status === 503);
  });
  return app;
}

/**
 * `/games/` is `/games`. The way there has no host in it: behind a proxy this program does not know by which name and
 * protocol it is reached, and two slashes at the beginning would name another host.
 */
const withoutSlashBehind: MiddlewareHandler = async (c, next) => {
  await next();
  const { pathname, search } = new URL(c.req.url);
  const isRead = c.req.method === "GET" || c.req.method === "HEAD";
  if (c.res.status !== 404 || !isRead || pathname === "/" || !pathname.endsWith("/")) return;
  c.res = c.redirect(`/${withoutSlashesAround(pathname)}${search}`, 301);
};

/** By hand: a pattern that ends in `\/+$` takes quadratic time over a path of slashes. */
function withoutSlashesAround(path: string): string {
  let [from, to] = [0, path.length];
  while (path[from] === "/") from += 1;
  while (to > from && path[to - 1] === "/") to -= 1;
  return path.slice(from, to);
}

function isForMachines(c: Context): boolean {
  return c.req.path.startsWith("/api/");
}

function nothingHere(c: Context): Response {
  const body = { type: "about:blank", title: "There is nothing at this address.", status: 404 };
  return c.json(body, 404, { "Content-Type": "application/problem+json" });
}
