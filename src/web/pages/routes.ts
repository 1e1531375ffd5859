/** The pages' addresses. Forms are answered by the accounts' API; what it refuses is shown here again. */
import { Hono, type Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import {
  createAttemptCounter,
  type AccountDirectory,
  type AttemptLimit,
  type Person,
} from "../../accounts/index.ts";
import type { GamesFace, GameType } from "../../games/face.ts";
import { asRoomId, asUserId, errorTable, isUuid, type Rejection } from "../../protocol/index.ts";
import type { RefusedForm } from "../api/accounts.ts";
import { nextPath } from "../api/next-path.ts";
import type { SessionCookies } from "../api/session-cookie.ts";
import type { Assets } from "../assets.ts";
import { cataloguePage } from "./catalogue.ts";
import { awayPage, brokenPage, errorPage, notFoundPage } from "./error-page.ts";
import type { Html } from "./html.ts";
import { lobbyPage } from "./lobby.ts";
import type { Page } from "./page.ts";
import {
  chatPage,
  friendsPage,
  noSuchPersonPage,
  oneselfPage,
  signInFirstPage,
  tooManyPeoplePage,
} from "./people.ts";
import { roomPage } from "./room.ts";
import { loginPage, registerPage } from "./sign-in.ts";

export interface PageOptions {
  readonly games: GamesFace;
  readonly directory: AccountDirectory;
  readonly cookies: SessionCookies;
  readonly assets: Assets;
  readonly now: () => number;
}

export interface Pages {
  readonly routes: Hono;
  showRefusedForm(c: Context, form: RefusedForm, rejection: Rejection): Promise<Response>;
  showNotFound(c: Context): Promise<Response>;
  showBroken(c: Context, isForAMoment: boolean): Promise<Response>;
}

/** How many chats one person may look into: enough for anybody who writes, too few for a list of all who are here. */
const chatsOpened: AttemptLimit = { burst: 100, refillMs: 2_000 };

export function createPages({ games, directory, cookies, assets, now }: PageOptions): Pages {
  async function viewerOf(c: Context): Promise<Person | null> {
    const session = await cookies.current(c);
    if (session === null) return null;
    const { userId, username, role } = session.user;
    return { userId, username, guest: role === "guest" };
  }

  async function openPage(c: Context): Promise<Page> {
    const viewer = await viewerOf(c);
    const [gameTypes, rooms] = await Promise.all([
      games.gameTypes(),
      viewer === null ? [] : games.roomsOf(viewer.userId),
    ]);
    return {
      viewer,
      openRooms: rooms.filter((room) => room.status !== "finished"),
      gameTypes,
      address: addressOf(c),
      assets,
      now: now(),
    };
  }

  const strangers = createAttemptCounter(chatsOpened, now);
  const routes = new Hono();

  routes.get("/", (c) => c.redirect("/games", 303));

  routes.get("/login", async (c) => {
    const isSignedOut = c.req.query("signed-out") !== undefined;
    const state = { next: nextPath(c.req.query("next")), username: "", rejection: null, isSignedOut };
    return show(c, loginPage(await openPage(c), state));
  });

  routes.get("/register", async (c) => {
    const state = { next: nextPath(c.req.query("next")), username: "", rejection: null };
    return show(c, registerPage(await openPage(c), state));
  });

  // A form that was refused stands at the address that it was posted to; whoever reloads it comes back here.
  routes.get("/guest", (c) => c.redirect("/login", 303));
  routes.get("/logout", (c) => c.redirect("/games", 303));

  routes.get("/games", async (c) => {
    const page = await openPage(c);
    return show(c, cataloguePage(page, await countWaiting(page.gameTypes)));
  });

  routes.get("/games/:slug", async (c) => {
    const page = await openPage(c);
    const gameType = page.gameTypes.find(({ slug }) => slug === c.req.param("slug"));
    if (gameType === undefined) return show(c, noSuchGame(page), 404);
    return show(
      c,
      lobbyPage(page, gameType, await games.listRooms(gameType.slug), c.req.query("roomName") ?? ""),
    );
  });

  routes.get("/games/:slug/play/:room", async (c) => {
    const page = await openPage(c);
    const gameType = page.gameTypes.find(({ slug }) => slug === c.req.param("slug"));
    if (gameType === undefined) return show(c, noSuchGame(page), 404);
    const room = c.req.param("room").toLowerCase();
    const viewerId = page.viewer?.userId ?? null;
    const lookup = isUuid(room) ? await games.lookUpRoom(asRoomId(room), viewerId) : null;
    const { status, body } = roomPage(page, gameType, lookup, c.req.query("watch") !== undefined);
    return show(c, body, status);
  });

  routes.get("/friends", async (c) => {
    const page = await openPage(c);
    return page.viewer === null ? show(c, signInFirstPage(page), 401) : show(c, friendsPage(page));
  });

  routes.get("/chat/:userId", async (c) => {
    const page = await openPage(c);
    if (page.viewer === null) return show(c, signInFirstPage(page), 401);
    const userId = asUserId(c.req.param("userId"));
    if (userId === page.viewer.userId) return show(c, oneselfPage(page));
    // Numbers follow one another, and each page has a name on it.
    const waitMs = strangers.take(page.viewer.userId);
    if (waitMs > 0) {
      c.header("Retry-After", String(Math.ceil(waitMs / 1000)));
      return show(c, tooManyPeoplePage(page), 429);
    }
    const other = await directory.userById(userId);
    return other === null ? show(c, noSuchPersonPage(page), 404) : show(c, chatPage(page, other));
  });

  async function countWaiting(gameTypes: readonly GameType[]): Promise<ReadonlyMap<string, number>> {
    const counts = gameTypes.map(async ({ slug }) => {
      const rooms = await games.listRooms(slug);
      return [slug, rooms.filter((room) => room.status === "waiting").length] as const;
    });
    return new Map(await Promise.all(counts));
  }

  return {
    routes,
    async showRefusedForm(c, { action, username, next }, rejection) {
      const page = await openPage(c);
      const state = { next, username, rejection };
      const body = action === "register" ? registerPage(page, state) : loginPage(page, state);
      return show(c, body, errorTable[rejection.code].status);
    },
    async showNotFound(c) {
      return show(c, notFoundPage(await openPage(c)), 404);
    },
    async showBroken(c, isForAMoment) {
      // Without the stores, which may be what broke.
      const address = addressOf(c);
      const page = { viewer: null, openRooms: [], gameTypes: [], address, assets, now: now() };
      if (!isForAMoment) return show(c, brokenPage(page), 500);
      c.header("Retry-After", "2");
      return show(c, awayPage(page), 503);
    },
  };
}

function noSuchGame(page: Page): Html {
  return errorPage(page, {
    title: "There is no such game here",
    text: "The address names a game that this place does not have.",
    waysOn: [{ href: "/games", label: "See all games" }],
  });
}

/** Path and query of a page that can be asked for again. */
function addressOf(c: Context): string {
  const { pathname, search } = new URL(c.req.url);
  return pathname + search;
}

async function show(c: Context, body: Html, status = 200): Promise<Response> {
  // Each page says who looks at it.
  c.header("Cache-Control", "no-store");
  // The statuses are those of pages and refusals, which all have a body.
  return c.html(await body, status as ContentfulStatusCode);
}
