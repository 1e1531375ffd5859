import { afterAll, beforeAll, it } from "bun:test";
import { join } from "node:path";
import { rotateUnderAGame } from "../key-rotation.ts";
import { startPlatform, type Platform } from "../platform.ts";

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.cleanUp());

it("changes the keys of one process under a game, and no socket ends", async () => {
  await rotateUnderAGame([platform.url, platform.url], join(platform.dataDir, "keys"));
}, 60_000);
