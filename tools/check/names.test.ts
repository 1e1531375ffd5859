import { expect, it } from "bun:test";
import { isVague } from "./names.ts";

it.each([
  "src/utils.ts",
  "src/chat/helpers/text.ts",
  "src/games/room-manager.ts",
  "src/common/a.ts",
  "src/misc.css",
])("finds %s vague", (path) => {
  expect(isVague(path)).toBe(true);
});

it.each(["src/chat/commonwealth.ts", "src/games/rooms/decide.ts", "src/web/miscellany-page.ts"])(
  "lets %s be",
  (path) => {
    expect(isVague(path)).toBe(false);
  },
);
