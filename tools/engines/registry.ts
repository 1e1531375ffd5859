import { chromium } from "./chromium.ts";
import { services } from "./control.ts";
import * as docker from "./docker.ts";
import { faketime } from "./faketime.ts";
import type { Installable } from "./installable.ts";
import { promtool } from "./promtool.ts";

/** Everything that `npm run engines -- install` brings here, in this order. */
export async function installables(): Promise<readonly Installable[]> {
  return (await docker.isThere())
    ? [chromium, faketime, promtool]
    : [chromium, faketime, promtool, ...services];
}
