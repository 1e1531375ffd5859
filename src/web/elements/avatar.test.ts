import { describe, expect, it } from "bun:test";
import { dawnOf } from "./avatar.ts";

describe("the picture made from a name", () => {
  it("is the same each time, and hardly ever that of another name", () => {
    const names = Array.from({ length: 500 }, (_, n) => `player${n}`);
    const pictures = names.map((name) => JSON.stringify(dawnOf(name)));
    expect(names.map((name) => JSON.stringify(dawnOf(name)))).toEqual(pictures);
    expect(new Set(pictures).size).toBeGreaterThan(450);
    expect(new Set(names.map((name) => dawnOf(name).colours[0])).size).toBe(16);
  });

  it("keeps its sun in the sky, whatever the name", () => {
    for (const name of ["", "a", "שלום", "😀".repeat(30), "x".repeat(1_000)]) {
      const { sun } = dawnOf(name);
      expect(sun.x - sun.radius).toBeGreaterThanOrEqual(0);
      expect(sun.x + sun.radius).toBeLessThanOrEqual(40);
      expect(sun.y - sun.radius).toBeGreaterThanOrEqual(0);
    }
  });
});
