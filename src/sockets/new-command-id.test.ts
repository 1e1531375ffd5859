import { describe, expect, it } from "bun:test";
import { newCommandId } from "./new-command-id.ts";
import { isUuid } from "../protocol/ids.ts";

describe("a new command's id", () => {
  it("is a UUID of version 4, and another one each time, also where a page came over http", () => {
    const overHttp = { getRandomValues: crypto.getRandomValues.bind(crypto) };
    for (const source of [crypto, overHttp]) {
      const ids = Array.from({ length: 1_000 }, () => newCommandId(source));
      expect(new Set(ids).size).toBe(1_000);
      for (const id of ids) {
        expect(isUuid(id)).toBe(true);
        expect(id).toMatch(/^.{14}4.{4}[89ab]/);
      }
    }
  });
});
