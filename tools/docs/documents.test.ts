/** The documents name what is there: folders of tests, commands, variables. */
import { describe, expect, it } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { settingsTable, withSettingsTable } from "./settings-table.ts";
import { settings } from "../../src/main/settings.ts";
import { root } from "../repository.ts";
import packageFile from "../../package.json" with { type: "json" };

const read = (path: string) => readFileSync(join(root, path), "utf8");

it("docs/testing.md says what each folder of tests proves", () => {
  const page = read("docs/testing.md");
  const folders = readdirSync(join(root, "tests"), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const { name } of folders) expect(page).toContain(`| [tests/${name}](../tests/${name}) `);
  const named = [...page.matchAll(/\[tests\/(\w+)\]/g)].map(([, name = ""]) => name);
  expect(named.sort()).toEqual(folders.map(({ name }) => name).sort());
});

describe("docs/deployment.md", () => {
  it("has a row for each variable, with what holds without it", () => {
    for (const { name } of Object.values(settings)) expect(settingsTable()).toContain(`| \`${name}\` `);
    expect(settingsTable()).toMatch(/`TURN_CLOCK_MS` .* `60000` +\| _start_, _blazing-sun_/);
    expect(settingsTable()).toMatch(/`REDIS_URL` .* – +\| ws-gateway, blazing-sun/);
  });

  it("keeps what is around the table", () => {
    const page = read("docs/deployment.md");
    const [before] = page.split("<!-- settings");
    expect(withSettingsTable(page).startsWith(before ?? "-")).toBe(true);
    expect(() => withSettingsTable("no marks")).toThrow("docs/deployment.md needs");
  });

  it("names files of deploy/ and all of them", () => {
    const page = read("docs/deployment.md");
    for (const file of readdirSync(join(root, "deploy"))) expect(page).toContain(`deploy/${file}`);
  });
});

it("every `npm run` of the documents is a command of this repository", () => {
  const pages = [
    "README.md",
    ...readdirSync(join(root, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];
  const scripts = Object.keys(packageFile.scripts);
  for (const page of pages) {
    for (const [, script = ""] of read(page).matchAll(/npm run (?:-s |--silent )?([\w-]+)/g)) {
      expect([page, script, scripts.includes(script)]).toEqual([page, script, true]);
    }
  }
});
