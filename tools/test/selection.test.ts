import { expect, it } from "bun:test";
import { filesOf, groups } from "./groups.ts";
import { filtersNames, isSelected, parseSelection } from "./selection.ts";

it("takes the words before the first option as parts of paths, and the rest as bun's", () => {
  const selection = parseSelection(["chat", "./src/games", "-t", "says why"]);
  expect(selection).toEqual({ patterns: ["chat", "./src/games"], bunOptions: ["-t", "says why"] });
  expect(filtersNames(selection)).toBe(true);
  expect(isSelected("src/chat/lobby.test.ts", selection)).toBe(true);
  expect(isSelected("src/games/rooms.test.ts", selection)).toBe(true);
  expect(isSelected("src/web/pages.test.ts", selection)).toBe(false);
});

it("takes every file where nothing is asked for", () => {
  expect(isSelected("src/web/pages.test.ts", parseSelection([]))).toBe(true);
});

it("puts every file in exactly one group", () => {
  const files = ["src/a.test.ts", "tests/browser/b.test.ts", "tests/faults/c.test.ts", "tests/d.test.ts"];
  const shares = groups.map((group) => [group.name, filesOf(group, files)]);
  expect(Object.fromEntries(shares)).toEqual({
    unit: ["src/a.test.ts", "tests/d.test.ts"],
    browser: ["tests/browser/b.test.ts"],
    faults: ["tests/faults/c.test.ts"],
    cluster: [],
  });
});
