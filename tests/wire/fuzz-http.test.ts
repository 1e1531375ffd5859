/**
 * Requests that nobody has thought of: made from the described routes, then spoiled. Whatever comes, the platform
 * answers as its description says, never with a 500, and grows by nothing.
 * `RUNS=200000 npm test -- wire/fuzz-http` goes on for longer.
 */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import fc from "fast-check";
import { complaintAbout, routeAt } from "./described-answer.ts";
import { connectTcp } from "./raw-tcp.ts";
import { openAsGuest, type RawSocket } from "./raw-socket.ts";
import {
  changesSession,
  spoiledBytes,
  spoiledRequest,
  type KnownValues,
  type SpoiledRequest,
  type Target,
} from "./spoiled-requests.ts";
import { beginGame, playAs, playOneGame } from "../game-play.ts";
import { makeFriends, register, type Member } from "../members.ts";
import { guestSession, residentMb, startPlatform, type Platform } from "../platform.ts";
import { httpRoutes } from "../../src/main/http-routes.ts";
import { startWeb } from "../../src/web/web-fixture.ts";

const seed = Number(process.env.SEED ?? 20_261_126);
const runs = Number(process.env.RUNS ?? 20_000) / 10;
/** One in so many is sent byte by byte. */
const rawShare = 10;

/** The described routes, and what else the app has: pages, forms and assets. */
function allTargets(): readonly Target[] {
  const described = httpRoutes.map(({ method, path }) => `${method} ${path}`);
  const others = startWeb()
    .app.routes.filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path}`)
    .filter((one) => !described.includes(one));
  return [
    ...httpRoutes.map((route) => ({ method: route.method, path: route.path, route, isForm: false })),
    ...[...new Set([...others, "GET /ws"])].map((one) => {
      const [method = "", path = ""] = one.split(" ");
      const isForm = method === "POST";
      const route = isForm ? (httpRoutes.find((each) => each.path === `/api${path}`) ?? null) : null;
      return { method, path: path.replace("*", ":file"), route, isForm };
    }),
  ];
}

let platform: Platform;
let witness: RawSocket;
let members: readonly Member[];
let guest: string;
let known: KnownValues;
beforeAll(async () => {
  platform = await startPlatform({ LOG_LEVEL: "fatal" });
  const { url } = platform;
  witness = await openAsGuest(platform);
  guest = await guestSession(url);
  members = await Promise.all(["ann", "bob", "cleo", "dora"].map((name) => register(url, name)));
  known = await livedIn(members);
}, 60_000);
afterAll(async () => {
  for (const { client } of members) client.close();
  await platform.cleanUp();
});

/** People who have talked and played: what a request may name is there. */
async function livedIn([ann, bob, ...others]: readonly Member[]): Promise<KnownValues> {
  if (ann === undefined || bob === undefined) throw new Error("There is nobody here.");
  const { url } = platform;
  await makeFriends(url, ann, bob);
  const messageIds: string[] = [];
  for (const content of ["one", "two", "three"]) {
    const said = await ann.client.send("chat.command.send_lobby_message", { lobbyId: "main", content });
    const sent = await ann.client.send("chat.command.send_message", { recipientId: bob.userId, content });
    messageIds.push(String(said["messageId"]), String(sent["messageId"]));
  }
  const [host, other] = await Promise.all([playAs(url, ann.cookie), playAs(url, bob.cookie)]);
  const roomIds: string[] = [];
  await playOneGame(url, host, other, "played", (roomId) => void roomIds.push(roomId));
  roomIds.push(await beginGame(host, other, "in play"));
  for (const { client } of [host, other]) client.close();
  return {
    username: [ann, bob, ...others].map(({ username }) => username),
    userId: [ann, bob, ...others].map(({ userId }) => userId),
    before: messageIds,
    roomId: roomIds,
    room: roomIds,
    slug: ["bigger_dice"],
    lobbyId: ["main", "games:bigger_dice"],
  };
}

const memoryMb = (): number => residentMb(platform.pid);

/** What no answer may say, whatever was asked. */
const inside = /root:x:0|BunError|ErrorEvent|\bat \S+ \(?\/\S+:\d+:\d+/;

interface Tally {
  readonly statuses: Map<number, number>;
  /** By described route: how often it was asked, and how often it did what it is for. */
  readonly routes: Map<string, { asked: number; done: number }>;
  readonly bad: string[];
}

/** Sends requests as browsers do, and keeps the sessions that come of it for those that begin or end one. */
function createSender(tally: Tally) {
  const spare: string[] = [];
  let turn = 0;

  function cookieOf(request: SpoiledRequest): string | undefined {
    if (request.who === "stranger") return request.cookie;
    if (request.who === "nobody") return undefined;
    if (changesSession(request)) return spare.shift();
    return request.who === "guest" ? guest : members[(turn += 1) % members.length]?.cookie;
  }

  return async function send(request: SpoiledRequest): Promise<void> {
    const { method, address, body, contentType, origin, more } = request;
    const headers = new Headers(more);
    const cookie = cookieOf(request);
    if (contentType !== "") headers.set("Content-Type", contentType);
    if (cookie !== undefined) headers.set("Cookie", cookie);
    if (origin !== "") headers.set("Origin", origin === "own" ? platform.url : origin);
    const takesBody = method !== "GET" && method !== "HEAD";
    const response = await fetch(platform.url + address, {
      method,
      headers,
      redirect: "manual",
      ...(takesBody ? { body } : {}),
    });
    const answer = { status: response.status, headers: response.headers, text: await response.text() };
    const [begun] = response.headers.getSetCookie().filter((line) => /^bs_session=[^;]/.test(line));
    if (begun !== undefined && spare.length < 20) spare.push(begun.split(";")[0] ?? "");
    count(answer.status);
    for (const complaint of complaintsAbout(method, address, answer))
      tally.bad.push(`${complaint}: ${method} ${address.slice(0, 300)} ${body.slice(0, 100)}`);
  };

  function count(status: number): void {
    tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
  }

  function complaintsAbout(
    method: string,
    address: string,
    answer: { readonly status: number; readonly headers: Headers; readonly text: string },
  ): readonly string[] {
    const { status, headers, text } = answer;
    const { pathname } = new URL(platform.url + address);
    const route = routeAt(method, pathname);
    const location = headers.get("Location");
    const complaints = [
      ...(status >= 500 ? [`${status}`] : []),
      ...(headers.has("X-Evil") ? ["a header of the client's making"] : []),
      ...(inside.test(text) ? [`tells of its inside: ${text.slice(0, 300)}`] : []),
      ...(location !== null && !/^\/(?!\/)/.test(location) ? [`leads to ${location}`] : []),
    ];
    if (route !== undefined) {
      const reached = tally.routes.get(route.name) ?? { asked: 0, done: 0 };
      const done = reached.done + (status in route.answers ? 1 : 0);
      tally.routes.set(route.name, { asked: reached.asked + 1, done });
      return [...complaints, complaintAbout(route, answer) ?? []].flat();
    }
    const isRead = method === "HEAD" && routeAt("GET", pathname) !== undefined;
    const isThere = pathname.startsWith("/api/") && !isRead && ![404, 301].includes(status);
    return [...complaints, ...(isThere ? [`${status} where nothing is described`] : [])];
  }
}

/** Sends what no library sends; the answer may also be that the connection is closed. */
async function sendBytes(text: string, tally: Tally): Promise<void> {
  const tcp = await connectTcp(platform.url);
  tcp.write(text.replaceAll("HOST", new URL(platform.url).host));
  await Promise.race([tcp.ended, Bun.sleep(3_000)]);
  tcp.end();
  const [head = "", body = ""] = tcp.received().split("\r\n\r\n");
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
  const at = JSON.stringify(text.slice(0, 400));
  // Those of the server's own parser: it does not know this version or this way to send.
  if (status >= 500 && status !== 501 && status !== 505) tally.bad.push(`${status}: ${at}`);
  if (/^x-evil/im.test(head)) tally.bad.push(`a header of the client's making: ${at}`);
  if (inside.test(body)) tally.bad.push(`tells of its inside: ${at}`);
  const location = /^location: (.*)$/im.exec(head)?.[1];
  if (location !== undefined && !/^\/(?!\/)/.test(location)) tally.bad.push(`leads to ${location}: ${at}`);
}

describe("the pages and the API", () => {
  it(`answer ${runs} strange requests as described, never with 500, and grow by nothing (seed ${seed})`, async () => {
    const targets = allTargets();
    const requests = fc.sample(spoiledRequest(targets, known), { seed, numRuns: runs });
    const raw = fc.sample(spoiledBytes(targets, known), { seed, numRuns: Math.floor(runs / rawShare) });
    const tally: Tally = { statuses: new Map(), routes: new Map(), bad: [] };
    const send = createSender(tally);

    async function sendAll(some: SpoiledRequest[], bytes: string[]): Promise<void> {
      async function sendInTurn(): Promise<void> {
        for (let next = some.pop(); next !== undefined; next = some.pop()) {
          await send(next);
          const text = some.length % rawShare === 0 ? bytes.pop() : undefined;
          if (text !== undefined) await sendBytes(text, tally);
        }
      }
      await Promise.all(Array.from({ length: 8 }, sendInTurn));
    }
    await sendAll(requests.splice(runs / 2), raw.splice(raw.length / 2));
    const before = memoryMb(); // what is kept for good is there by now
    await sendAll(requests, raw);

    expect(tally.bad).toEqual([]);
    expect(memoryMb() - before).toBeLessThan(64);
    expect(tally.statuses.size).toBeGreaterThan(9);
    // Every route was reached, and not only to be refused.
    const reached = [...tally.routes.values()];
    expect(reached.filter(({ asked }) => asked > 10).length).toBe(httpRoutes.length);
    expect(reached.filter(({ done }) => done > 0).length).toBeGreaterThan(httpRoutes.length - 4);
    expect(witness.isOpen()).toBe(true);
  }, 120_000);
});
