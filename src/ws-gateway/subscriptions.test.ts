import { describe, expect, it } from "bun:test";
import { heapStats } from "bun:jsc";
import { Connection, type DirectiveKind, type Socket } from "./connection.ts";
import { Allowances, defaultLimits } from "./limits.ts";
import { Subscriptions } from "./subscriptions.ts";
import {
  asConnectionId,
  asRoomId,
  asSessionId,
  asUserId,
  audiencesOfRole,
  type AudienceName,
  type RoomId,
} from "../protocol/index.ts";

/** Two sockets of nobody, whose topics do not matter here. */
function twoSockets(): readonly Connection[] {
  const topics = { subscribe: () => undefined, unsubscribe: () => undefined };
  const socket = topics as unknown as Socket; // of which the index uses nothing else
  const allowances = new Allowances<never>(defaultLimits);
  return [1, 2].map(
    () => new Connection(asConnectionId(crypto.randomUUID()), socket, allowances, { address: "::1" }, 0),
  );
}

function liveObjects(): number {
  Bun.gc(true);
  return heapStats().objectCount;
}

it("forgets an audience when the last of its sockets has left", () => {
  const subscriptions = new Subscriptions();
  const sockets = twoSockets();
  const audiences = Array.from({ length: 5_000 }, (_, n): AudienceName => `lobby:${n}`);
  const before = liveObjects();
  for (const socket of sockets) subscriptions.openAgain(socket, audiences);
  expect(liveObjects() - before).toBeGreaterThan(5_000);
  for (const socket of sockets) subscriptions.leaveAll(socket);
  expect(liveObjects() - before).toBeLessThan(1_000);
  expect(audiences.every((audience) => subscriptions.inAudience(audience).size === 0)).toBe(true);
});

describe("a socket that stays while its person goes from room to room", () => {
  const userId = asUserId("7");
  const session = {
    userId,
    username: "jane",
    roles: [],
    permissions: new Set<never>(),
    sid: asSessionId("s"),
    expiresAt: 0,
  };
  const newRooms = (length: number) => Array.from({ length }, () => asRoomId(crypto.randomUUID()));

  function live(): { subscriptions: Subscriptions; socket: Connection } {
    const subscriptions = new Subscriptions();
    const [socket] = twoSockets();
    if (socket === undefined) throw new Error("There are two.");
    subscriptions.register(socket, session);
    socket.state = { name: "authenticated", session, lastHeartbeatAt: 0, toldOfExpiry: false };
    return { subscriptions, socket };
  }

  function direct(subscriptions: Subscriptions, kind: DirectiveKind, roomId: RoomId, seq: number): void {
    for (const audience of audiencesOfRole(roomId, "player"))
      subscriptions.apply(kind, { userId, audience, seq });
  }

  it("holds no more of thousands of rooms that are over than of a hundred", () => {
    const { subscriptions, socket } = live();
    const playInAHundred = () => {
      const rooms = newRooms(100);
      for (const roomId of rooms) direct(subscriptions, "subscribe", roomId, 1);
      for (const roomId of rooms) direct(subscriptions, "unsubscribe", roomId, 30);
    };
    playInAHundred();
    const before = liveObjects();
    for (let n = 0; n < 50; n += 1) playInAHundred();
    expect(liveObjects() - before).toBeLessThan(1_000);
    expect([...socket.audiences]).toEqual([]);
  });

  it("is not brought back to any of the last hundred by an older directive, however many it is in", () => {
    const { subscriptions, socket } = live();
    const stays = newRooms(1_000);
    for (const roomId of stays) direct(subscriptions, "subscribe", roomId, 1);
    const over = newRooms(100);
    for (const roomId of over) direct(subscriptions, "subscribe", roomId, 1);
    for (const roomId of over) direct(subscriptions, "unsubscribe", roomId, 30);
    for (const roomId of over) direct(subscriptions, "subscribe", roomId, 29);
    expect([...socket.audiences]).toEqual(stays.flatMap((roomId) => [...audiencesOfRole(roomId, "player")]));
  });
});
