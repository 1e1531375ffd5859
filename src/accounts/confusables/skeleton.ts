import { confusables } from "./table.ts";

const prototypeOf: ReadonlyMap<string, string> = new Map(
  confusables.map((entry) => {
    const [character = "", prototype = ""] = entry.split(" ");
    return [character, prototype];
  }),
);

/** A dot over a letter that has one already cannot be seen. */
const unseenDot = /(?<=[ij])\u0307/gu;

/**
 * The skeleton of UTS #39: two texts that look the same have the same one. It is for comparing, never for
 * showing. Case counts: `Ian` and `lan` share a skeleton, `ian` has another.
 */
export function skeleton(text: string): string {
  return Array.from(text.normalize("NFD"), (character) => prototypeOf.get(character) ?? character)
    .join("")
    .normalize("NFD")
    .replace(unseenDot, "");
}
