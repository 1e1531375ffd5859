import { describe, expect, it } from "bun:test";
import { join } from "node:path";

/** Builds as the pages' build does. */
async function bundle(entry: string): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(import.meta.dir, entry)],
    target: "browser",
    minify: true,
  });
  return (await outputs[0]?.text()) ?? "";
}

describe("the library in a browser", () => {
  it("is small, and brings no schemas and nothing of Bun's along", async () => {
    const code = await bundle("index.ts");
    expect(code).toContain("system.authenticate");
    expect(Buffer.byteLength(Bun.gzipSync(code))).toBeLessThan(12 * 1024);
    expect(code).not.toContain("patternProperties");
    expect(code).not.toContain("typebox");
    expect(code).not.toMatch(/\bBun\.|\bprocess\.|node:/);
  });

  it("has a heartbeat worker that needs nothing else", async () => {
    expect((await bundle("heartbeat-worker.ts")).length).toBeLessThan(300);
  });
});
