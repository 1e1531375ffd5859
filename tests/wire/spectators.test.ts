/** Who watches what, and how many there are: by the client library, against the platform as it runs (F22, F23). */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { beginGame, join, rollToTheEnd, type Player } from "../game-play.ts";
import { connectClient, guestSession, startPlatform, type Platform } from "../platform.ts";
import { asRoomId, type RoomId } from "../../src/protocol/index.ts";
import { CommandRefused, type AnyEventFrame } from "../../src/sockets/index.ts";

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ WS_GATEWAY_LIMIT_SCALE: "100" });
});
afterAll(() => platform.cleanUp());

const enter = () => join(platform.url);

/** The code with which the platform refuses; null where it does not. */
async function refusalOf(answer: Promise<AnyEventFrame>): Promise<string | null> {
  try {
    await answer;
    return null;
  } catch (error) {
    if (error instanceof CommandRefused) return error.code;
    throw error;
  }
}

/** The ids of the rooms in which a client heard of a game, in order. */
function hears({ client }: Player): string[] {
  const rooms: string[] = [];
  client.on("games.event.bigger_dice.rolled", ({ roomId }) => rooms.push(roomId));
  client.on("games.event.game_started", ({ roomId }) => rooms.push(roomId));
  return rooms;
}

/** The last count that a client was told for a room. */
function countFor({ client }: Player, watched: RoomId): { last: number; readonly all: number[] } {
  const told = { last: 0, all: [] as number[] };
  const note = ({ roomId, spectatorCount }: { roomId: string; spectatorCount: number }) => {
    if (roomId !== watched) return;
    told.last = spectatorCount;
    told.all.push(spectatorCount);
  };
  client.on("games.event.spectator_joined", note);
  client.on("games.event.spectator_left", note);
  return told;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(5);
}

const leave = (...players: readonly Player[]) => players.forEach(({ client }) => client.close());

describe("somebody who watched one game and plays another", () => {
  it("hears of hers alone, is refused in the other, and is not taken along to its rematch", async () => {
    const [ann, bob, eve, dan] = await Promise.all([enter(), enter(), enter(), enter()]);
    const first = await beginGame(ann, bob, "the first");
    await eve.client.send("games.command.spectate", { roomId: first });
    await eve.client.send("games.command.stop_spectating", { roomId: first });
    const heard = hears(eve);
    const own = await beginGame(dan, eve, "her own");
    await rollToTheEnd(first, ann, bob);
    const started = new Promise<string>((resolve) => {
      ann.client.on("games.event.game_started", ({ roomId }) => resolve(roomId));
    });
    for (const { client } of [ann, bob]) await client.send("games.command.rematch", { roomId: first });
    const rematch = asRoomId(await started);
    for (const roomId of [first, rematch]) {
      const talk = { roomId, content: "hello" };
      const { client } = eve;
      const roll = client.send("games.command.bigger_dice.roll", { roomId, turn: 0 });
      expect(await refusalOf(roll)).toBe("NOT_A_PLAYER");
      expect(await refusalOf(client.send("games.command.player_chat", talk))).toBe("NOT_A_PLAYER");
      expect(await refusalOf(client.send("games.command.spectator_chat", talk))).toBe("NOT_A_SPECTATOR");
    }
    await rollToTheEnd(own, dan, eve);
    expect(new Set(heard)).toEqual(new Set([own]));
    leave(ann, bob, eve, dan);
  }, 30_000);

  it("keeps her seat when she opens her own game to watch it", async () => {
    const [ann, bob] = await Promise.all([enter(), enter()]);
    const roomId = await beginGame(ann, bob, "mine");
    expect(await refusalOf(bob.client.send("games.command.spectate", { roomId }))).toBe("ALREADY_IN_ROOM");
    const talk = { roomId, content: "psst" };
    expect(await refusalOf(bob.client.send("games.command.spectator_chat", talk))).toBe("NOT_A_SPECTATOR");
    await rollToTheEnd(roomId, ann, bob);
    leave(ann, bob);
  }, 30_000);
});

describe("the number of those who watch", () => {
  it("is of people, whatever they press, load again and open beside it", async () => {
    const [ann, bob] = await Promise.all([enter(), enter()]);
    const roomId = await beginGame(ann, bob, "the watched");
    const atAnn = countFor(ann, roomId);
    const cookie = await guestSession(platform.url);
    const tab = () => connectClient(platform.url, cookie);

    const first = tab();
    await Promise.all(Array.from({ length: 5 }, () => first.send("games.command.spectate", { roomId })));
    await until(() => atAnn.last === 1);
    for (let n = 0; n < 20; n += 1) {
      const reloaded = tab();
      await reloaded.send("games.command.spectate", { roomId });
      reloaded.close();
    }
    const others = [tab(), tab()];
    for (const other of others) await other.send("games.command.spectate", { roomId });
    const second = await enter();
    await second.client.send("games.command.spectate", { roomId });
    await until(() => atAnn.last === 2);
    expect(Math.max(...atAnn.all)).toBe(2);

    await Promise.all(
      Array.from({ length: 3 }, () => first.send("games.command.stop_spectating", { roomId })),
    );
    await until(() => atAnn.last === 1);
    const neverWatched = await enter();
    await neverWatched.client.send("games.command.stop_spectating", { roomId });
    const nowhere = { roomId: asRoomId(crypto.randomUUID()) };
    expect(await refusalOf(second.client.send("games.command.stop_spectating", nowhere))).toBe(
      "ROOM_NOT_FOUND",
    );
    await second.client.send("games.command.stop_spectating", { roomId });
    await until(() => atAnn.last === 0);
    expect(Math.min(...atAnn.all)).toBe(0);
    const lobby = await ann.client.send("games.command.open_lobby", { gameType: "bigger_dice" });
    const rooms = lobby["rooms"] as { roomId: string; spectatorCount: number }[];
    expect(rooms.find((room) => room.roomId === roomId)?.spectatorCount ?? 0).toBe(0);
    for (const client of [first, ...others]) client.close();
    leave(ann, bob, second, neverWatched);
  }, 30_000);

  it("is right again after the platform was killed, when those who watched are back", async () => {
    const [ann, bob, eve] = await Promise.all([enter(), enter(), enter()]);
    const roomId = await beginGame(ann, bob, "the interrupted");
    await eve.client.send("games.command.spectate", { roomId });
    await platform.kill();
    await platform.restart();
    // As her page does, when it cannot go on where it was.
    await eve.client.send("games.command.spectate", { roomId });
    const synced = await ann.client.send("system.command.sync_state", {});
    const states = synced["gameStates"] as Record<string, { spectatorCount: number }>;
    expect(states[roomId]?.spectatorCount).toBe(1);
    const heard = hears(eve);
    await rollToTheEnd(roomId, ann, bob);
    await until(() => heard.length >= ann.acknowledged.length + bob.acknowledged.length);
    leave(ann, bob, eve);
  }, 30_000);
});
