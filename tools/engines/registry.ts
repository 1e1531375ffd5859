import { chromium } from "./chromium.ts";
import { services } from "./control.ts";
import * as docker from "./docker.ts";
import { faketime } from "./faketime.ts";
import type { Installable } from "./installable.ts";
import { promtool } from "./promtool.ts";
import { caddy, nginx } from "./proxies.ts";

/** Everything that `npm run engines -- install` brings here, in this order. */
export async function installables(): Promise<readonly Installable[]> {
  const always = [chromium, faketime, nginx, caddy, promtool];
  return (await docker.isThere()) ? always : [...always, ...services];
}
