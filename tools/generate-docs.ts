/**
 * `npm run docs`: writes docs/protocol.md, docs/asyncapi.json, docs/http.md, docs/openapi.json, .env.example, the tables
 * of docs/monitoring.md and the table of settings in docs/deployment.md from what the code declares.
 * `npm run docs -- --check`: says which of them is stale, with exit code 1.
 */
import { join } from "node:path";
import { asyncApi } from "./docs/asyncapi.ts";
import { httpPage } from "./docs/http-page.ts";
import { monitoringPage } from "./docs/monitoring-page.ts";
import { openApi } from "./docs/openapi.ts";
import { protocolPage } from "./docs/protocol-page.ts";
import { withSettingsTable } from "./docs/settings-table.ts";
import { root } from "./repository.ts";
import { exampleEnvironment } from "../src/main/config.ts";
import { httpRoutes } from "../src/main/http-routes.ts";
import { declarations } from "../src/main/messages.ts";
import packageFile from "../package.json" with { type: "json" };

export { declarations };

/** By path from the root, what each generated file says. */
export const documents: Readonly<Record<string, string>> = {
  "docs/protocol.md": protocolPage(declarations),
  ".env.example": exampleEnvironment(),
  "docs/deployment.md": withSettingsTable(await Bun.file(join(root, "docs/deployment.md")).text()),
  "docs/asyncapi.json": inJson(asyncApi(declarations, packageFile.version)),
  "docs/http.md": httpPage(httpRoutes),
  "docs/monitoring.md": monitoringPage(),
  "docs/openapi.json": inJson(openApi(httpRoutes, packageFile.version)),
};

function inJson(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

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
