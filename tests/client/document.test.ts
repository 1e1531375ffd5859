/** docs/client.md says what the package is. */
import { describe, expect, it } from "bun:test";
import { join } from "node:path";
import { root } from "../../tools/repository.ts";
import * as library from "../../src/sockets/index.ts";

const document = await Bun.file(join(root, "docs/client.md")).text();

describe("docs/client.md", () => {
  it("has the bot that the tests run, word for word", async () => {
    const bot = await Bun.file(join(root, "examples/bot.js")).text();
    expect(document).toContain(`\`\`\`js\n${bot}\`\`\`\n`);
  });

  it("has a bot of thirty lines, besides empty ones and comments", async () => {
    const bot = await Bun.file(join(root, "examples/bot.js")).text();
    const lines = bot.split("\n").filter((line) => !/^\s*(\/\/.*|\/\*\*.*)?$/.test(line));
    expect(lines.length).toBeLessThanOrEqual(30);
  });

  it("names everything that the package exports", () => {
    for (const name of Object.keys(library)) expect(document).toContain(name);
  });
});
