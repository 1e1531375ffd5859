import { describe, expect, it } from "bun:test";
import { listing, player, room } from "../web-fixture.ts";
import { ago } from "./ago.ts";
import { inOrder } from "./room-row.ts";

describe("the order of a lobby's rooms", () => {
  it("has the longest wait on top, then the newest games, then the last five that are over", () => {
    const ids = Array.from({ length: 10 }, (_, index) => `00000000-0000-4000-8000-00000000000${index}`);
    const statuses = ["finished", "playing", "waiting", "waiting", "playing"] as const;
    const rooms = ids.map((id, index) => ({
      ...listing(room(id, statuses[index] ?? "finished", [player("1", "ada")])),
      createdAt: `2026-01-08T12:0${index}:00.000Z`,
    }));
    expect(inOrder(rooms).map(({ roomId }) => Number(roomId.at(-1)))).toEqual([2, 3, 4, 1, 9, 8, 7, 6, 5]);
  });
});

describe("how long ago", () => {
  const at = Date.parse("2026-01-08T12:00:00.000Z");
  it.each([
    [0, "just now"],
    [-60_000, "just now"],
    [61_000, "1 minute ago"],
    [59 * 60_000, "59 minutes ago"],
    [2 * 3_600_000, "2 hours ago"],
    [49 * 3_600_000, "2 days ago"],
  ])("is said in steps that matter: %d ms", (passed, words) => {
    expect(ago("2026-01-08T12:00:00.000Z", at + passed)).toBe(words);
  });
});
