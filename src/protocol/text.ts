/**
 * What people may write (W5). The page and the server ask the same functions, so that they agree.
 */
import type { Rejection } from "./errors.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const utf8 = new TextEncoder();

/** Characters as people count them (grapheme clusters). */
export function countGraphemes(text: string): number {
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

export interface TextLimits {
  readonly maxGraphemes: number;
  /** In UTF-8. */
  readonly maxBytes: number;
}

export const roomNameLimits: TextLimits = { maxGraphemes: 40, maxBytes: 400 };
export const messageLimits: TextLimits = { maxGraphemes: 2000, maxBytes: 8192 };

/** Control characters (C0, C1, line and paragraph separators) and marks that turn the direction of what follows. */
const forbiddenInLine = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/u;
/** At least one character that leaves ink. U+2800 and the Hangul fillers are letters or symbols without any. */
const visible =
  /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Mn}\p{Me}\u2800\u3164\uffa0\u115f\u1160]/u;
/** More marks on one letter than any language uses pile up over the lines above and below. */
const piledMarks = /\p{M}{9,}/u;

/** Printable ASCII with ends of lines and tabulators, and ink in it: nothing below has anything to say of it. */
const plain = /^[\n\t ]*[!-~][\n\t -~]*$/;

/** Why `text` cannot be a single line of text in `field`; null where it can. */
export function refuseLine(field: string, text: string, limits: TextLimits): Rejection | null {
  if (!text.isWellFormed()) return invalid(field, "has half of a character in it: type it again");
  if (forbiddenInLine.test(text)) return invalid(field, "has invisible control characters: take them out");
  if (!visible.test(text)) return invalid(field, "is empty: write something");
  if (piledMarks.test(text)) return invalid(field, "has too many accents on one letter: take some away");
  return refuseLength(field, text, limits);
}

function refuseLength(field: string, text: string, limits: TextLimits): Rejection | null {
  if (!isTooLong(text, limits)) return null;
  const message = `The ${readable(field)} is too long: at most ${limits.maxGraphemes} characters.`;
  return { code: "TEXT_TOO_LONG", field, message };
}

/**
 * Why `text` cannot be a message; null where it can. Marks of direction may stand in it, since right-to-left text
 * needs them: pages show each message isolated, so that they turn nothing around it.
 */
export function refuseText(field: string, text: string, limits: TextLimits): Rejection | null {
  if (plain.test(text)) return refuseLength(field, text, limits);
  // What is true of a line is true of each of a text; its ends and tabulators may stand in it.
  const line = text.replace(/[\n\t\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, " ");
  return refuseLine(field, line, limits);
}

/** Counting characters is slow, and nearly no text needs it: a character has at least one unit of UTF-16. */
function isTooLong(text: string, { maxGraphemes, maxBytes }: TextLimits): boolean {
  if (text.length * 3 > maxBytes && utf8.encode(text).byteLength > maxBytes) return true;
  return text.length > maxGraphemes && countGraphemes(text) > maxGraphemes;
}

function invalid(field: string, problem: string): Rejection {
  return { code: "INVALID_FIELD", field, message: `The ${readable(field)} ${problem}.` };
}

/** `roomName` as a person says it: "room name". */
function readable(field: string): string {
  return field.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}

/** A name as it is shown: composed, trimmed, single spaces. U+FEFF, which `\s` has too, leaves none (nor when folded). */
export function displayName(name: string): string {
  return name
    .normalize("NFC")
    .replace(/\p{White_Space}+/gu, " ")
    .trim();
}

/** A room name as it is compared (S3): NFKC, case folded, trimmed, without what cannot be seen. */
export function foldRoomName(name: string): string {
  return (
    name
      .normalize("NFKC")
      .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
      // Down first: the capital ẞ has no upper case of its own but one letter below it.
      .toLocaleLowerCase("en")
      .toLocaleUpperCase("en")
      .toLocaleLowerCase("en")
      .normalize("NFKC")
      .replace(/\s+/gu, " ")
      .trim()
  );
}
