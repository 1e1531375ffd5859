import { describe, expect, it } from "bun:test";
import { asRoomId, asUserId } from "../../protocol/index.ts";
import { biggerDice, listing, player, room, startWeb } from "../web-fixture.ts";

const roomId = "11111111-1111-4111-8111-111111111111";
const recordPath = `/api/games/bigger_dice/rooms/${roomId}/record`;

describe("the games API", () => {
  it("lists the games", async () => {
    const answer = await startWeb().browser().get("/api/games");
    expect(await answer.json()).toMatchObject({ items: [biggerDice, { slug: "long_shot" }], next: null });
  });

  it("lists a game's rooms as the live list has them", async () => {
    const { games, browser } = startWeb();
    const waiting = room(roomId, "waiting", [player("901", "marisol")]);
    games.rooms.set(roomId, waiting);
    const answer = await browser().get("/api/games/bigger_dice/rooms");
    expect(await answer.json()).toEqual({ items: [listing(waiting)], next: null });
  });

  it("refuses games that there are not", async () => {
    for (const path of ["/api/games/nonsense/rooms", `/api/games/nonsense/rooms/${roomId}/record`]) {
      const answer = await startWeb().browser().get(path);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: "GAME_NOT_FOUND" });
    }
  });

  it("gives the record of a game that is over, as a file", async () => {
    const { games, browser } = startWeb();
    const record = {
      roomId: asRoomId(roomId),
      gameType: "bigger_dice",
      players: [{ id: asUserId("901"), name: "marisol" }],
      serverSeedHash: "aa",
      serverSeed: "bb",
      clientSeeds: {},
      rolls: [],
      result: { winner: null, reason: "abandoned" as const, finalScores: {}, forfeitedBy: null },
    };
    games.record = { kind: "record", record };
    const answer = await browser().get(recordPath);
    expect(answer.headers.get("Content-Type")).toBe("application/json");
    expect(answer.headers.get("Content-Disposition")).toBe(
      `attachment; filename="bigger_dice-${roomId}.json"`,
    );
    expect(await answer.json()).toEqual(record);
  });

  it("keeps the record back until the game is over", async () => {
    const { games, browser } = startWeb();
    games.record = { kind: "not_finished" };
    const answer = await browser().get(recordPath);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: "GAME_NOT_FINISHED" });
  });

  it("has no record of a room that never was", async () => {
    const { browser } = startWeb();
    for (const path of [recordPath, "/api/games/bigger_dice/rooms/nonsense/record"]) {
      expect((await browser().get(path)).status).toBe(404);
    }
  });

  it("has a problem document for addresses under /api that lead nowhere", async () => {
    const answer = await startWeb().browser().get("/api/nothing");
    expect([answer.status, answer.headers.get("Content-Type")]).toEqual([404, "application/problem+json"]);
  });
});
