/** A disk, or a database, without room (F45): refused, said so, and nothing acknowledged that is not there. */
import { afterAll, beforeAll, expect, it } from "bun:test";
import { ask, openAsGuest, openWith, type RawFrame, type RawSocket } from "./raw-socket.ts";
import { guestSession, startPlatform, type Platform } from "../platform.ts";

let platform: Platform;
let cookie: string;
beforeAll(async () => {
  platform = await startPlatform({
    WS_GATEWAY_LIMIT_SCALE: "10000",
    DATABASE_LIMIT_MB: "0.25",
    LOG_LEVEL: "fatal",
  });
  cookie = await guestSession(platform.url);
});
afterAll(() => platform.cleanUp());

const isRefused = (frame: RawFrame) => frame["code"] === "UNAVAILABLE";

/** Sends such commands until one is refused for want of room; answers how many were taken. */
async function fill(socket: RawSocket, type: string, payload: (n: number) => object): Promise<number> {
  for (let n = 0; n < 5_000; n += 1) {
    const outcome = await ask(socket, type, payload(n));
    if (isRefused(outcome)) return n;
    if (outcome.type === "system.error") throw new Error(JSON.stringify(outcome));
  }
  throw new Error("It never became full.");
}

it("refuses what needs room, retryably, goes on with all else, and takes everything again when there is room", async () => {
  const socket = await openWith(platform, cookie);
  const other = await openAsGuest(platform);
  const content = "x".repeat(400);
  const said = await fill(socket, "chat.command.send_lobby_message", (n) => ({
    lobbyId: "main",
    content: `${n} ${content}`,
  }));
  expect(said).toBeGreaterThan(10);

  // The lobby's file is full; the rooms' is another.
  // Rooms that are opened and closed again stay there.
  let full: RawFrame | null = null;
  let rooms = 0;
  while (full === null) {
    const created = await ask(other, "games.command.create_room", {
      gameType: "bigger_dice",
      roomName: `room ${rooms}`,
    });
    if (isRefused(created)) {
      full = created;
      break;
    }
    rooms += 1;
    const left = await ask(other, "games.command.leave_room", { roomId: created["roomId"] });
    if (isRefused(left)) full = left;
  }
  expect(rooms).toBeGreaterThan(10);
  expect(full).toMatchObject({ retryable: true });

  for (const path of ["/health", "/games", "/games/bigger_dice", "/api/games/bigger_dice/rooms"])
    expect((await fetch(platform.url + path)).status).toBe(200);
  await platform.stop();
  await platform.restart({ DATABASE_LIMIT_MB: "100" });
  const again = await openWith(platform, cookie);
  const message = await ask(again, "chat.command.send_lobby_message", {
    lobbyId: "main",
    content: "room at last",
  });
  expect(message.type).toBe("chat.event.lobby_message");
  const history = (await (await fetch(`${platform.url}/api/lobbies/main/messages?limit=100`)).json()) as {
    items: { content: string }[];
  };
  // The last that was acknowledged, and then this one: none that was refused.
  expect(history.items.slice(-2).map((item) => item.content.split(" ")[0])).toEqual([
    String(said - 1),
    "room",
  ]);
  again.close();
  other.close();
}, 60_000);
