import { describe, expect, it } from "bun:test";
import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { decodeJwt } from "jose";
import { accountsForTest } from "../../accounts/accounts-fixture.ts";
import { sessionLifeMs } from "../../accounts/index.ts";
import { accountsApi } from "./accounts.ts";
import { problemOf } from "./problem.ts";
import { sameOrigin } from "./same-origin.ts";
import { createSessionCookies } from "./session-cookie.ts";

const own = "http://play.example.org";
const password = "correct horse";

function start() {
  const { accounts, clock, revoked } = accountsForTest();
  const cookies = createSessionCookies({
    accounts,
    secure: (c) => c.req.header("X-Test-Secure") === "yes",
    now: () => clock.now,
    newUuid: randomUUID,
  });
  const api = accountsApi({
    accounts,
    cookies,
    sameOrigin: sameOrigin({ allowedOrigins: [], ownOrigin: () => own, log: { warn: () => undefined } }),
    addressOf: (c) => c.req.header("X-Test-Address") ?? "203.0.113.7",
    socketUrl: () => "ws://play.example.org/ws",
    onFormError: (c, form, rejection) => c.json({ form, code: rejection.code }, 422),
  });
  const app = new Hono().route("/", api);
  return { app, clock, revoked, browser: () => createBrowser(app) };
}

/** Keeps cookies as a browser does, and posts from our own page. */
function createBrowser(app: Hono) {
  const jar = new Map<string, string>();

  async function send(
    path: string,
    init: { method?: string; body?: string; headers?: Record<string, string> } = {},
  ) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { Origin: own, ...(cookie === "" ? {} : { Cookie: cookie }), ...init.headers };
    const response = await app.request(own + path, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const [name = "", value = ""] = pair.split("=");
      if (/max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  return {
    jar,
    get: (path: string) => send(path),
    postJson: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      send(path, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "Content-Type": "application/json", ...headers },
      }),
    postForm: (path: string, fields: Record<string, string>) =>
      send(path, {
        method: "POST",
        body: new URLSearchParams(fields).toString(),
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
      }),
  };
}

async function jsonOf(response: Promise<Response>): Promise<Record<string, unknown>> {
  return (await (await response).json()) as Record<string, unknown>; // every answer here is an object
}

async function claimsOf(browser: ReturnType<typeof createBrowser>) {
  const { token } = await jsonOf(browser.get("/api/socket-token"));
  return decodeJwt(String(token));
}

describe("the accounts API", () => {
  it("registers, says who is there, signs out, and signs in again", async () => {
    const browser = start().browser();
    const registered = await browser.postJson("/api/register", { username: "jane", password });
    expect(registered.status).toBe(200);
    const jane = await registered.json();
    expect(jane).toEqual({ userId: expect.any(String), username: "jane", roles: ["user"] });
    expect(await (await browser.get("/api/me")).json()).toEqual(jane);

    expect((await browser.postJson("/api/logout", "")).status).toBe(204);
    const nobody = await browser.get("/api/me");
    expect(nobody.status).toBe(401);
    expect(await nobody.json()).toMatchObject({ code: "AUTH_REQUIRED", action: "sign_in" });

    const signedIn = await browser.postJson("/api/login", { username: "JANE", password });
    expect(await signedIn.json()).toEqual(jane);
  });

  it("lets guests in, with a name of theirs or one that they are given", async () => {
    const { browser } = start();
    expect(await (await browser().postJson("/api/guest", { username: "kim" })).json()).toMatchObject({
      username: "kim",
      roles: ["guest"],
    });
    expect(await (await browser().postJson("/api/guest", "")).json()).toMatchObject({ roles: ["guest"] });
  });

  it("gives a cookie that no script sees, for thirty days, for https alone where there is https", async () => {
    const browser = start().browser();
    const plain = await browser.postJson("/api/register", { username: "jane", password });
    const cookie = plain.headers.get("Set-Cookie");
    for (const part of ["bs_session=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"]) {
      expect(cookie).toContain(part);
    }
    expect(cookie).not.toContain("Secure");
    const secure = await browser.postJson(
      "/api/login",
      { username: "jane", password },
      { "X-Test-Secure": "yes" },
    );
    expect(secure.headers.get("Set-Cookie")).toContain("Secure");
  });

  it("gives the cookie again when the session is used later", async () => {
    const { browser, clock } = start();
    const jane = browser();
    await jane.postJson("/api/register", { username: "jane", password });
    expect((await jane.get("/api/me")).headers.get("Set-Cookie")).toBeNull();
    clock.now += sessionLifeMs - 1000;
    expect((await jane.get("/api/me")).headers.get("Set-Cookie")).toContain("Max-Age=2592000");
  });

  it("ends the browser's session when somebody else signs in with it", async () => {
    const { browser, revoked } = start();
    const shared = browser();
    const jane = await jsonOf(shared.postJson("/api/register", { username: "jane", password }));
    const former = shared.jar.get("bs_session") ?? "";
    await shared.postJson("/api/guest", {});
    expect(revoked.map(({ userId }) => userId)).toEqual([String(jane.userId)]);
    const thief = browser();
    thief.jar.set("bs_session", former);
    expect((await thief.get("/api/me")).status).toBe(401);
  });

  it("is never kept by a cache", async () => {
    const browser = start().browser();
    for (const path of ["/api/me", "/api/socket-token"]) {
      expect((await browser.get(path)).headers.get("Cache-Control")).toBe("no-store");
    }
  });

  it("tells how long to wait, to people and to programs", async () => {
    const browser = start().browser();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const refused = await browser.postJson("/api/login", { username: "jane", password });
      expect(await refused.json()).toMatchObject({ status: 401, code: "SIGN_IN_FAILED" });
    }
    const refused = await browser.postJson("/api/login", { username: "jane", password });
    expect(refused.status).toBe(429);
    expect(refused.headers.get("Retry-After")).toBe("30");
    expect(await refused.json()).toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 30_000 });
  });
});

describe("a socket token over HTTP", () => {
  it("is for the person who is signed in", async () => {
    const { browser, clock } = start();
    const jane = browser();
    const { userId } = await jsonOf(jane.postJson("/api/register", { username: "jane", password }));
    const answer = await jsonOf(jane.get("/api/socket-token"));
    expect(Object.keys(answer).sort()).toEqual(["expiresAt", "token", "url"]);
    expect(answer.url).toBe("ws://play.example.org/ws");
    expect(Date.parse(String(answer.expiresAt))).toBe(clock.now + 300_000);
    expect(decodeJwt(String(answer.token))).toMatchObject({ sub: userId, username: "jane", roles: ["user"] });
  });

  it("is for a visitor where nobody is, the same one for as long as the browser keeps the cookie", async () => {
    const browser = start().browser();
    const subject = async () => (await claimsOf(browser)).sub;
    const first = await subject();
    expect(first).toMatch(/^v-[0-9a-f-]{36}$/);
    expect(await subject()).toBe(first);
    browser.jar.set("bs_visitor", "1");
    expect(await subject()).toMatch(/^v-[0-9a-f-]{36}$/);
  });

  it("is a visitor's again after signing out", async () => {
    const browser = start().browser();
    await browser.postJson("/api/register", { username: "jane", password });
    await browser.postJson("/api/logout", "");
    expect((await claimsOf(browser)).roles).toEqual(["visitor"]);
  });
});

describe("a body that is not what it should be", () => {
  const cases: readonly (readonly [what: string, body: unknown, refusal: object])[] = [
    ["no JSON", "{", { status: 400, code: "INVALID_JSON" }],
    ["a list", [], { status: 400, code: "INVALID_JSON" }],
    ["null", null, { status: 400, code: "INVALID_JSON" }],
    ["a field missing", { username: "jane" }, { status: 400, code: "INVALID_FIELD", field: "password" }],
    ["nothing", "", { status: 400, code: "INVALID_FIELD", field: "username" }],
    ["a number", { username: 1, password }, { status: 400, code: "INVALID_FIELD", field: "username" }],
    ["an object", { username: "jane", password: {} }, { code: "INVALID_FIELD", field: "password" }],
    [
      "a field too many",
      { username: "jane", password, roles: ["admin"] },
      { code: "UNKNOWN_FIELD", field: "roles" },
    ],
    [
      "__proto__",
      `{"username":"jane","password":"${password}","__proto__":{"a":1}}`,
      { code: "UNKNOWN_FIELD", field: "__proto__" },
    ],
    ["constructor", `{"constructor":"x"}`, { code: "UNKNOWN_FIELD", field: "constructor" }],
    [
      "too large",
      { username: "jane", password: "x".repeat(16_384) },
      { status: 413, code: "FRAME_TOO_LARGE" },
    ],
  ];
  for (const [what, body, refusal] of cases) {
    it(`is refused with a problem document: ${what}`, async () => {
      const browser = start().browser();
      const response = await browser.postJson("/api/register", body);
      expect(response.headers.get("Content-Type")).toBe("application/problem+json");
      expect(await response.json()).toMatchObject({ status: response.status, ...refusal });
      expect(browser.jar.size).toBe(0);
    });
  }

  it("is refused where it is a form and JSON is expected", async () => {
    const response = await start().browser().postForm("/api/login", { username: "jane", password });
    expect(await response.json()).toMatchObject({ status: 400, code: "INVALID_JSON" });
  });
});

describe("forms, for pages without JavaScript", () => {
  it("register, sign out and sign in, and lead on to a page of ours", async () => {
    const browser = start().browser();
    const registered = await browser.postForm("/register", {
      username: "jane",
      password,
      next: "/chat/7?a=b",
    });
    expect([registered.status, registered.headers.get("Location")]).toEqual([303, "/chat/7?a=b"]);
    expect((await browser.get("/api/me")).status).toBe(200);
    const out = await browser.postForm("/logout", {});
    expect([out.status, out.headers.get("Location")]).toEqual([303, "/games"]);
    expect((await browser.get("/api/me")).status).toBe(401);
    expect((await browser.postForm("/login", { username: "jane", password })).status).toBe(303);
  });

  it("let a guest in whose name is left empty", async () => {
    const browser = start().browser();
    expect((await browser.postForm("/guest", { username: "", next: "/games/bigger-dice" })).status).toBe(303);
    expect(await (await browser.get("/api/me")).json()).toMatchObject({ roles: ["guest"] });
  });

  it("are shown again with what was written, but without the password", async () => {
    const browser = start().browser();
    const refused = await browser.postForm("/login", { username: "jane", password, next: "//evil.example" });
    expect(await refused.json()).toEqual({
      form: { action: "login", username: "jane", next: "/games" },
      code: "SIGN_IN_FAILED",
    });
  });
});

describe("requests from other sites", () => {
  for (const path of [
    "/api/register",
    "/api/login",
    "/api/guest",
    "/api/logout",
    "/login",
    "/register",
    "/guest",
    "/logout",
  ]) {
    it(`cannot post to ${path}`, async () => {
      const { browser } = start();
      const jane = browser();
      await jane.postJson("/api/register", { username: "jane", password });
      const body = { username: "jim", password };
      const response = await jane.postJson(path, body, { Origin: "https://evil.example" });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: "FORBIDDEN" });
      expect(await (await jane.get("/api/me")).json()).toMatchObject({ username: "jane" });
    });
  }
});

describe("a problem document", () => {
  it("has the wire's code, the table's sentence as its title, and what fits this case as its detail", () => {
    expect(
      problemOf({ code: "INVALID_FIELD", field: "username", message: "The name is too short." }),
    ).toEqual({
      type: "about:blank",
      title: "A field is missing or has a value that is not allowed: correct it and send again.",
      status: 400,
      code: "INVALID_FIELD",
      detail: "The name is too short.",
      field: "username",
    });
  });
});
