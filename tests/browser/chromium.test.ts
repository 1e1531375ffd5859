import { describe, expect, it } from "bun:test";
import { chromiumPath, closePages, launchChromium } from "./chromium.ts";

/** Processes that this one has started, by their own ids. */
async function children(): Promise<ReadonlySet<number>> {
  const { stdout } = Bun.spawn(["pgrep", "-P", String(process.pid)], { stdout: "pipe" });
  return new Set((await new Response(stdout).text()).split("\n").filter(Boolean).map(Number));
}

describe.skipIf(chromiumPath() === undefined)("a Chromium that does not answer any more", () => {
  it("gives its place to another one", async () => {
    const before = await children();
    const stuck = await launchChromium();
    const [pid] = [...(await children())].filter((each) => !before.has(each));
    if (pid === undefined) throw new Error("It runs in a process of its own.");
    try {
      await (await stuck.newContext()).newPage();
      process.kill(pid, "SIGSTOP");
      const other = await closePages(stuck);
      expect(other).not.toBe(stuck);
      const page = await (await other.newContext()).newPage();
      await page.setContent("<h1>Here</h1>");
      expect(await page.locator("h1").textContent()).toBe("Here");
      expect(await closePages(other)).toBe(other);
      await other.close();
    } finally {
      process.kill(pid, "SIGKILL");
    }
  }, 60_000);
});
