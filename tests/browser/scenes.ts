/**
 * Every page in every state that a person meets, brought about by real people in real browsers: what the gallery
 * shows and the visual check looks at. One list, so that a state that is drawn is a state that is checked.
 */
import { connectionScenes } from "./scenes/connection.ts";
import { endingScenes } from "./scenes/ending.ts";
import { frontScenes } from "./scenes/front.ts";
import { gameScenes } from "./scenes/game.ts";
import { loadingScenes } from "./scenes/loading.ts";
import { lobbyScenes } from "./scenes/lobby.ts";
import { peopleScenes } from "./scenes/people.ts";
import type { Scene } from "./scenes/stage.ts";
import { startPlatform, type Platform } from "../platform.ts";

export type { Scene } from "./scenes/stage.ts";

export const scenes: readonly Scene[] = [
  ...frontScenes,
  ...lobbyScenes,
  ...gameScenes,
  ...endingScenes,
  ...connectionScenes,
  ...peopleScenes,
  ...loadingScenes,
];

/** A platform on which a scene can be played, among others or alone. */
export function startFor({ settings = {} }: Pick<Scene, "settings">): Promise<Platform> {
  return startPlatform({ WS_GATEWAY_LIMIT_SCALE: "100", ...settings });
}
