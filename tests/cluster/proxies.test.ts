/** People who play through the real nginx and the real Caddy, as deploy/ has them (F43). */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { startCluster, type Cluster, type Member } from "./cluster.ts";
import { runningEngines } from "./engines.ts";
import { placeOfProxy, startProxy, talkTo, type RunningProxy } from "./proxy-program.ts";
import { chromiumPath, launchChromium } from "../browser/chromium.ts";
import { newPage, problemsOf, rollButton, untilRolls, whoseTurn } from "../browser/table.ts";
import { join, playOneGame } from "../game-play.ts";
import { startPlatform, type Platform } from "../platform.ts";
import { proxyProgram } from "../../tools/engines/proxies.ts";

const engines = runningEngines();
const portOf = ({ url }: { readonly url: string }) => new URL(url).port;

/** Until the end of the tests: the certificates are nobody's. */
const strict = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
beforeAll(() => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
});
afterAll(() => {
  if (strict === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  else process.env.NODE_TLS_REJECT_UNAUTHORIZED = strict;
});

function request(path: string, port: number, headers: Readonly<Record<string, string>>): string {
  const all = { Host: `localhost:${port}`, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** The status with which a socket is taken, or not. */
async function socketStatus(port: number, headers: Readonly<Record<string, string>>): Promise<number> {
  const talk = talkTo(port, "127.0.0.1", request("/ws", port, { ...upgrade, ...headers }));
  const answer = await talk.until((text) => text.includes("\r\n"));
  talk.end();
  return Number(answer.split(" ")[1]);
}

const upgrade = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

for (const kind of ["nginx", "caddy"] as const) {
  describe.skipIf(engines === null || proxyProgram(kind) === null)(`a cluster behind ${kind}`, () => {
    let cluster: Cluster;
    let proxy: RunningProxy;
    let origin: string;
    let port: number;
    let plainPort: number;

    beforeAll(async () => {
      if (engines === null) return;
      const place = placeOfProxy();
      ({ port, plainPort } = place);
      origin = `https://localhost:${port}`;
      // A tenth of the usual requests, so that an address is soon through with them.
      const environment = { TRUSTED_PROXIES: "127.0.0.1", HTTP_LIMIT_SCALE: "0.1" };
      cluster = await startCluster(engines, { behind: origin, environment });
      const ports = (members: readonly Member[]) => members.map(portOf) as [string, string];
      const upstreams = { gateways: ports(cluster.gateways), platforms: ports(cluster.platforms) };
      proxy = await startProxy(kind, place, upstreams);
    });
    afterAll(async () => {
      await proxy.stop();
      await cluster.cleanUp();
    });

    it("takes in who comes from its own pages, and no other", async () => {
      expect(await socketStatus(port, { Origin: origin })).toBe(101);
      expect(await socketStatus(port, { Origin: "https://elsewhere.example" })).toBe(403);
      expect(await socketStatus(port, { Origin: origin.replace("https", "http") })).toBe(403);
      const ask = (from: string) =>
        fetch(`${origin}/api/guest`, {
          method: "POST",
          headers: { "Content-Type": "application/json", Origin: from },
          body: "{}",
        });
      expect((await ask("https://elsewhere.example")).status).toBe(403);
      const response = await ask(origin);
      expect(response.status).toBe(200);
      expect(response.headers.getSetCookie().join()).toContain("Secure");
    });

    it("leads who comes without TLS to it, and keeps what is for machines to itself", async () => {
      const plain = await fetch(`http://localhost:${plainPort}/games`, { redirect: "manual" });
      expect([301, 308]).toContain(plain.status);
      expect(plain.headers.get("Location")).toStartWith("https://localhost");
      expect((await fetch(`${origin}/metrics`)).status).toBe(404);
    });

    it("counts each address for itself, whatever it says of itself", async () => {
      const statusFor = async (from: string, headers: Readonly<Record<string, string>>) => {
        const talk = talkTo(port, from, request("/api/games", port, { ...headers, Connection: "close" }));
        const text = await talk.until(() => false);
        return Number(text.split(" ")[1]);
      };
      const forge = (n: number) => ({
        "X-Forwarded-For": `203.0.113.${n % 250}`,
        "X-Real-IP": `203.0.113.${n}`,
      });
      const statuses = new Set<number>();
      // 100 of each of the two platforms, and one more for each tenth of a second.
      for (let n = 0; n < 600 && !statuses.has(429); n += 20) {
        const some = Array.from({ length: 20 }, (_, more) => statusFor("127.0.0.2", forge(n + more)));
        for (const status of await Promise.all(some)) statuses.add(status);
      }
      expect(statuses).toEqual(new Set([200, 429]));
      expect(await statusFor("127.0.0.3", {})).toBe(200);
    }, 60_000);

    it("counts the sockets of each address for itself, too", async () => {
      const open = (from: string) =>
        talkTo(port, from, request("/ws", port, { ...upgrade, "X-Forwarded-For": "203.0.113.7" }));
      const isWelcome = async (talk: ReturnType<typeof open>) =>
        (await talk.until((text) => /system\.welcome|\x88/.test(text))).includes("system.welcome");
      // 100 that have not said who they are on each of the two gateways.
      const many = Array.from({ length: 220 }, () => open("127.0.0.4"));
      const welcome = await Promise.all(many.map(isWelcome));
      expect(welcome).toContain(false);
      const other = open("127.0.0.5");
      expect(await isWelcome(other)).toBe(true);
      for (const talk of [...many, other]) talk.end();
    }, 30_000);

    it.skipIf(chromiumPath() === undefined)(
      "lets two browsers play, whose sockets go the same way",
      async () => {
        const browser = await launchChromium();
        try {
          const options = { reducedMotion: "reduce", ignoreHTTPSErrors: true } as const;
          const pages = [await newPage(browser, options), await newPage(browser, options)] as const;
          const [host, other] = pages;
          const problems = pages.map(problemsOf);
          const sockets: string[] = [];
          for (const page of pages) page.on("websocket", (socket) => void sockets.push(socket.url()));
          for (const page of pages) await page.goto(`${origin}/games/bigger_dice`);
          await host.fill("#new-room-name", "By browser");
          await host.press("#new-room-name", "Enter");
          await host.waitForURL(/\/play\//);
          await other.click("a[data-join]");
          await other.waitForURL(/\/play\//);
          for (let rolls = 1; rolls <= 3; rolls += 1) {
            const page = await whoseTurn(pages);
            if (page === null) throw new Error("The game is over already.");
            await rollButton(page).click();
            await Promise.all(pages.map((each) => untilRolls(each, rolls)));
          }
          expect(new Set(sockets)).toEqual(new Set([`wss://localhost:${port}/ws`]));
          expect(problems.flat()).toEqual([]);
        } finally {
          await browser.close();
        }
      },
      60_000,
    );

    it("loses no roll and no game while gateways and platforms are replaced one after the other", async () => {
      const [host, guest] = await Promise.all([join(origin), join(origin)]);
      const losses = { count: 0 };
      for (const { client } of [host, guest]) {
        client.onState(({ name }) => void (name === "reconnecting" && (losses.count += 1)));
      }
      const progress = { isReplaced: false };
      const replacing = (async () => {
        for (const member of [...cluster.gateways, ...cluster.platforms]) {
          expect(await member.stop()).toBe(0);
          await member.restart();
          while (!(await member.ready()).ready) await Bun.sleep(50);
          // As long as a proxy may take to see that it is back.
          await Bun.sleep(2_500);
        }
        progress.isReplaced = true;
      })();
      let games = 0;
      for (; !progress.isReplaced; games += 1)
        await playOneGame(origin, host, guest, `behind ${kind} ${games}`);
      await replacing;
      // Each of the two was on one of the gateways, at least once.
      expect(losses.count).toBeGreaterThanOrEqual(2);
      expect(games).toBeGreaterThan(1);
      for (const { client } of [host, guest]) client.close();
    }, 120_000);
  });

  describe.skipIf(proxyProgram(kind) === null)(`one process behind ${kind}`, () => {
    let platform: Platform;
    let proxy: RunningProxy;
    let origin: string;

    beforeAll(async () => {
      const place = placeOfProxy();
      origin = `https://localhost:${place.port}`;
      platform = await startPlatform({ TRUSTED_PROXIES: "127.0.0.1" });
      const both = [portOf(platform), portOf(platform)] as const;
      proxy = await startProxy(kind, place, { gateways: both, platforms: both });
    });
    afterAll(async () => {
      await proxy.stop();
      await platform.cleanUp();
    });

    it("plays on another name and port than its own, with nothing set but who its proxy is", async () => {
      const [host, guest] = await Promise.all([join(origin), join(origin)]);
      await playOneGame(origin, host, guest, "one process");
      for (const { client } of [host, guest]) client.close();
      expect(await socketStatus(Number(new URL(origin).port), { Origin: "https://elsewhere.example" })).toBe(
        403,
      );
    }, 60_000);
  });
}
