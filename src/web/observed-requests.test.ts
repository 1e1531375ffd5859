import { expect, it } from "bun:test";
import { startWeb } from "./web-fixture.ts";

type Told = readonly [route: string | null, method: string, status: number];

function observedWeb() {
  const told: Told[] = [];
  const web = startWeb({}, undefined, {
    served: (route, method, status) => void told.push([route, method, status]),
  });
  /** What was told of one request. */
  const toldOf = async (path: string, init: RequestInit = {}) => {
    await web.app.request(`http://play.example.org${path}`, init);
    return told.splice(0);
  };
  return { ...web, toldOf };
}

it("tells of a request by the pattern of its route, whatever stands in the path", async () => {
  const { toldOf } = observedWeb();
  const room = "5b0c7d0e-8f5e-4b43-9a53-0c9f3f0c8a11";
  expect(await toldOf("/games?next=/secret")).toEqual([["/games", "GET", 200]]);
  expect(await toldOf("/games/bigger_dice")).toEqual([["/games/:slug", "GET", 200]]);
  expect(await toldOf(`/games/bigger_dice/play/${room}`)).toEqual([["/games/:slug/play/:room", "GET", 404]]);
  expect(await toldOf("/api/games/chess/rooms")).toEqual([["/api/games/:slug/rooms", "GET", 404]]);
  expect(await toldOf("/assets/none.js")).toEqual([["/assets/*", "GET", 404]]);
  expect(await toldOf("/login", { method: "HEAD" })).toEqual([["/login", "HEAD", 200]]);
});

it("has no name for what there is not, be it a path, a method or a slash too many", async () => {
  const { toldOf } = observedWeb();
  expect(await toldOf("/.env")).toEqual([[null, "GET", 404]]);
  expect(await toldOf("/api/games/bigger_dice/nothing")).toEqual([[null, "GET", 404]]);
  expect(await toldOf("/games", { method: "PROPFIND" })).toEqual([[null, "PROPFIND", 404]]);
  expect(await toldOf("/games/")).toEqual([[null, "GET", 301]]);
});

it("tells of what was refused on the way and of what broke, with the route that it was for", async () => {
  const { toldOf, games } = observedWeb();
  expect(await toldOf("/guest", { method: "POST", headers: { Origin: "http://evil.example" } })).toEqual([
    ["/guest", "POST", 403],
  ]);
  games.broken = true;
  expect(await toldOf("/api/games")).toEqual([["/api/games", "GET", 500]]);
  games.broken = false;
  for (let n = 0; n < 1_000; n += 1) {
    const [first] = await toldOf("/api/games");
    if (first?.[2] === 200) continue;
    expect(first).toEqual(["/api/games", "GET", 429]);
    return;
  }
  expect.unreachable("nobody is held to a limit");
});
