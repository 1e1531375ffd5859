import { describe, expect, it } from "bun:test";
import { nextPath } from "./next-path.ts";

describe("the way on after signing in", () => {
  for (const path of ["/games", "/games/bigger-dice/play/7?watch=1#board", "/chat/1"]) {
    it(`leads to ${path}`, () => {
      expect(nextPath(path)).toBe(path);
    });
  }

  const elsewhere = [
    undefined,
    "",
    "games",
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/games/..//evil.example",
    "/%2e//evil.example",
    "javascript:alert(1)",
  ];
  for (const path of elsewhere) {
    it(`leads to the games instead of ${JSON.stringify(path)}`, () => {
      expect(nextPath(path)).toBe("/games");
    });
  }

  it("carries no line break into a header", () => {
    expect(nextPath("/games\r\nSet-Cookie: a=b")).not.toMatch(/[\r\n]/);
  });
});
