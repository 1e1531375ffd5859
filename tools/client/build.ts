/** The package @blazing-sun/client: modules, declarations and a package.json, made of src/sockets and src/protocol. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { writeDeclarations } from "./declarations.ts";
import { root } from "../repository.ts";
import packageFile from "../../package.json" with { type: "json" };

const entries = ["index", "heartbeat-worker"];

/** @returns the folder, which is made anew */
export async function buildClient(folder: string = join(root, "dist/client")): Promise<string> {
  rmSync(folder, { recursive: true, force: true });
  await Bun.build({
    entrypoints: entries.map((entry) => join(root, `src/sockets/${entry}.ts`)),
    outdir: folder,
    target: "browser",
    format: "esm",
    naming: "[name].[ext]",
  });
  await writeDeclarations(folder);
  await Bun.write(join(folder, "package.json"), `${JSON.stringify(description, null, 2)}\n`);
  return folder;
}

const description = {
  name: "@blazing-sun/client",
  version: packageFile.version,
  description: "Plays, watches and chats on a Blazing Sun platform: for browsers, Bun and Node",
  private: true,
  type: "module",
  sideEffects: ["./heartbeat-worker.js"],
  engines: packageFile.engines,
  types: "./index.d.ts",
  exports: {
    ".": { types: "./index.d.ts", default: "./index.js" },
    "./heartbeat-worker.js": "./heartbeat-worker.js",
    "./package.json": "./package.json",
  },
};
