import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { engineUrlsFile } from "../cluster/engines.ts";

/** Where `npm run engines -- install` puts it. */
export const keptPromtool = join(dirname(engineUrlsFile), "cache", "promtool");

/** null where this machine has none. */
export function promtoolPath(): string | null {
  return Bun.which("promtool") ?? (existsSync(keptPromtool) ? keptPromtool : null);
}
