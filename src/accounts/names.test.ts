import { describe, expect, it } from "bun:test";
import fc from "fast-check";
import { messageOf } from "../protocol/index.ts";
import { skeleton } from "./confusables/skeleton.ts";
import { foldName, readName } from "./names.ts";
import { isOfOneWritingSystem } from "./writing-systems.ts";

const seed = 20_261_125;

function named(typed: string) {
  const result = readName(typed);
  if (!result.ok) throw new Error(`${JSON.stringify(typed)} was refused: ${messageOf(result.rejection)}`);
  return result.name;
}

function collide(one: string, other: string): boolean {
  const looks = new Set(named(one).looks);
  return named(other).looks.some((look) => looks.has(look));
}

describe("which names may be taken", () => {
  const accepted = [
    "jane",
    "Jane-2",
    "j_d",
    "李小龍",
    "コーヒー",
    "ひらカナ漢字",
    "한국어",
    "हिन्दी",
    "Νίκος",
    "Žofie",
    "Ёлка",
    "محمد١",
    "ไทย๑",
    "ɛ́ɛ́ɛ́",
    "a".repeat(24),
  ];
  for (const name of accepted) {
    it(`takes ${name}`, () => {
      expect(named(name).username).toBe(name.normalize("NFC"));
    });
  }

  const refused: readonly (readonly [why: string, name: string])[] = [
    ["two letters", "jo"],
    ["25 letters", "a".repeat(25)],
    ["nothing", ""],
    ["only spaces", "   "],
    ["a space inside", "ja ne"],
    ["a zero-width space", "ja\u200bne"],
    ["a zero-width joiner", "ja\u200dne"],
    ["a Cyrillic а among Latin letters", "j\u0430ne"],
    ["a mark that turns the direction", "\u202eenaj"],
    ["markup", "<b>jane</b>"],
    ["an apostrophe and an ampersand", "O'Neil & Co"],
    ["half of a character", "jane\ud83d"],
    ["an emoji", "jane😀"],
    ["a stroke through a letter", "ja\u0338ne"],
    ["a mark on no letter", "\u0301jane"],
    ["a mark on a digit", "jan1\u0301"],
    ["marks piled up", "jane\u0301\u0301\u0301\u0301\u0301"],
    ["invisible Hangul fillers", "\u3164\u3164\u3164"],
    ["a Braille blank", "jane\u2800"],
    ["a variation selector", "jane\ufe0f"],
    ["no letter and no digit", "_-_"],
    ["digits of another script", "jane١"],
    ["a line break", "jane\njim"],
    ["a null", "jane\0"],
  ];
  for (const [why, name] of refused) {
    it(`refuses ${why}`, () => {
      expect(readName(name)).toMatchObject({
        ok: false,
        rejection: { code: "INVALID_FIELD", field: "username" },
      });
    });
  }

  it("shows a name as it was typed, with its full-width letters made plain and without spaces around it", () => {
    expect(named("ＪaＮe ").username).toBe("JaNe");
    expect(named("Zo\u0308e").username).toBe("Z\u00f6e");
  });
});

describe("names that can be taken for one another", () => {
  const pairs = [
    ["jane", "Jane"],
    ["jane", " jane "],
    ["jane", "ｊａｎｅ"],
    ["Jase", "Јаѕе"], // all Cyrillic
    ["hanna", "ΗΑΝΝΑ"], // all Greek
    ["lan", "Ian"],
    ["ian", "Ian"],
    ["jim1", "jiml"],
    ["jim1", "jimI"],
    ["b0b", "bob"],
    ["B0B", "bOb"],
    ["mary", "rnary"],
    ["straße", "STRASSE"],
    ["Zo\u0308e", "Z\u00f6e"],
    ["ilk", "ılk"],
    ["jim", "ji\u0307m"], // a second dot over the i
    ["ΑΒΓΣ", "αβγς"],
    ["ヘラコ", "へラコ"], // katakana and hiragana he
  ] as const;
  for (const [one, other] of pairs) {
    it(`are ${one} and ${other}`, () => {
      expect(collide(one, other)).toBe(true);
    });
  }

  const apart = [
    ["jane", "j4ne"],
    ["jane", "jané"],
    ["ian", "lan"],
    ["jane", "jane_"],
    ["anna", "ana"],
  ] as const;
  for (const [one, other] of apart) {
    it(`are not ${one} and ${other}`, () => {
      expect(collide(one, other)).toBe(false);
    });
  }
});

describe("every name", () => {
  const letters = "abcdefijklmnorstvwxyzABILMOQZ0158_-éöñßıİſ";
  const name = fc
    .array(fc.constantFrom(...Array.from(letters)), { minLength: 3, maxLength: 24 })
    .map((characters) => characters.join(""))
    .filter((text) => readName(text).ok);

  it(`collides with itself in any case, width and composition (seed ${seed})`, () => {
    const wide = (text: string) =>
      text.replace(/[!-~]/g, (character) => String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfee0));
    const spellings = [
      (text: string) => text.toUpperCase(),
      (text: string) => text.toLowerCase(),
      (text: string) => text.normalize("NFD"),
      wide,
    ];
    fc.assert(
      fc.property(name, fc.constantFrom(...spellings), (typed, spell) => {
        const other = spell(typed);
        fc.pre(readName(other).ok); // upper case can make a name too long: ß becomes SS
        expect(collide(typed, other)).toBe(true);
        expect(foldName(other)).toBe(foldName(typed));
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it(`collides with whatever has the same skeleton (seed ${seed})`, () => {
    const twins: readonly (readonly [string, string])[] = [
      ["0", "O"],
      ["1", "l"],
      ["I", "l"],
      ["m", "rn"],
      ["ı", "i"],
    ];
    fc.assert(
      fc.property(name, fc.constantFrom(...twins), (typed, [from, to]) => {
        const other = typed.replaceAll(from, to);
        fc.pre(readName(other).ok);
        expect(skeleton(other)).toBe(skeleton(typed));
        expect(collide(typed, other)).toBe(true);
      }),
      { seed, numRuns: 2_000 },
    );
  });

  it(`is refused or has looks that do not change when they are looked at again, for any text (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (typed) => {
        const result = readName(typed);
        if (!result.ok) return;
        expect(result.name.username).toBe(named(result.name.username).username);
        expect(foldName(result.name.folded)).toBe(result.name.folded);
      }),
      { seed, numRuns: 5_000 },
    );
  });

  it("has settled looks, whichever of all accepted characters it is made of", () => {
    const unsettled: string[] = [];
    for (const character of acceptedCharacters()) {
      const result = readName(character.repeat(3));
      if (!result.ok) continue; // a mark, which stands on no letter here
      for (const look of result.name.looks) {
        if (foldName(skeleton(look)) !== look) unsettled.push(`${character}: ${look}`);
      }
    }
    expect(unsettled).toEqual([]);
  });
});

function* acceptedCharacters(): Generator<string> {
  const endOfLetters = 0x32000; // behind it there are no scripts, only private use and selectors
  for (let codePoint = 0x21; codePoint < endOfLetters; codePoint += 1) {
    const character = String.fromCodePoint(codePoint);
    if (isOfOneWritingSystem(character)) yield character;
  }
}
