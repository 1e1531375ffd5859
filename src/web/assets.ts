/**
 * Scripts, styles and pictures: bundled at the start, kept in memory, served compressed. A name carries the hash
 * of what is in it, so browsers keep it for ever (F44); what needs a stable address is asked for again each time.
 */
import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { basename, dirname, extname, join, relative } from "node:path";

export interface Assets {
  /** The hashed address of `site.js`, `styles.css`, `images/logo.svg` and so on. Throws for unknown names. */
  url(name: string): string;
  has(name: string): boolean;
  /** The answer to a GET under /assets/; null where nothing is. */
  serve(request: Request): Response | null;
}

interface Asset {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer> | null;
  readonly type: string;
  readonly etag: string;
  readonly immutable: boolean;
}

const webFolder = import.meta.dir;
const prefix = "/assets/";

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
};

/** In this order: words, elements, page, parts. */
const styleSheets = [
  "tokens.css",
  "base.css",
  "page.css",
  "sky.css",
  "parts.css",
  "people.css",
  "chat.css",
  "games.css",
  "doors.css",
];
/** Scripts that share code: one copy of it, and one socket client, for all of them on a page. */
const moduleEntries = ["site.ts", "games.ts", "lobby.ts", "people.ts", "play.ts"];
/** Scripts that stand alone: one runs before the page is drawn, the other is a worker. */
const aloneEntries = {
  "theme.js": "theme.ts",
  "sockets/heartbeat-worker.js": "../sockets/heartbeat-worker.ts",
};

export async function buildAssets(): Promise<Assets> {
  const byPath = new Map<string, Asset>();
  const hashedByName = new Map<string, string>();

  function add(path: string, body: Uint8Array<ArrayBuffer>, immutable: boolean): void {
    byPath.set(prefix + path, toAsset(path, body, immutable));
  }

  function addHashed(name: string, body: Uint8Array<ArrayBuffer>): void {
    const extension = extname(name);
    const path = `${name.slice(0, -extension.length)}.${hashOf(body).slice(0, 12)}${extension}`;
    add(path, body, true);
    hashedByName.set(name, prefix + path);
  }

  const [modules, alone, styles, ...images] = await Promise.all([
    bundleModules(),
    bundleAlone(),
    readStyles(),
    readImages(),
    readPictures(),
  ]);
  for (const { path, name, stableName, body } of modules) {
    add(path, body, true);
    if (name !== null) hashedByName.set(name, prefix + path);
    // The stable address stands beside the hashed one, so that relative imports mean the same from both.
    if (stableName !== null) add(stableName, body, false);
  }
  for (const { name, body } of alone) {
    addHashed(name, body);
    add(name, body, false);
  }
  addHashed("styles.css", styles);
  for (const { name, body } of images.flat()) addHashed(name, body);

  return {
    url(name) {
      const url = hashedByName.get(name);
      if (url === undefined) throw new Error(`There is no asset called ${name}.`);
      return url;
    },
    has: (name) => hashedByName.has(name),
    serve(request) {
      const asset = byPath.get(decodePath(new URL(request.url).pathname));
      return asset === undefined ? null : answer(asset, request);
    },
  };
}

interface BundledModule {
  readonly path: string;
  /** How pages ask for it; null for shared chunks. */
  readonly name: string | null;
  readonly stableName: string | null;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** `src/web/games/bigger-dice/main.ts` becomes `/assets/games/bigger_dice/main.js`: the folder of the game's slug. */
async function bundleModules(): Promise<readonly BundledModule[]> {
  const gameEntries = [...new Bun.Glob("games/*/main.ts").scanSync(webFolder)];
  const built = await bundle([...moduleEntries, ...gameEntries], {
    splitting: true,
    naming: { entry: "[dir]/[name].[hash].[ext]", chunk: "shared/[name].[hash].[ext]" },
  });
  return Promise.all(
    built.map(async (output) => {
      const path = output.path.replace(/^\.\//, "");
      const unhashed = path.replace(/\.[^./]+(?=\.js$)/, "");
      const isEntry = output.kind === "entry-point";
      const isGame = isEntry && unhashed.startsWith("games/");
      const slugged = (text: string) =>
        isGame ? dirname(text).replaceAll("-", "_") + "/" + basename(text) : text;
      return {
        path: slugged(path),
        name: isEntry ? slugged(unhashed) : null,
        stableName: isGame ? slugged(unhashed) : null,
        body: new Uint8Array(await output.arrayBuffer()),
      };
    }),
  );
}

async function bundleAlone(): Promise<
  readonly { readonly name: string; readonly body: Uint8Array<ArrayBuffer> }[]
> {
  return Promise.all(
    Object.entries(aloneEntries).map(async ([name, entry]) => {
      const [output] = await bundle([entry], { splitting: false, format: "iife" });
      if (output === undefined) throw new Error(`${entry} made no script.`);
      return { name, body: new Uint8Array(await output.arrayBuffer()) };
    }),
  );
}

async function bundle(entries: readonly string[], config: Partial<Bun.BuildConfig>) {
  const built = await Bun.build({
    entrypoints: entries.map((entry) => join(webFolder, entry)),
    root: webFolder,
    target: "browser",
    format: "esm",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
    ...config,
  });
  return built.outputs;
}

async function readStyles(): Promise<Uint8Array<ArrayBuffer>> {
  const sheets = await Promise.all(
    styleSheets.map((name) => Bun.file(join(webFolder, "styles", name)).text()),
  );
  const withoutComments = sheets.join("\n").replace(/\/\*[\s\S]*?\*\//g, "");
  return new TextEncoder().encode(withoutComments);
}

async function readImages() {
  const folder = join(webFolder, "images");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile() && extname(entry.name) in types)
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        const name = `images/${relative(folder, file)}`;
        return { name, body: new Uint8Array(await Bun.file(file).arrayBuffer()) };
      }),
  );
}

/** `src/web/games/bigger-dice/picture.svg`, the game's picture in the catalogue, is `images/games/bigger_dice.svg`. */
async function readPictures() {
  const paths = [...new Bun.Glob("games/*/picture.svg").scanSync(webFolder)];
  return Promise.all(
    paths.map(async (path) => {
      const slug = basename(dirname(path)).replaceAll("-", "_");
      const body = new Uint8Array(await Bun.file(join(webFolder, path)).arrayBuffer());
      return { name: `images/games/${slug}.svg`, body };
    }),
  );
}

function toAsset(path: string, body: Uint8Array<ArrayBuffer>, immutable: boolean): Asset {
  const extension = extname(path);
  const type = types[extension] ?? "application/octet-stream";
  const compressible = extension !== ".png" && extension !== ".webp";
  const gzipped = compressible ? Bun.gzipSync(body, { level: 9 }) : null;
  return { body, gzipped, type, etag: `"${hashOf(body).slice(0, 27)}"`, immutable };
}

function answer(asset: Asset, request: Request): Response {
  const headers = new Headers({
    "Content-Type": asset.type,
    "Cache-Control": asset.immutable ? "public, max-age=31536000, immutable" : "public, no-cache",
    ETag: asset.etag,
    Vary: "Accept-Encoding",
  });
  if (namesTag(request.headers.get("If-None-Match"), asset.etag)) {
    return new Response(null, { status: 304, headers });
  }
  const zipped = acceptsGzip(request.headers.get("Accept-Encoding")) ? asset.gzipped : null;
  if (zipped !== null) headers.set("Content-Encoding", "gzip");
  const body = zipped ?? asset.body;
  headers.set("Content-Length", String(body.byteLength));
  return new Response(request.method === "HEAD" ? null : body, { headers });
}

function namesTag(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  return ifNoneMatch.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}

function acceptsGzip(acceptEncoding: string | null): boolean {
  return (acceptEncoding ?? "")
    .split(",")
    .some((coding) => /^\s*gzip\s*(;(?!\s*q=0(\.0*)?\s*$)|$)/i.test(coding));
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function hashOf(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("base64url").replaceAll("-", "a").replaceAll("_", "b");
}
