import { chromium } from "./chromium.ts";
import type { Installable } from "./installable.ts";

/** Everything that `npm run engines -- install` brings, in this order. */
export const installables: readonly Installable[] = [chromium];
