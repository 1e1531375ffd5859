/** Links between the documents: the file is there, and so is the heading. What is on the network is not asked. */
import { dirname, join, normalize } from "node:path";
import { verdictOn, type Check } from "./check.ts";
import { repositoryFiles } from "./files.ts";
import { root } from "../repository.ts";

export interface Link {
  readonly line: number;
  readonly target: string;
}

/** The text without what stands in code: it links to nothing, and heads nothing. */
function prose(markdown: string): string {
  return markdown
    .replaceAll(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?^\1\2 *$/gm, (block) => block.replaceAll(/[^\n]/g, ""))
    .replaceAll(/(`+)(?!`)[^\n]*?[^`\n]\1(?!`)/g, (code) => " ".repeat(code.length));
}

/** Links and pictures, `[like](this)` and `[this]: like`. */
export function linksIn(markdown: string): Link[] {
  return prose(markdown)
    .split("\n")
    .flatMap((text, index) => {
      const found = [...text.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s+<?(\S+?)>?(?:\s|$)/g)];
      return found.map(([, inline, reference]) => ({ line: index + 1, target: inline ?? reference ?? "" }));
    });
}

/** The anchors of a document's headings, as GitHub makes them, and those that it names itself. */
export function anchorsIn(markdown: string): Set<string> {
  const anchors = new Set<string>();
  const withoutBlocks = markdown.replaceAll(/^( *)(```+|~~~+)[^\n]*\n[\s\S]*?^\1\2 *$/gm, "");
  for (const [, heading = ""] of withoutBlocks.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, "")
      .replaceAll(/\s/g, "-");
    let unique = anchor;
    for (let n = 1; anchors.has(unique); n += 1) unique = `${anchor}-${n}`;
    anchors.add(unique);
  }
  for (const [, id = ""] of markdown.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

/**
 * What is wrong with the links of some documents.
 *
 * @param documents by path from the root
 * @param isThere whether a file or folder is, by path from the root
 */
export function brokenLinks(
  documents: ReadonlyMap<string, string>,
  isThere: (path: string) => boolean,
): string[] {
  return [...documents].flatMap(([path, text]) =>
    linksIn(text).flatMap(({ line, target }) => {
      if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return [];
      const [place = "", anchor] = target.split("#");
      const to =
        place === "" ? path : normalize(join(dirname(path), decodeURIComponent(place))).replace(/\/$/, "");
      if (!isThere(to)) return [`${path}:${line}: ${target}: there is no ${to}`];
      const document = documents.get(to);
      if (anchor === undefined || document === undefined || anchorsIn(document).has(anchor)) return [];
      return [`${path}:${line}: ${target}: ${to} has no such heading`];
    }),
  );
}

export const links: Check = {
  name: "links",
  async run() {
    const files = await repositoryFiles();
    const places = new Set(files.flatMap((path) => [path, ...foldersOf(path)]));
    const paths = files.filter((path) => path.endsWith(".md"));
    const texts = await Promise.all(paths.map((path) => Bun.file(join(root, path)).text()));
    const documents = new Map(paths.map((path, index) => [path, texts[index] ?? ""]));
    const found = brokenLinks(documents, (path) => places.has(path));
    return verdictOn(found, `${paths.length} documents`);
  },
};

function foldersOf(path: string): string[] {
  const folder = dirname(path);
  return folder === "." ? ["."] : [folder, ...foldersOf(folder)];
}
