/**
 * The writing systems that names may be in: Unicode's recommended scripts (UAX #31, table 5), with the mixtures
 * that are one system to those who write them. Which characters belong to a script is the platform's knowledge
 * (Script_Extensions in regular expressions).
 */
const writingSystems = [
  ["Latin"],
  ["Cyrillic"],
  ["Greek"],
  ["Arabic"],
  ["Armenian"],
  ["Bengali"],
  ["Devanagari"],
  ["Ethiopic"],
  ["Georgian"],
  ["Gujarati"],
  ["Gurmukhi"],
  ["Hebrew"],
  ["Kannada"],
  ["Khmer"],
  ["Lao"],
  ["Malayalam"],
  ["Myanmar"],
  ["Oriya"],
  ["Sinhala"],
  ["Tamil"],
  ["Telugu"],
  ["Thaana"],
  ["Thai"],
  ["Tibetan"],
  ["Han", "Hiragana", "Katakana"],
  ["Han", "Bopomofo"],
  ["Han", "Hangul"],
];

/** Letters, the marks that belong to them, digits; of the modifiers only those that words are spelt with. */
const spelling = String.raw`[[\p{Lu}\p{Ll}\p{Lt}\p{Lo}\p{Mn}\p{Mc}\p{Nd}々ーゝゞヽヾๆໆ]--\p{Default_Ignorable_Code_Point}]`;

const namePatterns = writingSystems.map((scripts) => {
  const members = scripts.map((script) => String.raw`\p{Script_Extensions=${script}}`).join("");
  return new RegExp(String.raw`^(?:[[${members}]&&${spelling}]|[0-9_\-])+$`, "v");
});

/** Whether `text` is letters, digits, `_` and `-`, all of one writing system. */
export function isOfOneWritingSystem(text: string): boolean {
  return namePatterns.some((pattern) => pattern.test(text));
}
