/** Everything that travels: the platform's declarations and those of its games, in one registry. */
import { games } from "./games.ts";
import {
  accountMessages,
  chatMessages,
  createRegistry,
  privateMessages,
  roomMessages,
  systemMessages,
  type Declaration,
} from "../protocol/index.ts";

export const declarations = [
  ...systemMessages,
  ...roomMessages,
  ...chatMessages,
  ...privateMessages,
  ...accountMessages,
  ...games.flatMap((game) => game.messages),
] as readonly Declaration[]; // typed by their own payloads one by one

export const registry = createRegistry(declarations);
