/** Every route over HTTP, asked as its description says, on a platform where people have played and talked. */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { complaintAbout, routeAt } from "./described-answer.ts";
import { beginGame, playOneGame, type Player } from "../game-play.ts";
import { change, makeFriends, register, type Member } from "../members.ts";
import { guestSession, startPlatform, type Platform } from "../platform.ts";
import { httpRoutes } from "../../src/main/http-routes.ts";
import type { RoomId } from "../../src/protocol/index.ts";

let platform: Platform;
let ann: Member;
let bob: Member;
let cleo: Member;
let guest: string;
let finished: RoomId;
let playing: RoomId;

const player = ({ userId, client }: Member): Player => ({ userId, client, acknowledged: [] });

beforeAll(async () => {
  platform = await startPlatform();
  const { url } = platform;
  [ann, bob, cleo] = await Promise.all([register(url, "ann"), register(url, "bob"), register(url, "cleo")]);
  guest = await guestSession(url);
  await makeFriends(url, ann, bob);
  await change(url, cleo, "POST", "/api/friends/requests", { username: ann.username });
  await change(url, bob, "PUT", `/api/blocks/${cleo.userId}`);
  for (const content of ["one", "two", "three"]) {
    await ann.client.send("chat.command.send_message", { recipientId: bob.userId, content });
    await ann.client.send("chat.command.send_lobby_message", { lobbyId: "main", content });
  }
  await playOneGame(url, player(ann), player(bob), "played", (roomId) => (finished = roomId));
  playing = await beginGame(player(ann), player(bob), "in play");
}, 60_000);
afterAll(async () => {
  for (const { client } of [ann, bob, cleo]) client.close();
  await platform.cleanUp();
});

interface Asked {
  readonly route: string;
  readonly said: number | string;
}
const asked: Asked[] = [];

/** Asks, and holds the answer against its description. Answers the status, or the code of the refusal. */
async function ask(method: string, path: string, init: RequestInit & { readonly as?: string } = {}) {
  const { as: cookie, ...rest } = init;
  const headers = new Headers({ Origin: platform.url, ...(cookie === undefined ? {} : { Cookie: cookie }) });
  for (const [name, value] of new Headers(rest.headers)) headers.set(name, value);
  const response = await fetch(platform.url + path, { ...rest, method, headers });
  const answer = { status: response.status, headers: response.headers, text: await response.text() };
  const route = routeAt(method, new URL(platform.url + path).pathname);
  if (route === undefined) throw new Error(`${method} ${path} is not described`);
  expect([method, path, complaintAbout(route, answer)]).toEqual([method, path, null]);
  const body: unknown = answer.text === "" ? null : JSON.parse(answer.text);
  const said = response.ok ? answer.status : String((body as { code: unknown }).code);
  asked.push({ route: route.name, said });
  return { said, body: body as Readonly<Record<string, unknown>>, headers: response.headers };
}

const json = (body: object): RequestInit => ({
  body: JSON.stringify(body),
  headers: { "Content-Type": "application/json" },
});

describe("every route", () => {
  it("answers as it is described where it reads", async () => {
    const as = ann.cookie;
    const lists: readonly [string, string, number][] = [
      ["/api/friends", "items", 1],
      ["/api/friends/requests", "incoming", 1],
      ["/api/games", "items", 2],
      ["/api/games/bigger_dice/rooms", "items", 1],
      ["/api/chats", "items", 1],
      [`/api/chats/${bob.userId}/messages`, "items", 3],
      ["/api/lobbies/main/messages", "items", 3],
    ];
    for (const [path, field, count] of lists) {
      const { said, body } = await ask("GET", path, { as });
      // A list of nothing would fit whatever is described.
      expect([path, said, (body[field] as unknown[]).length]).toEqual([path, 200, count]);
    }
    for (const path of [`/api/chats/${bob.userId}/messages`, "/api/lobbies/main/messages"]) {
      const newest = await ask("GET", `${path}?limit=2`, { as });
      const older = await ask("GET", `${path}?limit=2&before=${String(newest.body["nextBefore"])}`, { as });
      expect([older.body["items"], older.body["nextBefore"]]).toMatchObject([[{ content: "one" }], null]);
    }
    for (const [path, field, cookie] of [
      ["/api/blocks", "items", bob.cookie],
      ["/api/friends/requests", "outgoing", cleo.cookie],
    ] as const) {
      const { said, body } = await ask("GET", path, { as: cookie });
      expect([path, said, (body[field] as unknown[]).length]).toEqual([path, 200, 1]);
    }
    for (const path of ["/api/me", "/api/socket-token", "/health", "/ready"])
      expect((await ask("GET", path, { as })).said).toBe(200);
    expect((await ask("GET", "/api/socket-token")).headers.get("Set-Cookie")).toMatch(
      /^bs_visitor=.*HttpOnly/,
    );
    const record = await ask("GET", `/api/games/bigger_dice/rooms/${finished}/record`);
    expect((record.body["rolls"] as unknown[]).length).toBeGreaterThan(1);
  });

  it("answers as it is described where it changes something", async () => {
    const username = `dora-${crypto.randomUUID().slice(0, 8)}`;
    const credentials = json({ username, password: "correct horse" });
    for (const [path, init] of [
      ["/api/register", credentials],
      ["/api/login", credentials],
      ["/api/guest", json({})],
    ] as const) {
      const { said, headers } = await ask("POST", path, init);
      expect([path, said]).toEqual([path, 200]);
      expect(headers.get("Set-Cookie")).toMatch(/^bs_session=.*HttpOnly/);
    }
    expect((await ask("POST", "/api/logout")).headers.get("Set-Cookie")).toMatch(/^bs_session=;/);

    const as = ann.cookie;
    const statuses = [];
    for (const [method, path] of [
      ["POST", `/api/friends/requests/${cleo.userId}/accept`],
      ["POST", `/api/friends/requests/${cleo.userId}/decline`],
      ["DELETE", `/api/friends/requests/${cleo.userId}`],
      ["DELETE", `/api/friends/${cleo.userId}`],
      ["PUT", `/api/blocks/${cleo.userId}`],
      ["DELETE", `/api/blocks/${cleo.userId}`],
    ] as const)
      statuses.push((await ask(method, path, { as })).said);
    expect(statuses).toEqual(Array.from(statuses, () => 204));
    const request = { ...json({ username: cleo.username }), as };
    expect((await ask("POST", "/api/friends/requests", request)).said).toBe(202);
  });

  it("refuses as it is described", async () => {
    const as = ann.cookie;
    const nobody = "999999";
    for (const { method, path, session, body, pathParameters } of httpRoutes) {
      const address = path.replaceAll(
        /:(\w+)/g,
        (_match, name: string) => pathParameters[name]?.example ?? "",
      );
      if (session === "any" || session === "member")
        expect((await ask(method, address)).said).toBe("AUTH_REQUIRED");
      if (session === "member") expect((await ask(method, address, { as: guest })).said).toBe("FORBIDDEN");
      if (method !== "GET") {
        const elsewhere = { headers: { Origin: "https://evil.example" }, as };
        expect((await ask(method, address, elsewhere)).said).toBe("FORBIDDEN");
      }
      if (path.includes(":userId") && session === "member") {
        const ofNobody = path.replace(":userId", nobody);
        expect([ofNobody, (await ask(method, ofNobody, { as })).said]).toEqual([ofNobody, "USER_NOT_FOUND"]);
        const ownself = path.replace(":userId", ann.userId);
        expect((await ask(method, ownself, { as })).said).toBe("INVALID_FIELD");
      }
      if (body === null) continue;
      const { headers = {} } = json({});
      for (const [text, code] of [
        ["{", "INVALID_JSON"],
        ['{"more": ""}', "UNKNOWN_FIELD"],
        ['{"username": 7}', "INVALID_FIELD"],
        [" ".repeat(17_000), "FRAME_TOO_LARGE"],
      ] as const)
        expect((await ask(method, address, { body: text, headers, as })).said).toBe(code);
    }
    const long = { body: " ".repeat(17_000) };
    const taken = { username: ann.username, password: "correct horse" };
    const finds = async (code: string, method: string, path: string, init: RequestInit = {}) =>
      expect([path, (await ask(method, path, { ...init, as })).said]).toEqual([path, code]);
    await finds("FRAME_TOO_LARGE", "POST", "/api/logout", long);
    await finds("USERNAME_TAKEN", "POST", "/api/register", json(taken));
    await finds("USERNAME_TAKEN", "POST", "/api/guest", json({ username: ann.username }));
    await finds("SIGN_IN_FAILED", "POST", "/api/login", json(taken));
    await finds("USER_NOT_FOUND", "POST", "/api/friends/requests", json({ username: "nobody-here" }));
    await finds("GAME_NOT_FOUND", "GET", "/api/games/chess/rooms");
    await finds("GAME_NOT_FOUND", "GET", `/api/games/chess/rooms/${finished}/record`);
    await finds("ROOM_NOT_FOUND", "GET", `/api/games/bigger_dice/rooms/${crypto.randomUUID()}/record`);
    await finds("GAME_NOT_FINISHED", "GET", `/api/games/bigger_dice/rooms/${playing}/record`);
    await finds("LOBBY_NOT_FOUND", "GET", "/api/lobbies/cellar/messages");
    await finds("USER_NOT_FOUND", "GET", `/api/chats/${nobody}/messages`);
    for (const path of ["/api/lobbies/main/messages", `/api/chats/${bob.userId}/messages`]) {
      await finds("INVALID_FIELD", "GET", `${path}?limit=101`);
      await finds("BAD_CURSOR", "GET", `${path}?before=nothing`);
    }
  });

  it("was asked for everything that is described", () => {
    /** What no request brings about by itself: tests of their own do. */
    const byItself = new Set(["ready 503", "RATE_LIMITED", "INTERNAL", "UNAVAILABLE"]);
    const seen = new Set(asked.map(({ route, said }) => `${route} ${said}`));
    const missed = httpRoutes.flatMap(({ name, answers, refusals }) =>
      [...Object.keys(answers), ...refusals]
        .filter((said) => !byItself.has(said) && !byItself.has(`${name} ${said}`))
        .map((said) => `${name} ${said}`)
        .filter((one) => !seen.has(one)),
    );
    expect(missed).toEqual([]);
  });
});
