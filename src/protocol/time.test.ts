import { expect, it } from "bun:test";
import { fromIsoTime, isoTime } from "./time.ts";

it("says every time as it is, in whichever order times come, and reads it back", () => {
  const times = [1_000, 61_000, 1_000, 61_000, 2_000, 1_000, 62_000, 2_000, 61_000, 0];
  for (const time of times) {
    const text = new Date(time).toISOString();
    expect(isoTime(time)).toBe(text);
    for (const other of times) expect(fromIsoTime(new Date(other).toISOString())).toBe(other);
  }
});
