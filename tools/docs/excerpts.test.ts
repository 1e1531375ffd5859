/** What a document shows of a file is in that file: so docs/adding-a-game.md cannot rot. */
import { describe, expect, it } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../repository.ts";

const document = "docs/adding-a-game.md";
const text = readFileSync(join(root, document), "utf8");

/** Every excerpt: a block with a path behind its language, cut where a line says that something is left out. */
const excerpts = [...text.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)].map(([, path = "", code = ""]) => ({
  path,
  parts: code.split(/^ *\/\/ …$/m).map(withoutLayout),
}));

/** A document's lines are shorter than a file's, and broken elsewhere. */
function withoutLayout(code: string): string {
  return code.replace(/\s+/g, "").replace(/,(?=[)\]}])/g, "");
}

/** The parts that the file does not have, in this order. */
function missing(file: string, parts: readonly string[]): readonly string[] {
  const code = withoutLayout(file);
  let from = 0;
  return parts.filter((part) => {
    const at = code.indexOf(part, from);
    if (at === -1) return true;
    from = at + part.length;
    return false;
  });
}

describe(document, () => {
  it("has excerpts", () => {
    expect(excerpts.length).toBeGreaterThan(8);
  });

  for (const { path, parts } of excerpts) {
    it(`shows ${path} as it is`, () => {
      expect(missing(readFileSync(join(root, path), "utf8"), parts)).toEqual([]);
    });
  }

  it("links to files that are there", () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = ""]) => path);
    const gone = links.filter((path) => !existsSync(join(root, dirname(document), path)));
    expect(gone).toEqual([]);
  });

  it("names paths and commands that are there", () => {
    const named = [...text.matchAll(/`((?:src|tests|tools|docs)\/[\w./-]+)`/g)].map(([, path = ""]) => path);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it("would notice a changed line, and two that have changed places", () => {
    const file = "const one = 1;\nconst two = [2, 3];\n";
    expect(missing(file, ["constone=1;", "consttwo=[23];"].map(withoutLayout))).toEqual(["consttwo=[23];"]);
    expect(missing(file, ["consttwo=[2,3];", "constone=1;"])).toEqual(["constone=1;"]);
    expect(missing(file, [withoutLayout("const two = [\n  2,\n  3,\n];")])).toEqual([]);
  });
});
