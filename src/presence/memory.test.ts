import { describe, expect, it } from "bun:test";
import { asConnectionId, asRoomId, asUserId } from "../protocol/index.ts";
import { presenceContract } from "./contract.ts";
import { createMemoryPresence } from "./memory.ts";

function start() {
  let now = 1_750_000_000_000;
  const presence = createMemoryPresence({ now: () => now });
  return {
    presence,
    advance: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
  };
}

presenceContract("in memory", () => Promise.resolve(start()));

describe("presence in memory", () => {
  const userId = asUserId("7");
  const socket = { userId, connectionId: asConnectionId(crypto.randomUUID()), gatewayId: "g" };

  it("stamps later than before even when the clock goes back", async () => {
    const { presence, advance } = start();
    const before = await presence.add(socket);
    await advance(-60_000);
    expect((await presence.remove(socket)).stamp).toBe(before.stamp + 1);
  });

  it("forgets those who have been gone for an hour and are in no room", async () => {
    const { presence, advance } = start();
    await presence.add(socket);
    await presence.remove(socket);
    await advance(61 * 60_000);
    await presence.reap();
    expect(await presence.presenceOf([userId])).toEqual([{ userId, present: false, stamp: 0 }]);
  });

  it("does not forget somebody's room", async () => {
    const { presence, advance } = start();
    const roomId = asRoomId(crypto.randomUUID());
    const membership = { roomId, gameType: "bigger_dice", role: "player", seq: 1, since: 1 } as const;
    await presence.changeMemberships([{ kind: "set", userId, membership }]);
    await advance(61 * 60_000);
    await presence.reap();
    expect(await presence.membershipsOf(userId)).toEqual([membership]);
  });
});
