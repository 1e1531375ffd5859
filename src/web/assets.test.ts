import { describe, expect, it } from "bun:test";
import { buildAssets } from "./assets.ts";

const assets = await buildAssets();

function get(path: string, headers: Record<string, string> = {}): Response {
  const response = assets.serve(new Request(`http://play.example.org${path}`, { headers }));
  if (response === null) throw new Error(`${path} is not there`);
  return response;
}

describe("assets", () => {
  it("are kept for ever under a name that says what is in them", () => {
    for (const name of ["site.js", "lobby.js", "play.js", "theme.js", "styles.css", "images/logo.svg"]) {
      const response = get(assets.url(name));
      expect(response.status).toBe(200);
      expect(response.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
      expect(assets.url(name)).not.toBe(`/assets/${name}`);
    }
  });

  it("are asked for again under an address that stays, and not sent again when nothing changed", () => {
    for (const path of ["/assets/games/bigger_dice/main.js", "/assets/sockets/heartbeat-worker.js"]) {
      const first = get(path);
      expect(first.headers.get("Cache-Control")).toBe("public, no-cache");
      const again = get(path, { "If-None-Match": `W/${first.headers.get("ETag") ?? ""}` });
      expect([again.status, again.body]).toEqual([304, null]);
    }
  });

  it("are compressed for those who take it", async () => {
    const plain = await get(assets.url("styles.css"), { "Accept-Encoding": "gzip;q=0, identity" }).text();
    const zipped = get(assets.url("styles.css"), { "Accept-Encoding": "br, gzip" });
    expect(zipped.headers.get("Content-Encoding")).toBe("gzip");
    const body = await zipped.arrayBuffer();
    expect(body.byteLength).toBeLessThan(plain.length / 2);
    expect(new TextDecoder().decode(Bun.gunzipSync(body))).toBe(plain);
  });

  it("share one copy of the page's client between all scripts of a page", async () => {
    const shared = async (path: string) =>
      [...(await get(path).text()).matchAll(/shared\/[\w.-]+\.js/g)].map(([chunk]) => chunk);
    const bySite = await shared(assets.url("site.js"));
    const byLobby = await shared(assets.url("lobby.js"));
    const byGame = await shared("/assets/games/bigger_dice/main.js");
    expect(bySite.length).toBeGreaterThan(0);
    expect(byLobby.some((chunk) => bySite.includes(chunk))).toBe(true);
    expect(byGame.some((chunk) => bySite.includes(chunk))).toBe(true);
    for (const chunk of [...bySite, ...byLobby, ...byGame]) expect(get(`/assets/${chunk}`).status).toBe(200);
  });

  it("are built for people, not for developers", async () => {
    for (const name of ["site.js", "lobby.js", "play.js"]) {
      const scripts = [assets.url(name)];
      const text = await get(assets.url(name)).text();
      for (const [chunk] of text.matchAll(/shared\/[\w.-]+\.js/g)) scripts.push(`/assets/${chunk}`);
      for (const script of scripts) expect(await get(script).text()).not.toContain("dev mode");
    }
  });

  it("are nothing else of this machine", () => {
    for (const path of ["/assets/../assets.ts", "/assets/%2e%2e/assets.ts", "/assets/", "/assets/%zz"]) {
      expect(assets.serve(new Request(`http://play.example.org${path}`))).toBeNull();
    }
  });
});
