import { describe, expect, it } from "bun:test";
import { join } from "node:path";
import { closeCodes, mayReconnect } from "./close-codes.ts";
import { errorCodes, errorTable } from "./errors.ts";
import { reachesSockets } from "../../tools/docs/reach.ts";
import { declarations, staleDocuments } from "../../tools/generate-docs.ts";

const page = await Bun.file(join(import.meta.dir, "../../docs/protocol.md")).text();
const api: unknown = await Bun.file(join(import.meta.dir, "../../docs/asyncapi.json")).json();

/** The cells of the first table under a heading, without its head; code marks taken off. */
function rowsUnder(heading: string): string[][] {
  const [, section = ""] = page.split(`\n## ${heading}\n`);
  const lines = section.split("\n");
  const start = lines.findIndex((line) => line.startsWith("| ---"));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  return lines.slice(start + 1, end).map((line) =>
    line
      .slice(2, -2)
      .split(" | ")
      .map((cell) => cell.replaceAll("`", "")),
  );
}

describe("the documents (W4)", () => {
  it("are what the declarations say: else run `npm run docs`", async () => {
    expect(await staleDocuments()).toEqual([]);
  });

  it("have every error with its sentence, whether to retry and what to do, and no other", () => {
    const inCode = errorCodes.map((code) => {
      const { message, retryable, action = "–", status } = errorTable[code];
      return [code, message, retryable ? "yes" : "no", action, String(status)];
    });
    expect(rowsUnder("Errors")).toEqual(inCode);
  });

  it("have every close code with its reason and whether to connect again, and no other", () => {
    const inCode = Object.entries(closeCodes).map(([name, { code, reason }]) => [
      String(code),
      name,
      reason,
      mayReconnect(code) ? "yes" : "no",
    ]);
    expect(rowsUnder("Close codes")).toEqual(inCode);
  });

  it("have every message on the page, and those that reach a socket for machines", () => {
    const headings = [...page.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
    for (const declaration of declarations) {
      expect(headings).toContain(declaration.type);
      const path = ["components", "messages", declaration.type];
      if (reachesSockets(declaration)) expect(api).toHaveProperty(path);
      else expect(api).not.toHaveProperty(path);
    }
  });

  it("refer to nothing that is not there", () => {
    const text = JSON.stringify(api);
    for (const [, reference = ""] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      expect(api).toHaveProperty(reference.split("/"));
    }
    const anchors = new Set(
      [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
        heading
          .toLowerCase()
          .replaceAll(/[^a-z0-9 _-]/g, "")
          .replaceAll(" ", "-"),
      ),
    );
    for (const [, anchor = ""] of page.matchAll(/\]\(#([^)]+)\)/g)) expect(anchors).toContain(anchor);
  });
});

describe("an entry of the error table (W6)", () => {
  for (const code of errorCodes) {
    const { message, retryable, status, action } = errorTable[code];
    it(`${code} is a sentence that says what to do next`, () => {
      // "What is wrong: what to do."
      expect(message).toMatch(/^[A-Z].+[:,] .+\.$|^(Sign in|Only) .+\.$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      if (retryable) expect(action).toBe("retry");
    });
  }
});

describe("a close code (W4)", () => {
  it("says by its number whether to connect again", () => {
    for (const { code, reason } of Object.values(closeCodes)) {
      expect(code).toBeWithin(4000, 5000);
      expect(mayReconnect(code)).toBe(code < 4500);
      // What a close frame holds.
      expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
    }
    for (const code of [1000, 1001, 1006, 1012, 3000, 4000, 4499]) expect(mayReconnect(code)).toBeTrue();
    for (const code of [4500, 4999]) expect(mayReconnect(code)).toBeFalse();
    expect(new Set(Object.values(closeCodes).map(({ code }) => code)).size).toBe(
      Object.keys(closeCodes).length,
    );
  });
});
