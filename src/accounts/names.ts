/**
 * User names (design §6): 3 to 24 letters, digits, `_` and `-` of one writing system. Nobody can be taken for
 * somebody else: names are compared by what they can be read as, not by their characters.
 */
import type { Rejection } from "../protocol/index.ts";
import { skeleton } from "./confusables/skeleton.ts";
import type { NameKeys } from "./store/port.ts";
import { isOfOneWritingSystem } from "./writing-systems.ts";

const minLetters = 3;
const maxLetters = 24;
/** In decomposed text: more marks on one letter than any language piles up, or a mark without a letter. */
const strayMark = /\p{M}{5,}|(?:^|[\p{Nd}_-])\p{M}/u;
const letterOrDigit = /[\p{L}\p{Nd}]/u;

export type NameResult =
  { readonly ok: true; readonly name: NameKeys } | { readonly ok: false; readonly rejection: Rejection };

/** Reads a name as somebody typed it; spaces around it, which keyboards add, do not count. */
export function readName(typed: string): NameResult {
  const username = shownName(typed);
  const problem = problemOf(username);
  if (problem !== null) {
    return {
      ok: false,
      rejection: { code: "INVALID_FIELD", field: "username", message: `The name ${problem}.` },
    };
  }
  return { ok: true, name: { username, folded: fold(username), looks: looksOf(username) } };
}

/** How a name is found when its owner signs in: case, bytes and full-width letters make no difference. */
export function foldName(typed: string): string {
  return fold(shownName(typed));
}

function shownName(typed: string): string {
  return typed.normalize("NFKC").trim();
}

function problemOf(name: string): string | null {
  if (!isOfOneWritingSystem(name) || strayMark.test(name.normalize("NFD"))) {
    return "may have letters of one alphabet, digits, _ and - only, and no spaces";
  }
  const length = Array.from(name).length; // in code points: a syllable of Hindi is written with several letters
  if (length < minLetters) return `is too short: at least ${minLetters} letters or digits`;
  if (length > maxLetters) return `is too long: at most ${maxLetters} letters and digits`;
  if (!letterOrDigit.test(name)) return "has neither a letter nor a digit: add one";
  return null;
}

/** By way of upper case, since some letters have one in common (ß and ss, ς and σ). */
function fold(text: string): string {
  return text.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
}

/**
 * What a name can be read as: as it is typed, and in lower case. `Ian` can be read as "lan" and as "ian", so that
 * neither may exist beside it; `lan` and `ian` themselves differ to the eye.
 */
function looksOf(username: string): readonly string[] {
  return [...new Set([lookOf(username), lookOf(fold(username))])];
}

/**
 * People do not tell names apart by case, so `HANNA` in Greek capitals is read as "hanna". A look whose look is
 * another one takes a second round; a test shows for every letter that it never takes more than `maxRounds`.
 */
function lookOf(text: string): string {
  let look = text;
  for (let round = 0; round < maxRounds; round += 1) {
    const next = fold(skeleton(look));
    if (next === look) break;
    look = next;
  }
  return look;
}

const maxRounds = 6;
