/** The promise: a game is its folder, its component and one line in the catalogue. */
import { describe, expect, it } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { games } from "./games.ts";
import { describeGame } from "../games/contract.ts";

const source = join(import.meta.dir, "..");

for (const game of games) describeGame(game);

describe("the catalogue", () => {
  it("has for each game its messages and its page where the platform looks for them", () => {
    for (const { slug } of games) {
      const folder = slug.replaceAll("_", "-");
      for (const path of [`games/${folder}/messages.ts`, `web/games/${folder}/main.ts`])
        expect([path, existsSync(join(source, path))]).toEqual([path, true]);
    }
  });

  it("is the only place that names Pig, beside Pig's own folders", () => {
    const own = /^(games\/pig|web\/games\/pig)\//;
    const paths = [...new Bun.Glob("**/*.{ts,css,svg}").scanSync(source)].filter((path) => !own.test(path));
    const naming = paths.filter((path) => /\bpig/i.test(readFileSync(join(source, path), "utf8")));
    expect(naming.toSorted()).toEqual(["main/catalogue.test.ts", "main/catalogue.ts"]);
    const line = readFileSync(join(source, "main/catalogue.ts"), "utf8")
      .split("\n")
      .filter((text) => /\bpig/i.test(text));
    expect(line).toEqual(['export { pig } from "../games/pig/pig.ts";']);
  });

  it("shows the games in the order of their names", () => {
    const slugs = games.map(({ slug }) => slug);
    expect(slugs).toEqual(slugs.toSorted());
  });
});
