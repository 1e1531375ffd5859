/**
 * A page of evil.example in the browser of somebody at whose machine the platform runs. Once its name is pointed at
 * this machine (DNS rebinding), the browser takes platform and page for one origin, and sends what stands here.
 */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { connectTcp, handshakeOf } from "./raw-tcp.ts";
import { startPlatform, type Platform } from "../platform.ts";

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ ALLOWED_ORIGINS: "http://games.home.example:8080" });
}, 30_000);
afterAll(() => platform.cleanUp());

const port = () => new URL(platform.url).port;

/** As a page asks that was opened at this name. */
function ask(host: string, method: "GET" | "POST", path: string): Promise<Response> {
  const headers = { Host: host, "Content-Type": "application/json", Origin: `http://${host}` };
  return fetch(platform.url + path, { method, headers, ...(method === "POST" ? { body: "{}" } : {}) });
}

/** The first line that answers its socket. */
async function socketFrom(host: string): Promise<string> {
  const tcp = await connectTcp(platform.url);
  tcp.write(handshakeOf(platform.url, { Host: host, Origin: `http://${host}` }));
  while (!tcp.received().includes("\r\n")) await new Promise(setImmediate);
  tcp.end();
  return tcp.received().split("\r\n", 1)[0] ?? "";
}

describe("a platform that listens on this machine alone", () => {
  it("shows nothing to a name that was pointed at it, lets it be nobody, and opens it no socket", async () => {
    for (const name of [
      "evil.example",
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "printer.local",
    ]) {
      const host = `${name}:${port()}`;
      for (const path of ["/games", "/api/games", "/api/lobbies/main/messages", "/assets/site.js"])
        expect([host, path, (await ask(host, "GET", path)).status]).toEqual([host, path, 421]);
      const refused = await ask(host, "POST", "/api/guest");
      expect([refused.status, refused.headers.getSetCookie()]).toEqual([421, []]);
      expect(await refused.text()).toContain(`${host} is none of its names`);
      expect(await socketFrom(host)).toStartWith("HTTP/1.1 421");
    }
  });

  it.each(["127.0.0.1", "127.0.0.2", "[::1]", "localhost", "play.localhost", "laptop", "192.168.1.5"])(
    "is there for %s, to which nobody else can point a name",
    async (name) => {
      const host = `${name}:${port()}`;
      expect((await ask(host, "GET", "/games")).status).toBe(200);
      expect((await ask(host, "POST", "/api/guest")).ok).toBe(true);
      expect(await socketFrom(host)).toStartWith("HTTP/1.1 101");
    },
  );

  it("is there for a name of ALLOWED_ORIGINS, and says to everybody that it lives", async () => {
    expect((await ask("games.home.example:8080", "GET", "/games")).status).toBe(200);
    expect((await ask("evil.example", "GET", "/health")).status).toBe(200);
  });
});

it("is open to every name where a proxy stands before it", async () => {
  await platform.stop();
  await platform.restart({ TRUSTED_PROXIES: "127.0.0.1" });
  expect((await ask(`games.example.org:${port()}`, "GET", "/games")).status).toBe(200);
}, 30_000);
