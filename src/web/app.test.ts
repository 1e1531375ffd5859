import { describe, expect, it } from "bun:test";
import { own, player, room, startWeb } from "./web-fixture.ts";

const roomId = "11111111-1111-4111-8111-111111111111";
const playPath = `/games/bigger_dice/play/${roomId}`;
const host = player("901", "marisol");

describe("every page", () => {
  const paths = [
    "/games",
    "/games/bigger_dice",
    "/login",
    "/register",
    playPath,
    "/nowhere",
    "/games/nonsense",
  ];

  it("lets the browser run nothing but our own files, and asks for no inline script or style", async () => {
    const { games, browser } = startWeb();
    games.rooms.set(roomId, room(roomId, "waiting", [host]));
    for (const path of paths) {
      const { headers, text } = await browser().page(path);
      const policy = headers.get("Content-Security-Policy") ?? "";
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
      expect(policy).toContain("connect-src 'self' ws://play.example.org wss://play.example.org;");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe");
      expect(text).not.toMatch(/<script(?![^>]*\ssrc=)/);
      expect(text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
    }
  });

  it("has the headers that keep other sites out, on answers of every kind", async () => {
    const { browser } = startWeb();
    for (const path of [...paths, "/health", "/api/games", "/api/nothing", "/assets/nothing.js", "/"]) {
      const { headers } = await browser().get(path);
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(headers.get("Referrer-Policy")).toBe("same-origin");
      expect(headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
      expect(headers.get("Permissions-Policy")).toContain("camera=()");
    }
  });

  it("is given a thousand times at once to one address, and a hundred times a second", async () => {
    const { browser, clock } = startWeb();
    const reader = browser();
    for (let time = 0; time < 1_000; time += 1) expect((await reader.get("/api/me")).status).toBe(401);
    const refused = await reader.get("/games");
    expect([refused.status, refused.headers.get("Retry-After")]).toEqual([429, "1"]);
    const api = await reader.get("/api/lobbies/main/messages");
    expect(await api.json()).toMatchObject({ status: 429, code: "RATE_LIMITED", retryAfterMs: 10 });
    clock.now += 10;
    expect((await reader.get("/games")).status).toBe(200);
  });

  it("is never kept by a cache, since it says who looks at it", async () => {
    const { browser } = startWeb();
    for (const path of paths)
      expect((await browser().get(path)).headers.get("Cache-Control")).toBe("no-store");
  });

  it("names another host's sockets where they are somewhere else", async () => {
    const { browser } = startWeb({ socketUrl: "wss://socket.example.org:8443/ws" });
    const policy = (await browser().get("/games")).headers.get("Content-Security-Policy");
    expect(policy).toContain("wss://socket.example.org:8443");
  });

  it("takes no host from a request that would end the policy and begin another", async () => {
    const { app } = startWeb();
    const response = await app.request("/games", { headers: { Host: "evil.example; script-src *" } });
    expect(response.headers.get("Content-Security-Policy")).not.toContain("evil");
  });

  it("has a language, a title, a main landmark, a way to skip to it, and one live region for results", async () => {
    const { browser } = startWeb();
    for (const path of paths) {
      const { text } = await browser().page(path);
      expect(text).toContain('<html lang="en">');
      expect(text).toMatch(/<title>\S.* · Blazing Sun<\/title>/);
      expect(text.match(/<main /g)).toHaveLength(1);
      expect(text.match(/<h1[ >]/g)).toHaveLength(1);
      expect(text).toContain('href="#main"');
      expect(text.match(/data-announcements/g)).toHaveLength(1);
    }
  });
});

describe("who I am", () => {
  it("is shown to a guest as a guest, with a way out that is a form", async () => {
    const browser = startWeb().browser();
    await browser.arrive();
    const { text } = await browser.page("/games");
    expect(text).toMatch(/<bdi>Guest-\w{5}<\/bdi>\s*<span class="badge">guest<\/span>/);
    expect(text).toContain('<form method="post" action="/logout"');
  });

  it("is shown to a member without that", async () => {
    const browser = startWeb().browser();
    await browser.arrive("jane");
    const { text } = await browser.page("/games");
    expect(text).toContain("<bdi>jane</bdi>");
    expect(text).not.toContain(">guest</span>");
  });

  it("is a link to sign in, and back to this page, for everybody else", async () => {
    const { text } = await startWeb().browser().page("/games/bigger_dice?from=friend");
    expect(text).toContain('href="/login?next=%2Fgames%2Fbigger_dice%3Ffrom%3Dfriend"');
  });

  it("makes a guest with one press where the person is, and comes back there", async () => {
    const browser = startWeb().browser();
    const answer = await browser.postForm("/guest", { next: playPath });
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, playPath]);
  });
});

describe("signing in", () => {
  it("goes to no other site afterwards", async () => {
    const { text } = await startWeb().browser().page("/login?next=//evil.example/x");
    expect(text).not.toContain("evil.example/x");
    expect(text).toContain('name="next" value="/games"');
  });

  it("shows a refused form again, with the name as it was typed and without the password", async () => {
    const answer = await startWeb()
      .browser()
      .postForm("/login", { username: '"><b>jane', password: "s3cret-s3cret", next: playPath });
    const text = await answer.text();
    expect(answer.status).toBe(401);
    expect(text).toContain('value="&quot;&gt;&lt;b&gt;jane"');
    expect(text).toContain(`name="next" value="${playPath}"`);
    expect(text).toContain("do not belong together");
    expect(text).not.toContain("s3cret");
  });

  it("says on the register page what is wrong with a name", async () => {
    const answer = await startWeb()
      .browser()
      .postForm("/register", { username: "ab", password: "correct horse" });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("at least 3 letters or digits");
  });
});

describe("the catalogue", () => {
  it("is where the front door leads", async () => {
    const answer = await startWeb().browser().get("/");
    expect([answer.status, answer.headers.get("Location")]).toEqual([303, "/games"]);
  });

  it("has a card for each game, and says where somebody waits", async () => {
    const { games, browser } = startWeb();
    games.rooms.set(roomId, room(roomId, "waiting", [host]));
    const { text } = await browser().page("/games");
    expect(text).toContain('<a href="/games/bigger_dice">Bigger Dice</a>');
    expect(text).toContain('<a href="/games/long_shot">Long Shot</a>');
    expect(text).toContain("1 room waits for you");
  });

  it("is also found with a slash behind it", async () => {
    const answer = await startWeb().browser().get("/games/");
    expect(new URL(answer.headers.get("Location") ?? "", "http://play.example.org").pathname).toBe("/games");
  });
});

describe("the lobby", () => {
  it("lists the rooms without JavaScript too, the waiting ones first, with their seals", async () => {
    const { games, browser } = startWeb();
    const playing = "22222222-2222-4222-8222-222222222222";
    games.rooms.set(playing, room(playing, "playing", [player("905", "otto"), player("906", "lin")]));
    games.rooms.set(roomId, room(roomId, "waiting", [host]));
    const { text } = await browser().page("/games/bigger_dice");
    const list = text.slice(text.indexOf('<ul class="rooms"'));
    expect(list.indexOf("marisol")).toBeLessThan(list.indexOf("otto"));
    expect(list).toContain(`href="${playPath}" data-join="${roomId}"`);
    expect(list).toContain("5ea1".repeat(16));
    expect(list).toContain(`${playing}?watch`);
  });

  it("says so when nobody waits", async () => {
    const { text } = await startWeb().browser().page("/games/bigger_dice");
    expect(text).toContain("No one is waiting");
  });

  it("shows names as they were typed, whatever they look like", async () => {
    const { games, browser } = startWeb();
    const name = `<img src=x onerror="alert(1)"> & 'friends'`;
    games.rooms.set(roomId, { ...room(roomId, "waiting", [host]), roomName: name });
    const { text } = await browser().page("/games/bigger_dice");
    expect(text).not.toContain("<img src=x");
    expect(text).toContain(
      "<bdi>&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; &#39;friends&#39;</bdi>",
    );
  });

  it("leads back to one's own room, and offers nobody a seat in it", async () => {
    const { games, browser } = startWeb();
    const me = browser();
    const userId = await me.arrive("jane");
    games.rooms.set(roomId, room(roomId, "waiting", [player(userId, "jane")]));
    const { text } = await me.page("/games/bigger_dice");
    expect(text).toContain(`data-open-room="${roomId}"`);
    expect(text).toContain("Go to your room");
    expect(text).not.toContain(`data-join="${roomId}"`);
    expect((await me.page("/login")).text).toContain("Go to your room");
  });

  it("does not lead back to a game that is over", async () => {
    const { games, browser } = startWeb();
    const me = browser();
    const userId = await me.arrive("jane");
    games.rooms.set(roomId, room(roomId, "finished", [player(userId, "jane"), host]));
    expect((await me.page("/games")).text).not.toContain(`data-open-room="${roomId}"`);
  });
});

describe("the page of a room", () => {
  it("has the game for its player, and an invitation for the host who waits", async () => {
    const { games, browser } = startWeb();
    const me = browser();
    const userId = await me.arrive("jane");
    games.rooms.set(roomId, room(roomId, "waiting", [player(userId, "jane")]));
    const { status, text } = await me.page(playPath);
    expect(status).toBe(200);
    expect(text).toMatch(
      new RegExp(`<bigger-dice-game\\s+room-id="${roomId}"\\s+user-id="${userId}"\\s+user-name="jane"`),
    );
    expect(text).toContain('src="/assets/games/bigger_dice/main.js"');
    expect(text).toContain(`<invite-link`);
    expect(text).not.toContain("data-open-room");
  });

  it("offers a stranger the free seat, with the room's seal, and takes none by being opened", async () => {
    const { games, browser } = startWeb();
    games.rooms.set(roomId, room(roomId, "waiting", [host]));
    const { status, text } = await browser().page(playPath);
    expect(status).toBe(200);
    expect(text).toContain("Join this game");
    expect(text).toContain(`data-seal="${"5ea1".repeat(16)}"`);
    expect(text).not.toContain("<bigger-dice-game");
    expect(games.rooms.get(roomId)?.players).toHaveLength(1);
  });

  it("says that a room is full, and where the next seat is", async () => {
    const { games, browser } = startWeb();
    games.rooms.set(roomId, room(roomId, "playing", [host, player("906", "lin")]));
    const { status, text } = await browser().page(playPath);
    expect(status).toBe(200);
    expect(text).toContain("This room is full");
    expect(text).toContain('href="/games/bigger_dice">To the lobby');
  });

  it("tells a stranger how a game ended, and how to check it", async () => {
    const { games, browser } = startWeb();
    const finished = room(roomId, "finished", [host, player("906", "lin")]);
    const result = {
      winner: host.id,
      winnerName: "marisol",
      reason: "left",
      finalScores: { "901": 4, "906": 7 },
      forfeitedBy: null,
    };
    games.rooms.set(roomId, { ...finished, result });
    const { status, text } = await browser().page(playPath);
    expect(status).toBe(200);
    expect(text).toContain("the other player gave up");
    expect(text).toContain(`href="/api/games/bigger_dice/rooms/${roomId}/record"`);
  });

  it.each([
    [
      "gone, closed by its host or put away",
      "33333333-3333-4333-8333-333333333333",
      410,
      "This room is gone",
    ],
    ["one that never was", "44444444-4444-4444-8444-444444444444", 404, "No such room"],
    ["malformed", "4444", 404, "This link is not whole"],
    ["malformed, percent signs and all", "%zz", 404, "This link is not whole"],
  ])("has words and a way on where the room is %s", async (_what, id, expected, words) => {
    const { games, browser } = startWeb();
    games.gone.set("33333333-3333-4333-8333-333333333333", "bigger_dice");
    const { status, text } = await browser().page(`/games/bigger_dice/play/${id}`);
    expect(status).toBe(expected);
    expect(text).toContain(words);
    expect(text).toContain('href="/games/bigger_dice"');
  });

  it("points to the right game where the address names another one", async () => {
    const { games, browser } = startWeb();
    games.rooms.set(roomId, room(roomId, "waiting", [host]));
    const { status, text } = await browser().page(`/games/long_shot/play/${roomId}`);
    expect(status).toBe(404);
    expect(text).toContain(`href="${playPath}"`);
  });

  it("knows no game that is not in the catalogue", async () => {
    const { browser } = startWeb();
    for (const path of ["/games/nonsense", `/games/nonsense/play/${roomId}`, "/games/__proto__"]) {
      const { status, text } = await browser().page(path);
      expect(status).toBe(404);
      expect(text).toContain("See all games");
    }
  });
});

describe("when something breaks", () => {
  it("says so in words to a person, as a problem to a program, and the whole of it to the log", async () => {
    const { games, logged, browser } = startWeb();
    games.broken = true;
    const page = await browser().page("/games");
    expect([page.status, page.text.includes("Something went wrong here")]).toEqual([500, true]);
    expect(page.text).not.toContain("fire");
    const answer = await browser().get("/api/games");
    expect([answer.status, answer.headers.get("Content-Type")]).toEqual([500, "application/problem+json"]);
    expect(logged).toHaveLength(2);
  });

  it("is not said of somebody who left before the whole body was here", async () => {
    const { app, logged } = startWeb();
    const leaving = new AbortController();
    const body = new ReadableStream({
      pull(controller) {
        leaving.abort();
        controller.error(new DOMException("The connection was closed.", "AbortError"));
      },
    });
    const headers = { Origin: own, "Content-Type": "application/json" };
    const answer = await app.request(`${own}/api/guest`, {
      method: "POST",
      headers,
      body,
      signal: leaving.signal,
    });
    expect([answer.status, logged]).toEqual([400, []]);
  });
});
