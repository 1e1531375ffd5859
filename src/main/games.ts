/** The games of this platform, in the order of their names in the catalogue. */
import * as catalogue from "./catalogue.ts";
import type { Game } from "../games/index.ts";

export const games: readonly Game[] = Object.values(catalogue);
