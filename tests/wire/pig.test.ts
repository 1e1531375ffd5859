/** The second game by the client library: its own rules, and everything that the platform does for it. */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectClient, guestSession, startPlatform, type MessagesWith, type Platform } from "../platform.ts";
import { checkDice } from "../../src/main/check-dice.ts";
import type { pigMessages } from "../../src/games/pig/messages.ts";
import { asRoomId, asUserId, type RoomId, type RoomSnapshot, type UserId } from "../../src/protocol/index.ts";
import { CommandRefused, type AnyEventFrame, type SocketClient } from "../../src/sockets/index.ts";

interface Player {
  readonly userId: UserId;
  readonly client: SocketClient<MessagesWith<typeof pigMessages>>;
}

interface PigView {
  readonly turn: number;
  readonly currentTurn: UserId | null;
  readonly turnTotal: number;
  readonly scores: Readonly<Record<UserId, number>>;
}

describe("Pig by the client library", () => {
  let platform: Platform;
  const players: Player[] = [];

  beforeAll(async () => {
    platform = await startPlatform({ WS_GATEWAY_LIMIT_SCALE: "100" });
  });
  afterAll(async () => {
    for (const { client } of players) client.close();
    await platform.cleanUp();
  });

  async function person(at = platform): Promise<Player> {
    const cookie = await guestSession(at.url);
    const me = await fetch(`${at.url}/api/me`, { headers: { Cookie: cookie } });
    const { userId } = (await me.json()) as { userId: string };
    const player = { userId: asUserId(userId), client: connectClient<typeof pigMessages>(at.url, cookie) };
    players.push(player);
    return player;
  }

  async function begin(host: Player, guest: Player, roomName: string): Promise<RoomId> {
    const created = await host.client.send("games.command.create_room", { gameType: "pig", roomName });
    const roomId = asRoomId(String(created["roomId"]));
    await guest.client.send("games.command.join_room", { roomId });
    return roomId;
  }

  async function see({ client }: Player, roomId: RoomId): Promise<RoomSnapshot & { state: PigView }> {
    const { gameStates } = await client.send("system.command.sync_state", {});
    const room = (gameStates as Record<string, RoomSnapshot>)[roomId];
    if (room === undefined) throw new Error(`${roomId} is no room of this player.`);
    return room as RoomSnapshot & { state: PigView }; // a room of Pig that has begun
  }

  const refusalOf = (outcome: Promise<unknown>): Promise<string> =>
    outcome.then(
      () => "taken",
      (error: unknown) => (error instanceof CommandRefused ? error.code : String(error)),
    );

  /** Each holds `dare` points, and wins as soon as she can. */
  async function playOut(roomId: RoomId, pair: readonly [Player, Player], dare: number): Promise<void> {
    for (
      let room = await see(pair[0], roomId);
      room.status === "playing";
      room = await see(pair[0], roomId)
    ) {
      const { turn, currentTurn, turnTotal, scores } = room.state;
      const player = pair.find(({ userId }) => userId === currentTurn);
      if (player === undefined) throw new Error("It is nobody's turn.");
      const holds = turnTotal >= dare || (scores[player.userId] ?? 0) + turnTotal >= 100;
      await player.client.send(`games.command.pig.${holds ? "hold" : "roll"}`, { roomId, turn });
    }
  }

  it("is played to 100, twice, with a spectator who sees every move and dice that anyone can check", async () => {
    const [host, guest, fan] = [await person(), await person(), await person()];
    const roomId = await begin(host, guest, "Wire pigs");
    const seen: AnyEventFrame[] = [];
    for (const type of [
      "games.event.pig.rolled",
      "games.event.pig.held",
      "games.event.pig.game_over",
    ] as const)
      fan.client.on(type, (event) => void seen.push(event as unknown as AnyEventFrame));
    const fanSeesTheEnd = new Promise((resolve) => fan.client.on("games.event.pig.game_over", resolve));
    await fan.client.send("games.command.spectate", { roomId });
    await playOut(roomId, [host, guest], 20);
    await fanSeesTheEnd;

    const { result, state, seq } = await see(host, roomId);
    expect(result?.reason).toBe("score");
    const winner = result?.winner ?? "";
    expect(state.scores[asUserId(winner)]).toBeGreaterThanOrEqual(100);
    const record = await (await fetch(`${platform.url}/api/games/pig/rooms/${roomId}/record`)).json();
    // Contiguous to the end: what happened, each once, in order (W3).
    const numbers = seen.map((event) => Number(event["seq"]));
    expect(numbers).toEqual(numbers.map((_, index) => seq - numbers.length + 1 + index));
    const rolls = seen.filter(({ type }) => type === "games.event.pig.rolled");
    expect(record).toMatchObject({
      gameType: "pig",
      rolls: rolls.map(({ playerId, roll }, turn) => ({ turn, playerId, roll })),
      result: { winner, reason: "score" },
    });
    const folder = await mkdtemp(join(tmpdir(), "pig-record-"));
    const file = join(folder, "record.json");
    await Bun.write(file, JSON.stringify(record));
    const said: string[] = [];
    expect(await checkDice([file], (line) => said.push(line))).toBe(0);
    expect(said.join("\n")).toContain(`All is well: ${rolls.length} rolls`);
    await rm(folder, { recursive: true });

    await host.client.send("games.command.rematch", { roomId });
    const started = await guest.client.send("games.command.rematch", { roomId });
    expect(started.type).toStartWith("games.event.rematch_");
    const rooms = (await host.client.send("system.command.sync_state", {}))["gameStates"];
    const next = Object.values(rooms as Record<string, RoomSnapshot>).find(
      ({ status }) => status === "playing",
    );
    if (next === undefined) throw new Error("The rematch is on.");
    expect((next.state as unknown as PigView).currentTurn).toBe(guest.userId);
    await playOut(next.roomId, [guest, host], 25);
    expect((await see(host, next.roomId)).result?.reason).toBe("score");
  }, 60_000);

  it("takes a repeated click for nothing, a hold without a roll for no move, and nobody out of turn", async () => {
    const [host, guest] = [await person(), await person()];
    const roomId = await begin(host, guest, "Once only");
    const roll = (player: Player, turn?: number) =>
      player.client.send("games.command.pig.roll", { roomId, ...(turn === undefined ? {} : { turn }) });
    const hold = (player: Player, turn: number) =>
      player.client.send("games.command.pig.hold", { roomId, turn });
    expect(await refusalOf(hold(host, 0))).toBe("ILLEGAL_MOVE");
    expect(await refusalOf(roll(guest, 0))).toBe("NOT_YOUR_TURN");
    const outcomes = await Promise.all([roll(host, 0), roll(host, 0), roll(host, 0)].map(refusalOf));
    expect(outcomes.toSorted()).toEqual(["TURN_OVER", "TURN_OVER", "taken"]);
    expect((await see(host, roomId)).state.turn).toBe(1);
    expect(await refusalOf(hold(host, 0))).toBe("TURN_OVER");
    await guest.client.send("games.command.leave_room", { roomId });
    expect((await see(host, roomId)).result).toMatchObject({ winner: host.userId, reason: "left" });
  }, 30_000);

  it("has a clock: it keeps what is there, and the third time in a row it ends the game", async () => {
    const hurried = await startPlatform({ WS_GATEWAY_LIMIT_SCALE: "100", TURN_CLOCK_MS: "1000" });
    try {
      const [host, guest] = [await person(hurried), await person(hurried)];
      const moves: AnyEventFrame[] = [];
      for (const type of ["games.event.pig.rolled", "games.event.pig.held"] as const)
        guest.client.on(type, (event) => void moves.push(event as unknown as AnyEventFrame));
      const over = new Promise<AnyEventFrame>((resolve) => {
        guest.client.on("games.event.pig.game_over", (event) => resolve(event as unknown as AnyEventFrame));
      });
      const roomId = await begin(host, guest, "Hurry up");
      // The guest plays at once; the host does nothing at all.
      guest.client.on("games.event.pig.rolled", ({ nextTurn, playerId, turn }) => {
        if (nextTurn !== guest.userId) return;
        const move = playerId === guest.userId ? "games.command.pig.hold" : "games.command.pig.roll";
        guest.client.send(move, { roomId, turn: turn + 1 }).catch(() => undefined);
      });
      guest.client.on("games.event.pig.held", ({ nextTurn, turn }) => {
        if (nextTurn !== guest.userId) return;
        guest.client.send("games.command.pig.roll", { roomId, turn: turn + 1 }).catch(() => undefined);
      });
      expect(await over).toMatchObject({ reason: "idle", winner: guest.userId, forfeitedBy: host.userId });
      const hosts = moves.filter(({ playerId }) => playerId === host.userId);
      expect(hosts.every(({ auto }) => auto === true)).toBe(true);
      expect(hosts.filter(({ type }) => type === "games.event.pig.rolled").length).toBe(2);
    } finally {
      await hurried.cleanUp();
    }
  }, 30_000);
});
