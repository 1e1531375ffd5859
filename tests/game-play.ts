/** Whole games of Bigger Dice by the client library, and what their records must say. */
import { expect } from "bun:test";
import { connectClient, guestSession, type PlatformClient } from "./platform.ts";
import type { GameRecord } from "../src/games/face.ts";
import { asRoomId, asUserId, type RoomId, type RoomSnapshot, type UserId } from "../src/protocol/index.ts";
import { CommandRefused, type AnyEventFrame } from "../src/sockets/index.ts";

export interface Player {
  readonly userId: UserId;
  readonly client: PlatformClient;
  /** The turns of this game whose roll was acknowledged to this player. */
  acknowledged: number[];
}

/**
 * @param url of the platform, which may be a different one for each
 * @param socketUrl another way to its gateway
 */
export async function join(url: string, socketUrl?: string): Promise<Player> {
  return playAs(url, await guestSession(url), socketUrl);
}

/** As somebody who is known there already. */
export async function playAs(url: string, cookie: string, socketUrl?: string): Promise<Player> {
  const me = await fetch(`${url}/api/me`, { headers: { Cookie: cookie } });
  const { userId } = (await me.json()) as { userId: string };
  return { userId: asUserId(userId), client: connectClient(url, cookie, socketUrl), acknowledged: [] };
}

/** Plays to the end, checks the record at `url`, and leaves the room. */
export async function playOneGame(
  url: string,
  host: Player,
  guest: Player,
  roomName: string,
  onRoom: (roomId: RoomId) => void = () => {},
): Promise<void> {
  const roomId = await beginGame(host, guest, roomName, onRoom);
  await rollToTheEnd(roomId, host, guest);
  await check(url, roomId, host, guest);
  for (const { client } of [host, guest])
    await client.send("games.command.leave_room", { roomId }).catch(notInRoom);
}

/** Both are seated, and it is somebody's turn. */
export async function beginGame(
  host: Player,
  guest: Player,
  roomName: string,
  onRoom: (roomId: RoomId) => void = () => {},
): Promise<RoomId> {
  host.acknowledged = [];
  guest.acknowledged = [];
  const created = await host.client.send("games.command.create_room", { gameType: "bigger_dice", roomName });
  const roomId = asRoomId(String(created["roomId"]));
  onRoom(roomId);
  await guest.client.send("games.command.join_room", { roomId });
  return roomId;
}

export async function rollToTheEnd(roomId: RoomId, host: Player, guest: Player): Promise<void> {
  for (let room = await see(host, roomId); room.status === "playing"; room = await see(host, roomId)) {
    const { turn, currentTurn } = room.state as { turn: number; currentTurn: UserId };
    const player = currentTurn === host.userId ? host : guest;
    const outcome = await player.client.send("games.command.bigger_dice.roll", { roomId, turn });
    expect(outcome["ok"] ?? true).toBe(true);
    player.acknowledged.push(turn);
  }
}

/** The first to leave ends the rematch, not the room; nobody is refused. A repeated leave finds nothing to leave. */
function notInRoom(error: unknown): AnyEventFrame | null {
  if (error instanceof CommandRefused && error.code === "NOT_IN_ROOM") return null;
  throw error;
}

/** The room as this player is shown it. */
export async function see({ client }: Player, roomId: RoomId): Promise<RoomSnapshot> {
  const snapshot = await client.send("system.command.sync_state", {});
  const room = (snapshot["gameStates"] as Record<string, RoomSnapshot>)[roomId];
  if (room === undefined) throw new Error(`${roomId} is no room of this player: ${JSON.stringify(snapshot)}`);
  return room;
}

/** The record has each acknowledged roll once, and no other. */
async function check(url: string, roomId: RoomId, ...players: readonly Player[]): Promise<void> {
  const record = await readRecord(url, roomId);
  expect(record.result.reason).toBe("score");
  expect(record.rolls.map(({ turn }) => turn)).toEqual(record.rolls.map((_, index) => index));
  for (const { userId, acknowledged } of players) {
    const rolled = record.rolls.filter(({ playerId }) => playerId === userId).map(({ turn }) => turn);
    expect(rolled).toEqual(acknowledged);
  }
}

/** Asks until the platform is there: it may be starting just now. */
async function readRecord(url: string, roomId: RoomId): Promise<GameRecord> {
  for (;;) {
    const response = await fetch(`${url}/api/games/bigger_dice/rooms/${roomId}/record`).catch(() => null);
    if (response?.ok === true) return (await response.json()) as GameRecord;
    if (response !== null && response.status !== 503)
      throw new Error(`No record: ${response.status} ${await response.text()}`);
    await Bun.sleep(20);
  }
}

/** mulberry32: small, seeded, good enough to choose moments. */
export function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
