/** For tests: the whole app on real accounts and a games room that is only said to be so. */
import type { Hono } from "hono";
import type { ChatFace } from "../chat/face.ts";
import { accountsForTest } from "../accounts/accounts-fixture.ts";
import type { GamesFace, GameType, RecordLookup, RoomLookup } from "../games/face.ts";
import {
  asRoomId,
  asUserId,
  type PlayerView,
  type RoomListing,
  type RoomSnapshot,
  type RoomStatus,
} from "../protocol/index.ts";
import { createWebApp, type WebAppSettings } from "./app.ts";
import type { Assets } from "./assets.ts";
import type { HttpObserver } from "./observer.ts";

export const own = "http://play.example.org";

export const biggerDice: GameType = {
  slug: "bigger_dice",
  name: "Bigger Dice",
  description: "Highest roll wins the round.",
  minPlayers: 2,
  maxPlayers: 2,
  thumbnailUrl: null,
};

const longShot: GameType = { ...biggerDice, slug: "long_shot", name: "Long Shot" };

export function player(id: string, name: string, guest = false): PlayerView {
  return { id: asUserId(id), name, guest, connected: true, awayDeadline: null };
}

export function room(
  id: string,
  status: RoomStatus,
  players: readonly [PlayerView, ...PlayerView[]],
): RoomSnapshot {
  return {
    roomId: asRoomId(id),
    gameType: "bigger_dice",
    roomName: "Lunch break",
    hostId: players[0].id,
    status,
    seq: 1,
    players: [...players],
    spectatorCount: 0,
    serverSeedHash: "5ea1".repeat(16),
    rematch: null,
    result: null,
    state: null,
  };
}

/** What the games room says in a test; change it at will. */
export interface FakeGames extends GamesFace {
  readonly types: GameType[];
  readonly rooms: Map<string, RoomSnapshot>;
  readonly gone: Map<string, string>;
  record: RecordLookup;
  broken: boolean;
}

function fakeGames(): FakeGames {
  const games: FakeGames = {
    types: [biggerDice, longShot],
    rooms: new Map(),
    gone: new Map(),
    record: { kind: "unknown" },
    broken: false,
    async gameTypes() {
      if (games.broken) throw new Error("the store is on fire");
      return games.types;
    },
    listRooms: async (slug) => [...games.rooms.values()].filter((one) => one.gameType === slug).map(listing),
    async lookUpRoom(roomId, viewer): Promise<RoomLookup> {
      const open = games.rooms.get(roomId);
      const role = open?.players.some(({ id }) => id === viewer) === true ? "player" : "spectator";
      if (open !== undefined) return { kind: "open", room: { ...open, role } };
      const gameType = games.gone.get(roomId);
      return gameType === undefined ? { kind: "unknown" } : { kind: "gone", gameType };
    },
    lookUpRecord: async () => games.record,
    roomsOf: async (userId) =>
      [...games.rooms.values()].filter((one) => one.players.some(({ id }) => id === userId)),
  };
  return games;
}

export function listing(snapshot: RoomSnapshot): RoomListing {
  const { roomId, roomName, gameType, hostId, status, players, spectatorCount, serverSeedHash, seq } =
    snapshot;
  return {
    roomId,
    roomName,
    gameType,
    hostId,
    hostName: players[0]?.name ?? "",
    status,
    playerCount: players.length,
    spectatorCount,
    createdAt: "2026-01-08T12:00:00.000Z",
    serverSeedHash,
    seq,
  };
}

/** Its own tests are beside it. */
const silentChat: ChatFace = {
  lobbyHistory: () => Promise.resolve({ kind: "unknown_lobby" }),
  privateHistory: () => Promise.resolve({ kind: "unknown_person" }),
  chatsOf: () => Promise.resolve([]),
};

const fakeAssets: Assets = {
  url: (name) => `/assets/${name}`,
  has: () => true,
  serve: () => null,
};

export function startWeb(
  settings: Partial<WebAppSettings> = {},
  assets: Assets = fakeAssets,
  observer: HttpObserver | null = null,
) {
  const { accounts, friends, statuses, clock } = accountsForTest();
  const games = fakeGames();
  const logged: string[] = [];
  const app = createWebApp({
    accounts,
    friends,
    games,
    chat: silentChat,
    assets,
    settings: { allowedOrigins: [], trustedProxies: [], socketUrl: null, limitScale: 1, ...settings },
    log: {
      error: (_details, message) => void logged.push(message),
      warn: (_details, message) => void logged.push(message),
    },
    observer,
    now: () => clock.now,
  });
  return { app, games, logged, statuses, clock, browser: () => createBrowser(app) };
}

/** Keeps cookies, and posts from our own pages. */
function createBrowser(app: Hono) {
  const jar = new Map<string, string>();

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("Host", new URL(own).host);
    if (jar.size > 0) headers.set("Cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await app.request(own + path, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split("=");
      if (/max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  const postForm = (path: string, fields: Record<string, string>) =>
    send(path, {
      method: "POST",
      body: new URLSearchParams(fields).toString(),
      headers: { Origin: own, "Content-Type": "application/x-www-form-urlencoded" },
    });

  return {
    get: (path: string, headers: Record<string, string> = {}) => send(path, { headers }),
    postForm,
    /** A change from one of our own pages. */
    change: (method: "POST" | "PUT" | "DELETE", path: string, body?: object) =>
      send(path, {
        method,
        headers: { Origin: own, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async page(path: string) {
      const response = await send(path);
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
    /** Signs in as a new guest, or with a name as a new member; gives the user id. */
    async arrive(username?: string): Promise<string> {
      if (username === undefined) await postForm("/guest", {});
      else await postForm("/register", { username, password: "correct horse" });
      const me = (await (await send("/api/me")).json()) as { userId: string }; // /api/me answers so
      return me.userId;
    },
  };
}
