import { beforeEach, describe, expect, it } from "bun:test";
import { startWeb } from "../web-fixture.ts";
import { asUserId } from "../../protocol/index.ts";

type Web = ReturnType<typeof startWeb>;
type Browser = ReturnType<Web["browser"]>;

let web: Web;
let ann: Browser;
let bob: Browser;
let annId: string;
let bobId: string;

beforeEach(async () => {
  web = startWeb();
  [ann, bob] = [web.browser(), web.browser()];
  annId = await ann.arrive("ann");
  bobId = await bob.arrive("bob");
});

const ask = (browser: Browser, username: string) =>
  browser.change("POST", "/api/friends/requests", { username });

/** The members of a JSON answer that the test looks at. */
async function read(browser: Browser, path: string): Promise<Record<string, unknown>> {
  const response = await browser.get(path);
  expect(response.status).toBe(200);
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  return (await response.json()) as Record<string, unknown>;
}

const refusal = async (response: Response) => {
  const { code } = (await response.json()) as { code: string };
  return [response.status, code];
};

describe("friends over HTTP", () => {
  it("are found by name, asked, accepted, listed with their status, and removed", async () => {
    expect((await ask(ann, "BOB")).status).toBe(202);
    const createdAt = expect.any(String);
    expect(await read(bob, "/api/friends/requests")).toEqual({
      incoming: [{ userId: annId, username: "ann", createdAt }],
      outgoing: [],
    });
    expect(await read(ann, "/api/friends/requests")).toMatchObject({ outgoing: [{ username: "bob" }] });
    expect((await bob.change("POST", `/api/friends/requests/${annId}/accept`)).status).toBe(204);
    web.statuses.set(asUserId(bobId), "away");
    expect(await read(ann, "/api/friends")).toEqual({
      items: [{ userId: bobId, username: "bob", status: "away", unread: 0 }],
      next: null,
    });
    expect((await ann.change("DELETE", `/api/friends/${bobId}`)).status).toBe(204);
    expect((await ann.change("DELETE", `/api/friends/${bobId}`)).status).toBe(204);
    expect(await read(bob, "/api/friends")).toEqual({ items: [], next: null });
  });

  it("are not blocked and unblocked without end: each is a write to the disk", async () => {
    for (let time = 0; time < 50; time += 1) {
      expect((await ann.change("PUT", `/api/blocks/${bobId}`)).status).toBe(204);
      expect((await ann.change("DELETE", `/api/blocks/${bobId}`)).status).toBe(204);
    }
    const refused = await ann.change("PUT", `/api/blocks/${bobId}`);
    expect(refused.headers.get("Retry-After")).toBe("2");
    expect(await refusal(refused)).toEqual([429, "RATE_LIMITED"]);
    web.clock.now += 2_000;
    expect((await ann.change("PUT", `/api/blocks/${bobId}`)).status).toBe(204);
  });

  it("may decline, and may be asked in vain: the request is withdrawn", async () => {
    await ask(ann, "bob");
    await bob.change("POST", `/api/friends/requests/${annId}/decline`);
    expect(await read(ann, "/api/friends/requests")).toEqual({ incoming: [], outgoing: [] });
    await ask(ann, "bob");
    await ann.change("DELETE", `/api/friends/requests/${bobId}`);
    expect(await refusal(await bob.change("POST", `/api/friends/requests/${annId}/accept`))).toEqual([
      404,
      "USER_NOT_FOUND",
    ]);
  });

  it("are asked with the same answer where the other has blocked the one who asks", async () => {
    expect((await bob.change("PUT", `/api/blocks/${annId}`)).status).toBe(204);
    expect(await read(bob, "/api/blocks")).toEqual({
      items: [{ userId: annId, username: "ann" }],
      next: null,
    });
    expect((await ask(ann, "bob")).status).toBe(202);
    expect(await read(ann, "/api/friends/requests")).toMatchObject({ outgoing: [{ username: "bob" }] });
    expect(await read(bob, "/api/friends/requests")).toEqual({ incoming: [], outgoing: [] });
    expect(await refusal(await ask(bob, "ann"))).toEqual([403, "FORBIDDEN"]);
    expect((await bob.change("DELETE", `/api/blocks/${annId}`)).status).toBe(204);
    expect((await ask(bob, "ann")).status).toBe(202);
  });

  it("refuse nobody, oneself, guests, strangers from elsewhere, and the signed-out", async () => {
    const guest = web.browser();
    const guestId = await guest.arrive();
    const { username } = (await (await guest.get("/api/me")).json()) as { username: string };
    expect(await refusal(await ask(ann, "nobody-here"))).toEqual([404, "USER_NOT_FOUND"]);
    expect(await refusal(await ask(ann, "<script>"))).toEqual([404, "USER_NOT_FOUND"]);
    expect(await refusal(await ask(ann, username))).toEqual([404, "USER_NOT_FOUND"]);
    expect(await refusal(await ask(ann, "ann"))).toEqual([400, "INVALID_FIELD"]);
    expect(await refusal(await ann.change("PUT", `/api/blocks/${annId}`))).toEqual([400, "INVALID_FIELD"]);
    expect(await refusal(await ann.change("PUT", "/api/blocks/99999"))).toEqual([404, "USER_NOT_FOUND"]);
    expect(await refusal(await ann.change("PUT", "/api/blocks/..%2f"))).toEqual([404, "USER_NOT_FOUND"]);
    expect(await refusal(await ann.change("POST", "/api/friends/requests", { username: 5 }))).toEqual([
      400,
      "INVALID_FIELD",
    ]);
    expect((await ann.change("PUT", `/api/blocks/${guestId}`)).status).toBe(204);
    expect(await refusal(await ask(guest, "ann"))).toEqual([403, "FORBIDDEN"]);
    expect(await refusal(await guest.get("/api/friends"))).toEqual([403, "FORBIDDEN"]);
    expect(await refusal(await web.browser().get("/api/friends"))).toEqual([401, "AUTH_REQUIRED"]);
    expect(await refusal(await web.browser().change("DELETE", `/api/friends/${annId}`))).toEqual([
      401,
      "AUTH_REQUIRED",
    ]);
    const foreign = await web.app.request(`http://play.example.org/api/friends/${annId}`, {
      method: "DELETE",
      headers: { Origin: "https://evil.example" },
    });
    expect(await refusal(foreign)).toEqual([403, "FORBIDDEN"]);
  });

  it("limit how often somebody asks", async () => {
    const answers = [];
    for (let n = 0; n < 40; n += 1) answers.push((await ask(ann, "nobody-here")).status);
    expect(answers.filter((status) => status === 429).length).toBeGreaterThan(5);
    web.clock.now += 60_000;
    expect((await ask(ann, "bob")).status).toBe(202);
  });
});
