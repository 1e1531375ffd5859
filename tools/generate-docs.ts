/**
 * `npm run docs`: writes docs/protocol.md, docs/asyncapi.json, .env.example and the table of settings
 * in docs/deployment.md from the declarations.
 * `npm run docs -- --check`: says which of them is stale, with exit code 1.
 */
import { join } from "node:path";
import { asyncApi } from "./docs/asyncapi.ts";
import { protocolPage } from "./docs/protocol-page.ts";
import { withSettingsTable } from "./docs/settings-table.ts";
import { root } from "./repository.ts";
import { exampleEnvironment } from "../src/main/config.ts";
import { declarations } from "../src/main/messages.ts";
import packageFile from "../package.json" with { type: "json" };

export { declarations };

/** By path from the root, what each generated file says. */
export const documents: Readonly<Record<string, string>> = {
  "docs/protocol.md": protocolPage(declarations),
  ".env.example": exampleEnvironment(),
  "docs/deployment.md": withSettingsTable(await Bun.file(join(root, "docs/deployment.md")).text()),
  "docs/asyncapi.json": `${JSON.stringify(asyncApi(declarations, packageFile.version), null, 2)}\n`,
};

export async function staleDocuments(): Promise<readonly string[]> {
  const isStale = await Promise.all(
    Object.entries(documents).map(async ([path, text]) => {
      const file = Bun.file(join(root, path));
      return (await file.exists()) && (await file.text()) === text ? [] : [path];
    }),
  );
  return isStale.flat();
}

if (import.meta.main) {
  if (process.argv.includes("--check")) {
    const stale = await staleDocuments();
    for (const path of stale) console.error(`${path} is not what the declarations say: run npm run docs`);
    process.exit(stale.length === 0 ? 0 : 1);
  }
  for (const [path, text] of Object.entries(documents)) await Bun.write(join(root, path), text);
}
