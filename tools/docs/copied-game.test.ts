/** docs/adding-a-game.md says what to rename in a copy of Pig: done as it is said, a game of another name comes out. */
import { afterAll, beforeAll, describe, expect, it } from "bun:test";
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../program.ts";
import { installed, root } from "../repository.ts";

const page = readFileSync(join(root, "docs/adding-a-game.md"), "utf8");
const [, list = ""] = /<!-- renames -->([\s\S]*)<!-- \/renames -->/.exec(page) ?? [];
/** In the order of the page. */
const renames = [...list.matchAll(/^\| `(.+?)` +\|.*\| `(.+?)` +\|$/gm)].map(([, from = "", to = ""]) => ({
  from,
  to,
}));
const renamed = (text: string) => renames.reduce((sofar, { from, to }) => sofar.replaceAll(from, to), text);

const copy = mkdtempSync(join(tmpdir(), "blazing-sun-copied-game-"));
const folders = ["src/games/high-low", "src/web/games/high-low"];
const filesIn = (folder: string) => [...new Bun.Glob("**").scanSync(join(copy, folder))];

const run = (...command: readonly string[]) =>
  runProgram(command, { cwd: copy, output: "capture", timeLimitMs: 60_000 });

beforeAll(() => {
  for (const name of ["src", "tsconfig.json", "package.json"])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  for (const folder of folders) {
    cpSync(join(root, folder.replace("high-low", "pig")), join(copy, folder), { recursive: true });
    for (const name of filesIn(folder)) {
      const file = join(copy, folder, name);
      writeFileSync(file, renamed(readFileSync(file, "utf8")));
      renameSync(file, join(copy, folder) + renamed(`/${name}`));
    }
  }
  const catalogue = join(copy, "src/main/catalogue.ts");
  writeFileSync(
    catalogue,
    `${readFileSync(catalogue, "utf8")}export { highLow } from "../games/high-low/high-low.ts";\n`,
  );
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe("a copy of Pig, renamed as the page says", () => {
  it("is renamed in the order in which the page says it, and nothing is left of the old name", () => {
    expect(renames.length).toBeGreaterThan(5);
    for (const folder of folders) {
      const files = filesIn(folder);
      expect(files.length).toBeGreaterThan(5);
      const naming = files.filter((name) =>
        /pig/i.test(name + readFileSync(join(copy, folder, name), "utf8")),
      );
      expect(naming).toEqual([]);
    }
  });

  it("compiles", async () => {
    const config = { extends: "./tsconfig.json", include: [...folders, "src/main/catalogue.ts"] };
    writeFileSync(join(copy, "tsconfig.copy.json"), JSON.stringify(config));
    const end = await run(installed("tsc"), "--noEmit", "-p", "tsconfig.copy.json");
    expect([end.output, end.how]).toEqual(["", "exit code 0"]);
  }, 60_000);

  it("is a game of the platform, and passes the tests that came with it", async () => {
    const end = await run(process.execPath, "test", ...folders, "src/main/catalogue.test.ts");
    expect([end.how, end.output]).toEqual(["exit code 0", expect.stringContaining("high_low") as string]);
  }, 60_000);

  it("has its own name, and its page where the platform looks for it", async () => {
    const script = `import { highLow } from "./src/main/catalogue.ts";
      import { buildAssets } from "./src/web/index.ts";
      const assets = await buildAssets();
      const main = assets.serve(new Request("http://a.example/assets/games/high_low/main.js"));
      const isThere = (await main.text()).includes("high-low-game") && assets.has("images/games/high_low.svg");
      console.log(highLow.catalogue.name, isThere);`;
    const end = await run(process.execPath, "-e", script);
    expect([end.output.trim(), end.how]).toEqual(["High Low true", "exit code 0"]);
  }, 60_000);
});
