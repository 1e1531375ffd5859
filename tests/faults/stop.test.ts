import { afterEach, beforeEach, expect, it } from "bun:test";
import { startPlatform, type Platform } from "../platform.ts";
import { openAsGuest } from "../wire/raw-socket.ts";

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform();
});
afterEach(() => platform.cleanUp());

it("tells those who play to come back before it stops, and ends in order (H8)", async () => {
  const socket = await openAsGuest(platform);
  const told = socket.next(({ type }) => type === "system.reconnect");
  const exit = platform.stop();
  expect(await told).toMatchObject({ reason: "drain" });
  expect(await socket.closed).toBe(4000);
  expect(await exit).toBe(0);
}, 40_000);
