/**
 * A sentence with people's names in it. Pure: the same sentence is drawn with each name isolated in a `<bdi>`
 * (sentence-view.ts), and read out as plain text.
 */

/** A person's name, which may be written in any direction. */
export interface Name {
  readonly name: string;
}

export type Sentence = readonly (string | Name)[];

/** say`It is ${name(board, id)}’s turn.` */
export function say(words: TemplateStringsArray, ...values: readonly (string | number | Name)[]): Sentence {
  return words.flatMap((word, index) => {
    const value = values[index];
    const parts: (string | Name)[] = word === "" ? [] : [word];
    if (value !== undefined) parts.push(typeof value === "number" ? String(value) : value);
    return parts;
  });
}

export function asText(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === "string" ? part : part.name)).join("");
}
