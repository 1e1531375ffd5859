/** The package plays: in Bun, in Node with and without a WebSocket of its own, and on a page of another site. */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { join } from "node:path";
import { installPackage, type InstalledPackage } from "./installed-package.ts";
import { openSite, type Site } from "./site.ts";
import { chromiumPath, launchChromium } from "../browser/chromium.ts";
import { startPlatform, type Platform } from "../platform.ts";
import { runProgram } from "../../tools/program.ts";
import { root } from "../../tools/repository.ts";

let site: Site;
let platform: Platform;
let installed: InstalledPackage;
let bot = "";

beforeAll(async () => {
  installed = await installPackage();
  bot = await Bun.file(join(root, "examples/bot.js")).text();
  await Bun.write(join(installed.folder, "bot.js"), bot);
  site = openSite(installed.path, () => platform.url);
  platform = await startPlatform({ ALLOWED_ORIGINS: site.url });
}, 120_000);
afterAll(async () => {
  await platform.cleanUp();
  await site.close();
  installed.cleanUp();
});

const timeLimitMs = 60_000;

function run(command: readonly string[]) {
  return runProgram([...command, platform.url], { cwd: installed.folder, output: "capture", timeLimitMs });
}

/** What the two say of a game that they played to its end: the same. */
async function playsAgainstItself(command: readonly string[]): Promise<void> {
  const ends = await Promise.all([run(command), run(command)]);
  for (const { how, output } of ends) {
    expect(output).toMatch(/^.+: .+ won, \{.*:10\b.*\}\n$/);
    expect(how).toBe("exit code 0");
  }
  const [one, other] = ends.map(({ output }) => output.slice(output.indexOf(": ")));
  expect(one).toBe(other ?? "");
}

const node = Bun.which("node");
const nodeVersion =
  node === null ? 0 : Number(/\d+/.exec(Bun.spawnSync([node, "--version"]).stdout.toString())?.[0]);
const inNode = (what: string) =>
  node === null ? `${what} (left out: there is no node on this machine)` : what;
/** 22 has a WebSocket, 20 has one that must be asked for. */
const withSocket = nodeVersion < 22 ? ["--experimental-websocket"] : [];
const withoutSocket = nodeVersion < 22 ? [] : ["--no-experimental-websocket"];

describe("examples/bot.js, with the package from its tarball", () => {
  it("plays a whole game in Bun", () => playsAgainstItself([process.execPath, "bot.js"]), timeLimitMs);

  it.skipIf(node === null)(
    inNode("plays a whole game in Node"),
    () => playsAgainstItself(["node", ...withSocket, "bot.js"]),
    timeLimitMs,
  );

  it.skipIf(node === null)(
    inNode("plays a whole game in Node without a WebSocket, on that of the package ws"),
    async () => {
      const onWs = bot.replace("createSocketClient({", "createSocketClient({ WebSocket,");
      await Bun.write(join(installed.folder, "bot-on-ws.js"), `import WebSocket from "ws";\n${onWs}`);
      await playsAgainstItself(["node", ...withoutSocket, "bot-on-ws.js"]);
    },
    timeLimitMs,
  );

  it.skipIf(node === null)(
    inNode("says what to do in Node without a WebSocket"),
    async () => {
      const { succeeded, output } = await run(["node", ...withoutSocket, "bot.js"]);
      expect(succeeded).toBe(false);
      expect(output).toContain("There is no WebSocket here: pass one in the option WebSocket");
    },
    timeLimitMs,
  );
});

describe("the package on a page", () => {
  it.skipIf(chromiumPath() === undefined)(
    "plays a whole game as a plain module, on a site of its own that brings the tokens",
    async () => {
      const browser = await launchChromium();
      try {
        const pages = await Promise.all([browser.newPage(), browser.newPage()]);
        const problems: string[] = [];
        for (const page of pages) page.on("pageerror", ({ message }) => problems.push(message));
        await Promise.all(pages.map((page) => page.goto(site.url)));
        await Promise.all(pages.map((page) => page.locator("#result").waitFor({ timeout: 30_000 })));
        const [one, other] = await Promise.all(pages.map((page) => page.locator("#result").textContent()));
        expect(one).toMatch(/won, \{.*:10\b.*\}$/);
        expect(one).toBe(other ?? "");
        expect(problems).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    timeLimitMs,
  );
});
