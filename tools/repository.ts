import { join } from "node:path";

/** The root of the repository: the tools work from any folder. */
export const root = join(import.meta.dir, "..");

/** A program that `npm ci` brought, as a path. */
export function installed(program: string): string {
  return join(root, "node_modules/.bin", program);
}
